/** A folder of files with all that readers of optical volumes get wrong, and what a volume says it holds, for comparison. */
import { createHash } from "node:crypto";
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readBytes } from "../../src/block/byte-range.ts";
import type { ReadableVolume } from "../../src/filesystems/volume.ts";
import { walk } from "../../src/filesystems/walk.ts";

/** On every file and link of the sample. */
export const SAMPLE_TIME = new Date("2024-03-05T06:07:08Z");

const DEEP = Array.from({ length: 12 }, (_, index) => `level${index + 1}`).join("/");

export const SAMPLE_FILES: Readonly<Record<string, Buffer>> = {
  "boot/grub/grub.cfg": Buffer.from("menuentry x { }\n"),
  "boot/vmlinuz-6.1.0-amd64": noise(300_001),
  "EMPTY.TXT": Buffer.alloc(0),
  "中文目录/救生艇 说明.txt": Buffer.from("你好\n"),
  [`${DEEP}/bottom.txt`]: Buffer.from("deep\n"),
  "live/filesystem.packages": noise(2048),
  no_extension: noise(2047),
  "a rather long name, as Joliet takes sixty-four chars at most.txt": noise(2049),
  ...Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [
      `pool/package-number-${String(index).padStart(3, "0")}_1.0-1_all.deb`,
      noise(index * 17),
    ]),
  ),
};

/** With a target that SL has to split, and names that need CE. */
export const SAMPLE_LINKS: Readonly<Record<string, string>> = {
  vmlinuz: "boot/vmlinuz-6.1.0-amd64",
  "boot/up": "../live",
  absolute: "/boot/grub/grub.cfg",
  debian: ".",
  dangling: "nowhere/at/all",
  circle: "circle2",
  circle2: "circle",
  "long-link": `${"far-away-and-rather-long/".repeat(8)}../x`,
};

export async function writeSample(folder: string, links: boolean): Promise<void> {
  for (const [path, data] of Object.entries(SAMPLE_FILES)) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, data);
    await utimes(full, SAMPLE_TIME, SAMPLE_TIME);
  }
  if (!links) return;
  for (const [path, target] of Object.entries(SAMPLE_LINKS))
    await symlink(target, join(folder, path));
}

/** Path to SHA-256 of every file that the volume lists. */
export async function digestsOf(volume: ReadableVolume): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of walk(volume)) {
    if (entry.kind !== "file") continue;
    const range = await volume.open(entry.path);
    found[entry.path] = digest(await readBytes(range, 0, range.size));
  }
  return found;
}

/** The same of the sample itself. */
export function sampleDigests(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SAMPLE_FILES).map(([path, data]) => [`/${path}`, digest(data)]),
  );
}

export async function pathsOf(volume: ReadableVolume): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of walk(volume)) found.push(entry.path);
  return found.sort();
}

export function digest(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Bytes that differ everywhere and are the same in each run. */
export function noise(length: number): Buffer {
  const into = Buffer.alloc(length);
  for (let at = 0, state = length + 1; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    into[at] = state >>> 16;
  }
  return into;
}
