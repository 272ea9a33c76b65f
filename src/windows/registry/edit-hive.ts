import { MemoryRange } from "../../block/memory.ts";
import { HiveEditor } from "./hive-editor.ts";
import type { HiveEditOptions, NewKeyOptions } from "./hive-editor.ts";
import type { RegistryValue } from "./tree.ts";

/** A change as plain data, for plans. `key` is a path as `HiveEditor` takes it. */
export type HiveEdit =
  | { readonly kind: "set-value"; readonly key: string; readonly value: RegistryValue }
  | { readonly kind: "delete-value"; readonly key: string; readonly name: string }
  | ({ readonly kind: "create-key"; readonly key: string } & NewKeyOptions)
  | { readonly kind: "delete-key"; readonly key: string };

/** In their order. What is to be made and is there, or to be deleted and isn't, is no error. @throws as `HiveEditor` does. */
export async function applyEdits(editor: HiveEditor, edits: readonly HiveEdit[]): Promise<void> {
  for (const edit of edits) {
    switch (edit.kind) {
      case "set-value":
        await editor.setValue(edit.key, edit.value);
        break;
      case "delete-value":
        await editor.deleteValue(edit.key, edit.name);
        break;
      case "create-key":
        await editor.createKey(edit.key, edit);
        break;
      case "delete-key":
        await editor.deleteKey(edit.key);
        break;
    }
  }
}

/**
 * A file with a hive in it, changed, as a new file: the old one stays as it is until the new one takes its place.
 * @param file the whole of it; what lies behind the hive is kept, as far as the hive doesn't grow into it.
 * @throws LifeboatError as `HiveEditor` does.
 */
export async function editHive(
  file: Buffer,
  edits: readonly HiveEdit[],
  options: HiveEditOptions = {},
): Promise<Buffer> {
  const editor = await HiveEditor.open(new MemoryRange(file), options);
  await applyEdits(editor, edits);
  const edited = Buffer.alloc(Math.max(file.length, editor.sizeBytes));
  file.copy(edited);
  for (const { offset, data } of await editor.changes()) data.copy(edited, offset);
  return edited;
}
