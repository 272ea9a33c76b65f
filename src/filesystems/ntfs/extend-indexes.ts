/** $Extend's indexes of files by object id and of reparse points: a file that goes, goes from there too. */
import { TYPE } from "./attribute.ts";
import { damaged } from "./failures.ts";
import { fileReference } from "./fields.ts";
import { piecesOf } from "./file-record.ts";
import type { NtfsFile } from "./file-record.ts";
import { keyOf } from "./index-node.ts";
import { changeIndex } from "./index-writer.ts";
import type { WriteParts } from "./index-writer.ts";

/** GUIDs that Windows gives to files that shortcuts lead to. */
const OBJECT_ID_BYTES = 16;
const REPARSE_TAG_BYTES = 4;

/** Finds a file of $Extend by its name; undefined where the volume has none. */
type FindExtend = (name: string) => Promise<NtfsFile | undefined>;

/** Takes a file out of the indexes that list it. @throws LifeboatError `ntfs-damaged`, `ntfs-beyond-us`. */
export async function removeFromExtend(
  parts: WriteParts,
  file: NtfsFile,
  find: FindExtend,
  now: Date,
): Promise<void> {
  const objectId = piecesOf(file, TYPE.objectId)[0]?.value;
  if (objectId !== undefined) {
    if (objectId.length < OBJECT_ID_BYTES) throw damaged("an object id", "it is too short");
    await removeKey("$ObjId", "$O", objectId.subarray(0, OBJECT_ID_BYTES));
  }
  const reparse = piecesOf(file, TYPE.reparsePoint)[0];
  if (reparse?.value !== undefined) {
    if (reparse.value.length < REPARSE_TAG_BYTES)
      throw damaged("a reparse point", "it is too short");
    const { number, header } = file.record;
    const key = Buffer.alloc(REPARSE_TAG_BYTES + fileReference.size);
    reparse.value.copy(key, 0, 0, REPARSE_TAG_BYTES);
    fileReference.write(key, REPARSE_TAG_BYTES, { record: number, sequence: header.sequence });
    await removeKey("$Reparse", "$R", key);
  }

  async function removeKey(name: string, index: string, key: Buffer): Promise<void> {
    const owner = await find(name);
    if (owner === undefined) return;
    await changeIndex(
      parts,
      owner,
      index,
      (entries) => entries.filter((entry) => !keyOf(entry).equals(key)).map(({ leaf }) => leaf),
      now,
    );
  }
}
