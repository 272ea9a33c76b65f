/**
 * Feature flags of ext2/3/4 (Linux Documentation/filesystems/ext4/super.rst: s_feature_compat, _incompat, _ro_compat).
 * An unknown compatible flag may be ignored, an unknown incompatible one forbids reading, an unknown read-only one writing.
 */

export const COMPAT = {
  sparse_super2: 0x200,
} as const;

export const INCOMPAT = {
  compression: 0x1,
  filetype: 0x2,
  needs_recovery: 0x4,
  journal_dev: 0x8,
  meta_bg: 0x10,
  extents: 0x40,
  "64bit": 0x80,
  mmp: 0x100,
  flex_bg: 0x200,
  ea_inode: 0x400,
  dirdata: 0x1000,
  metadata_csum_seed: 0x2000,
  large_dir: 0x4000,
  inline_data: 0x8000,
  encrypt: 0x10000,
  casefold: 0x20000,
} as const;

export const RO_COMPAT = {
  sparse_super: 0x1,
  large_file: 0x2,
  btree_dir: 0x4,
  huge_file: 0x8,
  uninit_bg: 0x10,
  dir_nlink: 0x20,
  extra_isize: 0x40,
  snapshot: 0x80,
  quota: 0x100,
  bigalloc: 0x200,
  metadata_csum: 0x400,
  replica: 0x800,
  read_only: 0x1000,
  project: 0x2000,
  shared_blocks: 0x4000,
  verity: 0x8000,
  orphan_present: 0x10000,
} as const;

/** What the reader understands. `compression`, `journal_dev` and `dirdata` change where data lies or what a name is. */
const READABLE_INCOMPAT =
  INCOMPAT.filetype |
  INCOMPAT.needs_recovery |
  INCOMPAT.meta_bg |
  INCOMPAT.extents |
  INCOMPAT["64bit"] |
  INCOMPAT.mmp |
  INCOMPAT.flex_bg |
  INCOMPAT.ea_inode |
  INCOMPAT.metadata_csum_seed |
  INCOMPAT.large_dir |
  INCOMPAT.inline_data |
  INCOMPAT.encrypt |
  INCOMPAT.casefold;

/**
 * What lifeboat writes to (through debugfs). Left out on purpose: `mmp` (another host may hold it), `inline_data`, `encrypt` and
 * `casefold` (debugfs would store names and data that the kernel reads differently), `ea_inode` (removal leaks).
 */
const WRITABLE_INCOMPAT =
  INCOMPAT.filetype |
  INCOMPAT.meta_bg |
  INCOMPAT.extents |
  INCOMPAT["64bit"] |
  INCOMPAT.flex_bg |
  INCOMPAT.metadata_csum_seed |
  INCOMPAT.large_dir;

/** Left out: `quota` and `project` (their files would be wrong), `bigalloc` (bitmaps count clusters), `shared_blocks`, … */
const WRITABLE_RO_COMPAT =
  RO_COMPAT.sparse_super |
  RO_COMPAT.large_file |
  RO_COMPAT.btree_dir |
  RO_COMPAT.huge_file |
  RO_COMPAT.uninit_bg |
  RO_COMPAT.dir_nlink |
  RO_COMPAT.extra_isize |
  RO_COMPAT.metadata_csum |
  RO_COMPAT.verity;

export interface Features {
  readonly compat: number;
  readonly incompat: number;
  readonly roCompat: number;
}

/** The features that forbid reading, by name. */
export function unreadableFeatures({ incompat }: Features): string[] {
  return namesOf(incompat & ~READABLE_INCOMPAT, INCOMPAT, "incompat");
}

/** The features that forbid writing by lifeboat, by name. `needs_recovery` is a state, not counted here. */
export function unwritableFeatures({ incompat, roCompat }: Features): string[] {
  const wrong = incompat & ~WRITABLE_INCOMPAT & ~INCOMPAT.needs_recovery;
  const missing = incompat & INCOMPAT.extents ? [] : ["no extents"];
  return [
    ...missing,
    ...namesOf(wrong, INCOMPAT, "incompat"),
    ...namesOf(roCompat & ~WRITABLE_RO_COMPAT, RO_COMPAT, "ro_compat"),
  ];
}

function namesOf(bits: number, known: Readonly<Record<string, number>>, kind: string): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const flag = (1 << bit) >>> 0;
    if ((bits & flag) === 0) continue;
    const name = Object.keys(known).find((key) => known[key] === flag);
    names.push(name ?? `${kind} 0x${flag.toString(16)}`);
  }
  return names;
}

/** True where the journal holds changes that nobody has carried out: it is mounted, or was pulled out. */
export function needsRecovery({ incompat }: Features): boolean {
  return (incompat & INCOMPAT.needs_recovery) !== 0;
}
