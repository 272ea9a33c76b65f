/** What `inject` names: folders of the data partition, and archives, each recognised by its content. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { walk } from "../../filesystems/walk.ts";
import type { InitrdTree } from "./initrd-tree.ts";
import { MOST_BYTES, MOST_ENTRIES, refusal } from "./initrd-tree.ts";
import { say } from "./messages.ts";
import { isCpio, readCpio } from "./read-cpio.ts";
import { isTar, readTar } from "./read-tar.ts";
import { isZip, readZip } from "./read-zip.ts";

/** What desktops leave behind in folders: macOS beside each file of a foreign file system. */
const LITTER = /^(?:\._.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;

/** Adds an archive's members. @throws LifeboatError `not-for-initrd`. */
export async function unpackArchive(bytes: Buffer, tree: InitrdTree): Promise<void> {
  const plain = isGzip(bytes) ? await gunzipped(bytes) : bytes;
  if (isCpio(plain)) readCpio(plain, tree);
  else if (isTar(plain)) await readTar(plain, tree);
  else if (isZip(plain)) await readZip(plain, tree);
  else throw refusal(say.noArchive());
}

/** Adds a folder's content. @throws LifeboatError `not-for-initrd`, and those of the volume. */
export async function addFolder(
  data: ReadableVolume,
  folder: string,
  tree: InitrdTree,
): Promise<void> {
  for await (const entry of walk(data, { from: folder, maxEntries: MOST_ENTRIES })) {
    const path = entry.path.slice(folder === "/" ? 0 : folder.length);
    if (LITTER.test(entry.name)) continue;
    if (entry.kind === "other") throw refusal(say.special(path));
    if (entry.kind === "directory") tree.add(path, { kind: "folder" });
    else await addFile(data, entry.path, path, tree);
  }
}

/** Adds a file of the data partition. @throws LifeboatError `not-for-initrd`, and those of the volume. */
export async function addFile(
  data: ReadableVolume,
  from: string,
  to: string,
  tree: InitrdTree,
): Promise<void> {
  const file = await data.open(from);
  if (file.size > tree.room) throw refusal(say.tooMuch(MOST_BYTES));
  const bytes = Buffer.alloc(file.size);
  await file.read(0, bytes);
  tree.add(to, { kind: "file", data: bytes, mode: isProgram(bytes) ? 0o755 : 0o644 });
}

/** exFAT and its like keep no modes: scripts and programs are known by how they begin. */
function isProgram(bytes: Buffer): boolean {
  return ["#!", "\u007fELF"].some((magic) => bytes.toString("latin1", 0, magic.length) === magic);
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function gunzipped(bytes: Buffer): Promise<Buffer> {
  try {
    // What surrounds the files in a tar is little beside them.
    return await promisify(gunzip)(bytes, { maxOutputLength: 2 * MOST_BYTES });
  } catch (error) {
    if (isTooLarge(error)) throw refusal(say.tooMuch(MOST_BYTES));
    throw refusal(say.damaged(error instanceof Error ? error.message : String(error)));
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}
