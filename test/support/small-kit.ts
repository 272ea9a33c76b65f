/**
 * Kits of a few KiB for tests that don't start anything: every file there is, each with a text in it that says which kit it is of;
 * and sticks made from them.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteRange } from "../../src/block/byte-range.ts";
import { createFile } from "../../src/block/file.ts";
import { openKit } from "../../src/boot/kit/kit.ts";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { KIT_FORMAT, KIT_PATHS, NEEDED_PATHS } from "../../src/boot/kit/manifest.ts";
import { randomGuid } from "../../src/disks/guid.ts";
import type { BuildOptions } from "../../src/stick/build/plan.ts";
import { planBuild } from "../../src/stick/build/plan.ts";
import { build } from "../../src/stick/build/build.ts";
import { plannedContent } from "../../src/stick/build/content.ts";
import { kitStage } from "../../src/stick/build/stage-source.ts";
import { examineTarget } from "../../src/stick/target.ts";
import { run } from "../../src/system/run.ts";
import { quietJob } from "./jobs.ts";
import { MIB, refreshTools } from "./sticks.ts";

export interface SmallKitOptions {
  /** 512-byte sectors of the core image. */
  readonly coreSectors?: number;
  /** Paths of the kit that are the same in all kits. */
  readonly unmarked?: readonly string[];
}

/** @param mark the kit's version, and a word in each file. */
export async function smallKit(
  folder: string,
  mark: string,
  options: SmallKitOptions = {},
): Promise<Kit> {
  const { coreSectors = 6, unmarked = [] } = options;
  const files = [];
  for (const path of NEEDED_PATHS) {
    const word = unmarked.includes(path) ? "all" : mark;
    const data = contentOf(path, word, coreSectors);
    const target = join(folder, "files", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, data);
    const sha256 = createHash("sha256").update(data).digest("hex");
    const about = { package: "small", version: mark, licence: "none" };
    files.push({ path, bytes: data.length, sha256, ...about });
  }
  await writeFile(join(folder, "kit.json"), JSON.stringify({ format: KIT_FORMAT, files }));
  return openKit(folder);
}

function contentOf(path: string, word: string, coreSectors: number): Buffer {
  const text = `${path} of kit ${word}\n`;
  if (path === KIT_PATHS.bootImg) {
    const sector = Buffer.alloc(512);
    sector.write(text, 0x80);
    sector.writeUInt16LE(0xaa55, 510);
    return sector;
  }
  const isCore = path === KIT_PATHS.coreGpt || path === KIT_PATHS.coreMbr;
  return Buffer.alloc(isCore ? coreSectors * 512 - 100 : 700, text);
}

export interface SmallStickOptions extends Partial<BuildOptions> {
  readonly sectorSize?: 512 | 4096;
  readonly sizeBytes?: number;
}

/** Builds a stick in a new image file, and leaves it open. */
export async function smallStick(
  image: string,
  kit: Kit,
  options: SmallStickOptions = {},
): Promise<ByteRange> {
  const { sectorSize = 512, sizeBytes = 368 * MIB, ...chosen } = options;
  const target = { ...(await examineTarget(image, sizeBytes, {}, run)), sectorSize };
  const defaults: BuildOptions = {
    isos: [],
    fileSystem: "exfat",
    scheme: "gpt",
    secureBoot: true,
    windowsBytes: 0,
    label: "LIFEBOAT",
    language: "en",
  };
  const plan = await planBuild(target, { ...defaults, ...chosen }, randomGuid);
  const disk = await createFile(image, sizeBytes, sectorSize);
  const now = new Date();
  const content = plannedContent(plan, now);
  const tools = { stage: kitStage(kit, "0.0.1"), content, ...(await refreshTools()), now };
  await build(plan, disk, image, { ...tools, beforeReadBack: async () => {} }, quietJob());
  return disk;
}
