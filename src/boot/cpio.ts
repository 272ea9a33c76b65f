/**
 * The "newc" cpio format that the Linux kernel unpacks as initramfs (kernel documentation, "initramfs buffer format").
 * Deterministic: no times, owner root.
 */

export interface CpioEntry {
  /** Relative, "/"-separated; folders come before what lies in them. */
  readonly path: string;
  /** A folder where undefined. */
  readonly data?: Uint8Array;
  readonly executable?: boolean;
  /** A symbolic link: `data` is where it leads. */
  readonly link?: boolean;
  /** Permission bits, where the usual ones won't do. */
  readonly mode?: number;
}

const MAGIC = "070701";
const FOLDER = 0o040000;
const FILE = 0o100000;
const LINK = 0o120000;
const TRAILER = "TRAILER!!!";

export function encodeCpio(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.map((entry, index) => encodeEntry(entry, index + 1));
  return Buffer.concat([...parts, encodeEntry({ path: TRAILER, data: Buffer.alloc(0) }, 0)]);
}

function encodeEntry(entry: CpioEntry, inode: number): Buffer {
  const name = Buffer.from(`${entry.path}\0`);
  const data = entry.data ?? Buffer.alloc(0);
  const mode = entry.path === TRAILER ? 0 : modeOf(entry);
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const links = entry.data === undefined ? 2 : 1;
  const fields = [inode, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = MAGIC + fields.map((field) => field.toString(16).padStart(8, "0")).join("");
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(data)]);
}

function modeOf({ data, executable, link, mode }: CpioEntry): number {
  if (data === undefined) return FOLDER | (mode ?? 0o755);
  if (link === true) return LINK | 0o777;
  return FILE | (mode ?? (executable ? 0o755 : 0o644));
}

/** Header with name, and data, are each filled up to four bytes. */
function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
