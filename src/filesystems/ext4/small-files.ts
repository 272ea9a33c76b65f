/**
 * An ext4 volume for a Linux system's own small files, made in an image file that is sparse: the persistence of a live system.
 * `format.ts` makes the other kind, for a few large files.
 */
import { openFile } from "../../block/file.ts";
import type { Extent } from "../../block/byte-range.ts";
import type { Run } from "../../system/run.ts";
import { e2fsPath } from "./debugfs.ts";
import { checkFormat } from "./format.ts";
import { readFreeSpace } from "./free-space.ts";
import { openExt4 } from "./reader.ts";
import { openExt4Volume } from "./writer.ts";

export interface SmallFilesFormat {
  /** An image file that is exactly as long as the volume shall be: whole blocks of 4,096 bytes. */
  readonly path: string;
  readonly sizeBytes: number;
  /** At most 16 bytes of UTF-8. */
  readonly label: string;
  readonly uuid: string;
  /** Absolute paths; a folder comes before what is in it. They belong to root. */
  readonly folders: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly run: Run;
  readonly now: Date;
}

/**
 * For kernels and e2fsprogs of the last fifteen years: what the initrds of old live systems can mount. Named one by one so that
 * no mke2fs.conf changes them. No resize_inode: the file it lies in doesn't grow.
 */
const FEATURES = [
  "none",
  "has_journal",
  "ext_attr",
  "dir_index",
  "sparse_super",
  "filetype",
  "extent",
  "flex_bg",
  "large_file",
  "huge_file",
  "uninit_bg",
  "dir_nlink",
  "extra_isize",
].join(",");

/**
 * Makes the volume, and returns the places in it whose bytes count: everything else is free, and may hold anything.
 * @throws LifeboatError as `formatExt4`.
 */
export async function formatForSmallFiles(format: SmallFilesFormat): Promise<Extent[]> {
  await checkFormat({ ...format, offsetBytes: 0 });
  const args = [
    ["-q", "-F", "-b", "4096", "-I", "256", "-i", "16384", "-m", "0", "-O", FEATURES],
    ["-E", "nodiscard,root_owner=0:0,lazy_itable_init=1"],
    ["-L", format.label, "-U", format.uuid, e2fsPath(format.path)],
  ];
  await format.run("mke2fs", args.flat(), {
    env: { MKE2FS_CONFIG: "/dev/null" },
    uninterrupted: true,
  });
  const file = await openFile(format.path, { writable: true });
  try {
    const { path, run, now } = format;
    const volume = await openExt4Volume({ range: file, path, offsetBytes: 0, run, now: () => now });
    for (const folder of format.folders) await volume.makeDirectory(folder);
    for (const [name, text] of Object.entries(format.files)) {
      await volume.writeFile(name, Buffer.from(text), now);
    }
    const { metadata, superblock } = await openExt4(file);
    const { runs } = await readFreeSpace(metadata);
    return complementOf(
      runs.map(({ start, length }) => ({
        start: start * superblock.blockSize,
        length: length * superblock.blockSize,
      })),
      file.size,
    );
  } finally {
    await file.close();
  }
}

/** What lies between the runs, which are in ascending order. */
function complementOf(runs: readonly Extent[], size: number): Extent[] {
  const between: Extent[] = [];
  let at = 0;
  for (const { start, length } of [...runs, { start: size, length: 0 }]) {
    if (start > at) between.push({ start: at, length: start - at });
    at = start + length;
  }
  return between;
}
