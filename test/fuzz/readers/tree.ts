/** The files that the seeds of file systems have in them: their content is zero, so that what isn't zero is structure. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Area } from "../reader.ts";

export const FOLDERS = [
  "boot",
  "boot/grub",
  "a folder with a long name",
  "deep",
  "deep/er",
  "deep/er/still",
];

/** Path → size in bytes. */
export const FILES: Readonly<Record<string, number>> = {
  "boot/grub/grub.cfg": 700,
  "boot/vmlinuz": 9000,
  "a folder with a long name/a file with a name of more than thirteen.txt": 3000,
  "deep/er/still/bottom": 40,
  "deep/中文文件.txt": 1,
  "README.TXT": 2048,
  empty: 0,
  "image.iso": 40_000,
};

export interface TreeOptions {
  readonly links?: boolean;
  /** Files beside those above, in `boot`. */
  readonly many?: number;
  /** Names of ASCII only. */
  readonly plain?: boolean;
}

/** @returns the folder's path. */
export async function writeTree(parent: string, options: TreeOptions = {}): Promise<string> {
  const root = join(parent, "tree");
  for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true });
  for (const [path, size] of filesOf(options)) {
    await writeFile(join(root, path), Buffer.alloc(size));
  }
  if (options.links === true) {
    await symlink("boot/vmlinuz", join(root, "link"));
    await symlink("../far/".repeat(40), join(root, "deep/long link"));
    await symlink("around", join(root, "deep/around"));
  }
  return root;
}

export function filesOf({ many = 0, plain = false }: TreeOptions = {}): [string, number][] {
  const further = Array.from({ length: many }, (_, index): [string, number] => [
    `boot/module-number-${index}.mod`,
    index,
  ]);
  const named = Object.entries(FILES).filter(([path]) => !plain || /^[\x20-\x7e]*$/.test(path));
  return [...named, ...further];
}

/** Pieces of `length` bytes in which `isHot` finds what it looks for. */
export function piecesWhere(
  image: Buffer,
  length: number,
  isHot: (piece: Buffer, start: number) => boolean,
): Area[] {
  const areas: Area[] = [];
  for (let start = 0; start + length <= image.length; start += length) {
    if (isHot(image.subarray(start, start + length), start)) areas.push({ start, length });
  }
  return areas;
}
