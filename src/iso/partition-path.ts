/** Paths of files that lie in a partition of an ISO image: `(msdos2)/kernel`, as GRUB names partitions. */

/** The path of a file of partition `name`; the ISO's own files have none. */
export function inPartition(name: string | undefined, path: string): string {
  return name === undefined ? path : `(${name})${path}`;
}

/** The parts of a path that `inPartition` made. A path in the ISO itself begins with a slash, whatever its names are. */
export function splitPartitionPath(path: string): { partition: string | undefined; path: string } {
  const found = /^\(((?:gpt|msdos)\d{1,3})\)(\/[^]*)$/.exec(path);
  return { partition: found?.[1], path: found?.[2] ?? path };
}
