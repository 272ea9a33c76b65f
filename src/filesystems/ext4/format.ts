/**
 * Making an ext4 volume with mke2fs, laid out for a few large files: all metadata in one piece at the start, so that what
 * follows is one free run, broken once, after the first 128 MiB, by a copy of the superblock; the second copy lies in the last
 * group.
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { openFile } from "../../block/file.ts";
import { SliceRange } from "../../block/slice.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import { e2fsPath } from "./debugfs.ts";
import { say } from "./messages.ts";
import { readSuperblock } from "./superblock.ts";

export interface Ext4Format {
  /** An image file that is long enough already, or a device. */
  readonly path: string;
  /** The volume's first byte in it. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** At most 16 bytes of UTF-8. */
  readonly label: string;
  readonly uuid: string;
  readonly run: Run;
  /** Stamped on what is created. */
  readonly now: Date;
}

const BLOCK_SIZE = 4096;
const MIN_SIZE = 16 << 20;
const MAX_LABEL_BYTES = 16;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const BYTES_PER_INODE = 1 << 20;
const MIN_INODES = 1024;
const GIB = 1 << 30;

/**
 * Named one by one so that no mke2fs.conf changes them. All can be read by GRUB 2.06's ext2 module and by any Linux since
 * 3.18; left out for GRUB's sake: metadata_csum_seed, encrypt, casefold, large_dir, inline_data; for older e2fsprogs'
 * orphan_file; resize_inode because it keeps room for growing the group descriptors.
 */
const FEATURES = [
  "none",
  "has_journal",
  "ext_attr",
  "dir_index",
  "sparse_super",
  "sparse_super2",
  "filetype",
  "extent",
  "flex_bg",
  "64bit",
  "large_file",
  "huge_file",
  "dir_nlink",
  "extra_isize",
  "metadata_csum",
].join(",");

/**
 * Makes an empty ext4 volume in `sizeBytes` bytes (the odd rest of a block stays unused) at `offsetBytes`. Nothing outside
 * them is written, and the file keeps its length. mke2fs adds `lost+found`.
 *
 * The journal is written out, not left lazy: an old journal at the same place must not be taken for the new one's.
 * @throws LifeboatError `ext4-too-small`, `ext4-label-too-long`, `ext4-bad-uuid`, `ext4-image-too-short`, `ext4-bad-path`,
 * `ext4-format-failed`, `tool-missing`, `tool-failed`.
 */
export async function formatExt4(format: Ext4Format): Promise<void> {
  await checkFormat(format);
  const blocks = Math.floor(format.sizeBytes / BLOCK_SIZE);
  const inodes = Math.max(MIN_INODES, Math.floor(format.sizeBytes / BYTES_PER_INODE));
  const uuid = format.uuid.toLowerCase();
  const extended = [
    `offset=${format.offsetBytes}`,
    "nodiscard",
    `hash_seed=${hashSeed(uuid)}`,
    "root_owner=0:0",
    "lazy_itable_init=1",
    "packed_meta_blocks=1",
    "num_backup_sb=2",
  ].join(",");
  const args = [
    ["-q", "-F"],
    ["-b", String(BLOCK_SIZE), "-I", "256", "-N", String(inodes), "-m", "0"],
    ["-O", FEATURES, "-J", `size=${journalMebibytes(format.sizeBytes)}`],
    // One flex group for all: every bitmap and inode table lies at the start.
    ["-G", "65536", "-E", extended],
    ["-L", format.label, "-U", uuid],
    [e2fsPath(format.path), String(blocks)],
  ];
  const seconds = String(Math.floor(format.now.getTime() / 1000));
  await format.run("mke2fs", args.flat(), {
    env: { MKE2FS_CONFIG: "/dev/null", E2FSPROGS_FAKE_TIME: seconds },
    uninterrupted: true,
  });
  await checkResult(format, uuid, blocks);
}

/** @throws LifeboatError what `formatExt4` says of its wishes, before anything is written. */
export async function checkFormat(
  format: Pick<Ext4Format, "path" | "offsetBytes" | "sizeBytes" | "label" | "uuid">,
): Promise<void> {
  const { path, offsetBytes, sizeBytes, label, uuid } = format;
  if (sizeBytes < MIN_SIZE) {
    throw new LifeboatError("ext4-too-small", say.tooSmall(sizeBytes, MIN_SIZE), { kind: "usage" });
  }
  if (Buffer.byteLength(label) > MAX_LABEL_BYTES || label.includes("\0")) {
    throw new LifeboatError("ext4-label-too-long", say.labelTooLong(label), { kind: "usage" });
  }
  if (!UUID.test(uuid)) {
    throw new LifeboatError("ext4-bad-uuid", say.badUuid(uuid), { kind: "usage" });
  }
  // mke2fs would make a missing image, and lengthen a short one.
  const found = await stat(path).catch(() => undefined);
  const length = found === undefined ? 0 : found.isFile() ? found.size : Infinity;
  if (length < offsetBytes + sizeBytes) {
    const end = offsetBytes + sizeBytes;
    throw new LifeboatError("ext4-image-too-short", say.imageTooShort(path, end, length), {
      kind: "usage",
    });
  }
}

async function checkResult(format: Ext4Format, uuid: string, blocks: number): Promise<void> {
  const found = await stat(format.path);
  // A device's length isn't in its stat; whoever formats one opens it next.
  if (!found.isFile()) return;
  const file = await openFile(format.path);
  try {
    const volume = new SliceRange(file, format.offsetBytes, format.sizeBytes);
    const made = await readSuperblock(volume);
    const right = made.uuid === uuid && made.label === format.label && made.blocksCount === blocks;
    if (!right) throw new LifeboatError("ext4-format-failed", say.formatNotAsAsked());
  } finally {
    await file.close();
  }
}

/** Small on purpose: a stick is written by few, and the journal is zeroed at once. */
function journalMebibytes(sizeBytes: number): number {
  return sizeBytes >= GIB ? 16 : 4;
}

/** The directories' hash seed: any number will do; from the UUID, so that the same volume comes out twice. */
function hashSeed(uuid: string): string {
  const hex = createHash("sha256").update(`lifeboat ext4 hash seed ${uuid}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
