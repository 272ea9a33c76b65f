/** All readers of foreign bytes that are fuzzed. */
import type { FuzzedReader } from "../reader.ts";
import { unattend } from "./answer-files.ts";
import { cpio, tar, zip } from "./archives.ts";
import { bcd, bcdDevice } from "./bcd.ts";
import { exfatCheck, fatCheck, ntfsCheck } from "./checks.ts";
import { gpt, mbr, plist } from "./disks.ts";
import { exfat, ext4, fat, ntfs } from "./file-systems.ts";
import { registryHive, registryLog } from "./hives.ts";
import { grubConfig, image, isolinuxConfig, pe } from "./images.ts";
import { elTorito, iso9660, udf } from "./optical.ts";
import { selfTest } from "./self-test.ts";
import { ventoyEsp, ventoyRelease } from "./ventoy.ts";
import { wim } from "./windows.ts";
import { checksums, manifest, recipes, settings, ventoyJson } from "./stick.ts";

export const READERS: readonly FuzzedReader[] = [
  gpt,
  mbr,
  fat,
  fatCheck,
  exfat,
  exfatCheck,
  ntfs,
  ntfsCheck,
  ext4,
  iso9660,
  elTorito,
  udf,
  manifest,
  settings,
  ventoyJson,
  recipes,
  grubConfig,
  isolinuxConfig,
  pe,
  cpio,
  tar,
  zip,
  checksums,
  plist,
  image,
  ventoyRelease,
  ventoyEsp,
  unattend,
  registryHive,
  registryLog,
  wim,
  bcd,
  bcdDevice,
];

export function readerOf(name: string): FuzzedReader {
  const found = [...READERS, selfTest].find((reader) => reader.name === name);
  if (found !== undefined) return found;
  throw new Error(`no reader ${name}; there are ${READERS.map((one) => one.name).join(", ")}`);
}
