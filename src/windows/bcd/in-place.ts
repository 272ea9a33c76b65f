/** Changes carried out on a store's file: what isn't changed keeps its bytes, and the file as it was stays beside it. */
import { LifeboatError } from "../../system/errors.ts";
import type { HiveEdit } from "../registry/index.ts";
import { editHive } from "../registry/index.ts";
import type { StoreChange } from "./edit.ts";
import { withChanges } from "./edit.ts";
import { elementKeyName } from "./element-id.ts";
import { fileSay } from "./file-messages.ts";
import type { ObjectId } from "./object-id.ts";
import { replaceKeeping, requireWritable } from "./safe-replace.ts";
import type { BcdElement, BcdStore } from "./store.ts";
import { dword, KEY, VALUE } from "./store.ts";
import type { StoreFile } from "./store-file.ts";
import { readStoreBytes } from "./store-file.ts";

/** @throws LifeboatError `bcd-dirty` (kind `refused`). */
export function requireClean({ hive, path }: StoreFile): void {
  if (!hive.dirty) return;
  throw new LifeboatError("bcd-dirty", fileSay.dirty(path), {
    kind: "refused",
    hint: fileSay.dirtyHint(),
  });
}

/**
 * All of an edit but the writing: what a dry run has to try as well.
 * @returns what the file would be; undefined where nothing has to be changed.
 * @throws LifeboatError `bcd-dirty`, `bcd-read-only`, those of `HiveEditor`, and `bcd-edit-failed`.
 */
export async function plannedBytes(
  file: StoreFile,
  changes: readonly StoreChange[],
  now: Date,
): Promise<Buffer | undefined> {
  requireClean(file);
  if (summaryOf(file.store) === summaryOf(withChanges(file.store, changes))) return undefined;
  await requireWritable(file.path);
  return editedBytes(file, changes, now);
}

/**
 * The new file takes the old one's place in one step.
 * @returns the path of the copy of what the file was; undefined where nothing had to be changed.
 * @throws LifeboatError as `plannedBytes` does, and `bcd-write-failed`.
 */
export async function editStore(
  file: StoreFile,
  changes: readonly StoreChange[],
  now: Date,
): Promise<string | undefined> {
  const bytes = await plannedBytes(file, changes, now);
  return bytes === undefined ? undefined : replaceKeeping(file.path, file.bytes, bytes);
}

/** @throws LifeboatError `bcd-edit-failed` where the hive wouldn't say what was asked for. */
export async function editedBytes(
  { path, bytes, store }: StoreFile,
  changes: readonly StoreChange[],
  now: Date,
): Promise<Buffer> {
  const edited = await editHive(bytes, changes.flatMap(hiveEdits), { timestamp: filetime(now) });
  const { store: found } = await readStoreBytes(path, edited);
  if (summaryOf(found) === summaryOf(withChanges(store, changes))) return edited;
  throw new LifeboatError("bcd-edit-failed", fileSay.editFailed(path), {
    kind: "damaged",
    hint: fileSay.editFailedHint(),
  });
}

function hiveEdits(change: StoreChange): HiveEdit[] {
  switch (change.kind) {
    case "set-element":
      return elementEdits(change.object, change.element);
    case "delete-element":
      return [{ kind: "delete-key", key: elementPath(change.object, change.element) }];
    case "add-object": {
      const { id, type, elements } = change.object;
      const path = objectPath(id);
      const description = `${path}\\${KEY.description}`;
      return [
        { kind: "create-key", key: description },
        ...(type === undefined
          ? []
          : [
              {
                kind: "set-value",
                key: description,
                value: { name: VALUE.type, ...dword(type) },
              } as const,
            ]),
        { kind: "create-key", key: `${path}\\${KEY.elements}` },
        ...elements.flatMap((element) => elementEdits(id, element)),
      ];
    }
    case "delete-object":
      return [{ kind: "delete-key", key: objectPath(change.object) }];
  }
}

function objectPath(id: ObjectId): string {
  return `${KEY.objects}\\${id}`;
}

function elementPath(object: ObjectId, element: number): string {
  return `${objectPath(object)}\\${KEY.elements}\\${elementKeyName(element)}`;
}

function elementEdits(object: ObjectId, { id, type, data }: BcdElement): HiveEdit[] {
  const key = elementPath(object, id);
  return [
    { kind: "create-key", key },
    { kind: "set-value", key, value: { name: VALUE.element, type, data } },
  ];
}

/** Objects, types and elements as one text, to compare. */
function summaryOf({ objects }: BcdStore): string {
  const all = objects.map(({ id, type, elements }) => {
    const values = elements.map((one) => [one.id, one.type, one.data.toString("hex")].join(" "));
    return [id, type, ...values.toSorted()].join("\n");
  });
  return all.toSorted().join("\n\n");
}

/** Units of 100 ns since 1601. */
function filetime(time: Date): bigint {
  return (BigInt(time.getTime()) + 11_644_473_600_000n) * 10_000n;
}
