/** Reads `.zip` with yauzl: what isn't needed is not unpacked. yauzl checks sizes; names and checksums are looked at here. */
import { crc32 } from "node:zlib";
import { getFileNameLowLevel, openPromise } from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { contentOf, MOST_MEMBERS, PATHS } from "./members.ts";
import type { MemberHeader, Part, ReleaseMembers } from "./members.ts";
import { say } from "./messages.ts";
import { damage, refusal } from "./refusal.ts";

/** "version made by", upper byte (APPNOTE.TXT 4.4.2). */
const MADE_ON_UNIX = 3;
const MADE_ON_MACOS = 19;
const KIND_MASK = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;

/** @throws LifeboatError `ventoy-archive-damaged` and those of `ReleaseMembers`; what reading the file throws. */
export async function readZip(path: string, members: ReleaseMembers): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    // With strings decoded yauzl would refuse some names by itself, in words of its own, and take others with backslashes.
    zip = await openPromise(path, { autoClose: false, decodeStrings: false });
    if (zip.entryCount > MOST_MEMBERS) {
      throw refusal("ventoy-archive-too-large", say.tooMany(MOST_MEMBERS));
    }
    let packed = zip.fileSize;
    for await (const entry of zip.eachEntry()) {
      const header = headerOf(entry);
      const part = members.enter(header);
      packed -= entry.compressedSize;
      if (packed < 0) throw refusal("ventoy-archive-damaged", say.damaged("entries overlap"));
      if (part !== undefined) members.keep(part, await partOf(zip, entry, part));
    }
  } catch (error) {
    throw damage(error);
  } finally {
    zip?.close();
  }
}

function headerOf(entry: Entry): MemberHeader {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, uncompressedSize } = entry;
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  const system = entry.versionMadeBy >>> 8;
  const onUnix = system === MADE_ON_UNIX || system === MADE_ON_MACOS;
  const mode = onUnix ? (entry.externalFileAttributes >>> 16) & KIND_MASK : 0;
  if (mode !== 0 && mode !== FILE && mode !== FOLDER) {
    return { name, kind: "other", sizeBytes: uncompressedSize };
  }
  const isFolder = name.endsWith("/") || mode === FOLDER;
  return { name, kind: isFolder ? "folder" : "file", sizeBytes: uncompressedSize };
}

async function partOf(zip: ZipFile, entry: Entry, part: Part): Promise<Buffer> {
  if (!entry.canDecodeFileData()) {
    throw refusal("ventoy-archive-damaged", say.unknownPacking(PATHS[part]));
  }
  // yauzl ends the stream with an error where it gives more than the entry says.
  const stream = await zip.openReadStreamPromise(entry);
  try {
    const content = await contentOf(stream, part, entry.uncompressedSize);
    if (crc32(content) === entry.crc32) return content;
  } catch (error) {
    throw damage(error, PATHS[part]);
  } finally {
    stream.destroy();
  }
  throw refusal("ventoy-archive-damaged", say.damagedMember(PATHS[part], "CRC-32"));
}
