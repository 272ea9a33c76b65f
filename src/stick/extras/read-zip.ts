/** Reads zip archives with yauzl, which checks names and sizes; their modes where a Unix program made them. */
import { crc32 } from "node:zlib";
import { fromBufferPromise } from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { LifeboatError } from "../../system/errors.ts";
import type { InitrdTree, Member } from "./initrd-tree.ts";
import { MOST_BYTES, MOST_ENTRIES, refusal } from "./initrd-tree.ts";
import { say } from "./messages.ts";

/** What an archive may still take: a name may come often, and many entries may have the same bytes. */
interface Budget {
  packed: number;
  unpacked: number;
}

/** "version made by", upper byte (APPNOTE.TXT 4.4.2). */
const MADE_ON_UNIX = 3;
const KIND_MASK = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;
const LINK = 0o120000;

/** That of a file, or of an archive without any. */
export function isZip(bytes: Buffer): boolean {
  return ["PK\u0003\u0004", "PK\u0005\u0006"].includes(bytes.toString("latin1", 0, 4));
}

/** @throws LifeboatError `not-for-initrd`. */
export async function readZip(bytes: Buffer, tree: InitrdTree): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    zip = await fromBufferPromise(bytes, { lazyEntries: true });
    if (zip.entryCount > MOST_ENTRIES) throw refusal(say.tooMany(MOST_ENTRIES));
    const budget = { packed: bytes.length, unpacked: tree.room };
    for await (const entry of zip.eachEntry()) {
      tree.add(entry.fileName, await memberOf(zip, entry, budget));
    }
  } catch (error) {
    if (error instanceof LifeboatError) throw error;
    throw refusal(say.damaged(error instanceof Error ? error.message : String(error)));
  } finally {
    zip?.close();
  }
}

async function memberOf(zip: ZipFile, entry: Entry, budget: Budget): Promise<Member> {
  const onUnix = entry.versionMadeBy >>> 8 === MADE_ON_UNIX;
  const mode = onUnix ? entry.externalFileAttributes >>> 16 : 0;
  const bits = (mode & 0o777) === 0 ? {} : { mode };
  if (entry.fileName.endsWith("/")) return { kind: "folder", ...bits };
  switch (mode & KIND_MASK) {
    case 0:
    case FILE:
      return { kind: "file", data: await contentOf(zip, entry, budget), ...bits };
    case FOLDER:
      return { kind: "folder", ...bits };
    case LINK:
      return { kind: "link", target: (await contentOf(zip, entry, budget)).toString("utf8") };
    default:
      throw refusal(say.special(entry.fileName));
  }
}

async function contentOf(zip: ZipFile, entry: Entry, budget: Budget): Promise<Buffer> {
  if (!entry.canDecodeFileData()) throw refusal(say.encrypted(entry.fileName));
  budget.packed -= entry.compressedSize;
  budget.unpacked -= entry.uncompressedSize;
  if (budget.packed < 0) throw refusal(say.damaged("entries overlap"));
  if (budget.unpacked < 0) throw refusal(say.tooMuch(MOST_BYTES));
  const chunks: Buffer[] = [];
  // yauzl ends the stream with an error where it gives more than the entry says.
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
  const content = Buffer.concat(chunks);
  if (crc32(content) === entry.crc32) return content;
  throw refusal(say.damaged(`CRC-32, ${entry.fileName}`));
}
