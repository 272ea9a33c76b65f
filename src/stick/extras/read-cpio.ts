/** Reads "newc" cpio archives (kernel documentation, "initramfs buffer format"; `cpio -H newc`), also several after each other. */
import { LifeboatError } from "../../system/errors.ts";
import type { FileMember, InitrdTree, Member } from "./initrd-tree.ts";
import { MOST_ENTRIES, MOST_HEADERS, refusal } from "./initrd-tree.ts";
import { say } from "./messages.ts";

const HEADER_BYTES = 110;
const MAGICS = ["070701", "070702"];
const TRAILER = "TRAILER!!!";
const LONGEST_NAME = 4_096;

const KIND_MASK = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;
const LINK = 0o120000;

interface Header {
  readonly name: string;
  /** Device and inode: hard links have the same. */
  readonly file: string;
  readonly mode: number;
  readonly links: number;
  readonly data: Buffer;
  /** Where the next header begins. */
  readonly next: number;
}

/** A file of several hard links. */
interface LinkedFile {
  /** Empty as long as no link had data. */
  member: FileMember;
  /** Links that are not in the tree yet. */
  waiting: string[];
  /** How many links the archive had so far. */
  seen: number;
}

export function isCpio(bytes: Buffer): boolean {
  return MAGICS.includes(bytes.toString("latin1", 0, 6));
}

/** @throws LifeboatError `not-for-initrd`. */
export function readCpio(bytes: Buffer, tree: InitrdTree): void {
  const count = { headers: 0 };
  let at = 0;
  while (at < bytes.length) {
    // What a block size fills up.
    if (bytes[at] === 0) at++;
    else at = readOne(bytes, at, tree, count);
  }
}

/** One archive; returns where it ends. */
function readOne(
  bytes: Buffer,
  start: number,
  tree: InitrdTree,
  count: { headers: number },
): number {
  const files = new Map<string, LinkedFile>();
  for (let at = start; ;) {
    const { name, file, mode, links, data, next } = readHeader(bytes, at);
    at = next;
    // Not all become members of the tree, which counts those: a name may come again and again.
    if (++count.headers > MOST_HEADERS) throw refusal(say.tooMany(MOST_ENTRIES));
    if (name === TRAILER) {
      // Links may also lie outside of the archive.
      for (const one of files.values()) addWaiting(one, tree);
      return at;
    }
    const member = memberOf(name, mode, data);
    if (member.kind !== "file" || links < 2) {
      tree.add(name, member);
      continue;
    }
    const linked = files.get(file) ?? { member, waiting: [], seen: 0 };
    files.set(file, linked);
    linked.waiting.push(name);
    linked.seen++;
    if (data.length > 0) linked.member = member;
    if (linked.member.data.length > 0 || linked.seen >= links) addWaiting(linked, tree);
    // Another file may get its number.
    if (linked.seen >= links) files.delete(file);
  }
}

/** The links get the file's data: GNU cpio has it with the last of them, others with the first or with each. */
function addWaiting(linked: LinkedFile, tree: InitrdTree): void {
  for (const name of linked.waiting) tree.add(name, linked.member);
  linked.waiting = [];
}

function readHeader(bytes: Buffer, at: number): Header {
  if (at + HEADER_BYTES > bytes.length || !isCpio(bytes.subarray(at))) throw damaged(at);
  const fields = Array.from({ length: 13 }, (_, index) => {
    const text = bytes.toString("latin1", at + 6 + index * 8, at + 14 + index * 8);
    if (!/^[0-9A-Fa-f]{8}$/.test(text)) throw damaged(at);
    return Number.parseInt(text, 16);
  });
  const [inode = 0, mode = 0, , , links = 0, , size = 0, major = 0, minor = 0] = fields;
  const nameBytes = fields[11] ?? 0;
  const dataAt = padded(at + HEADER_BYTES + nameBytes);
  const end = dataAt + size;
  if (nameBytes < 2 || nameBytes > LONGEST_NAME || end > bytes.length) throw damaged(at);
  const name = bytes.toString("utf8", at + HEADER_BYTES, at + HEADER_BYTES + nameBytes - 1);
  // The last file of an archive may lack what would fill it up.
  const next = Math.min(padded(end), bytes.length);
  const file = `${major}:${minor}:${inode}`;
  return { name, file, mode, links, data: bytes.subarray(dataAt, end), next };
}

function memberOf(name: string, mode: number, data: Buffer): Member {
  switch (mode & KIND_MASK) {
    case FOLDER:
      return { kind: "folder", mode };
    case FILE:
      return { kind: "file", data, mode };
    case LINK:
      return { kind: "link", target: data.toString("utf8") };
    default:
      throw refusal(say.special(name));
  }
}

function padded(offset: number): number {
  return (offset + 3) & ~3;
}

function damaged(at: number): LifeboatError {
  return refusal(say.damaged(`cpio, ${at}`));
}
