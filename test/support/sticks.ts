/** Whole sticks in image files: built as the program builds them, and held against other implementations. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { expect } from "vitest";
import type { BuildOptions, BuildPlan } from "../../src/stick/build/plan.ts";
import { planBuild } from "../../src/stick/build/plan.ts";
import type { BuiltStick } from "../../src/stick/build/on-target.ts";
import { buildOnTarget } from "../../src/stick/build/on-target.ts";
import { kitStage } from "../../src/stick/build/stage-source.ts";
import type { RefreshTools } from "../../src/stick/refresh.ts";
import type { Stick } from "../../src/stick/stick.ts";
import { openStick } from "../../src/stick/stick.ts";
import { examineTarget } from "../../src/stick/target.ts";
import { randomGuid } from "../../src/disks/guid.ts";
import { openRecipes } from "../../src/iso/recipes/library.ts";
import type { JobContext } from "../../src/system/progress.ts";
import { packageRoot } from "../../src/system/places.ts";
import { run } from "../../src/system/run.ts";
import { VERSION } from "../../src/system/version.ts";
import { buildFixture, loadFixtures } from "./iso-fixtures.ts";
import { quietJob } from "./jobs.ts";
import { testKit } from "./kit.ts";
import { judge } from "./tools.ts";
import { copySparse } from "./copy-sparse.ts";

export { suiteFolder } from "./suite-folder.ts";

export const MIB = 1 << 20;

export async function refreshTools(): Promise<RefreshTools> {
  return { recipes: await openRecipes(join(packageRoot(), "grub", "recipes")), run };
}

/** The ISO of a fixture; made in `folder`, once a call. */
export async function fixtureIso(family: string, folder: string): Promise<string> {
  const fixture = (await loadFixtures()).find((one) => one.id === family);
  if (fixture === undefined) throw new Error(`no fixture ${family}`);
  await mkdir(folder, { recursive: true });
  return buildFixture(fixture, folder);
}

/** The same file under another name. */
export async function named(source: string, folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await copySparse(source, join(folder, name));
  return join(folder, name);
}

export interface StickOptions extends Partial<BuildOptions> {
  /** Default: an image file of 384 MiB is made. 0: the image that is there. */
  readonly sizeBytes?: number;
}

export async function planStick(image: string, options: StickOptions = {}): Promise<BuildPlan> {
  const { sizeBytes = 384 * MIB, ...chosen } = options;
  const target = await examineTarget(image, sizeBytes || undefined, {}, run);
  const defaults: BuildOptions = {
    isos: [],
    fileSystem: "exfat",
    scheme: "gpt",
    secureBoot: true,
    windowsBytes: 0,
    label: "LIFEBOAT",
    language: "en",
  };
  return planBuild(target, { ...defaults, ...chosen }, randomGuid);
}

export async function buildStick(
  image: string,
  options: StickOptions = {},
  job: JobContext = quietJob(),
): Promise<BuiltStick & { readonly plan: BuildPlan }> {
  const plan = await planStick(image, options);
  const stage = kitStage(await testKit(), VERSION);
  const built = await buildOnTarget(plan, { stage, ...(await refreshTools()) }, job);
  return { ...built, plan };
}

/** Opens a stick to change it and closes it again. */
export async function withStick<T>(image: string, use: (stick: Stick) => Promise<T>): Promise<T> {
  const stick = await openStick(image, { writable: true });
  try {
    return await use(stick);
  } finally {
    await stick.disk.close();
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 4 * MIB }), hash);
  return hash.digest("hex");
}

export interface SfdiskPartition {
  readonly number: number;
  readonly start: number;
  readonly size: number;
  readonly type: string;
  readonly name?: string;
  readonly bootable?: boolean;
}

/** The table as sfdisk reads it. */
export async function sfdiskTable(image: string) {
  const said = JSON.parse((await run("sfdisk", ["--json", image])).stdout) as {
    partitiontable: {
      label: string;
      id: string;
      partitions: (SfdiskPartition & { node: string })[];
    };
  };
  const { label, id, partitions } = said.partitiontable;
  const numbered = partitions.map((one) => ({
    ...one,
    number: Number(/(\d+)$/.exec(one.node)?.[1]),
  }));
  return { label, id, partitions: numbered };
}

/** Copies a partition to a file of its own; holes stay holes. */
export async function extractPartition(
  image: string,
  number: number,
  target = `${image}.part${number}`,
): Promise<string> {
  const { partitions } = await sfdiskTable(image);
  const found = partitions.find((one) => one.number === number);
  if (found === undefined) throw new Error(`${image} has no partition ${number}`);
  await rm(target, { force: true });
  await dd(image, target, [
    "conv=sparse",
    `skip=${found.start * 512}`,
    `count=${found.size * 512}`,
  ]);
  // A hole at the end is not written by dd.
  await judge("truncate", ["-s", String(found.size * 512), target]);
  return target;
}

/** Puts a partition that a foreign program has changed back into its image. */
export async function putPartitionBack(image: string, number: number, source: string) {
  const { partitions } = await sfdiskTable(image);
  const start = partitions.find((one) => one.number === number)?.start ?? 0;
  await dd(source, image, ["conv=notrunc", `seek=${start * 512}`]);
}

async function dd(from: string, to: string, options: string[]): Promise<void> {
  const bytes = ["iflag=skip_bytes,count_bytes", "oflag=seek_bytes", "bs=1M", "status=none"];
  await judge("dd", [`if=${from}`, `of=${to}`, ...bytes, ...options]);
}

/** Every judge that there is for the tables and both file systems of a stick: none of them finds anything. */
export async function expectCleanStick(image: string, fileSystem: string): Promise<void> {
  const { label } = await sfdiskTable(image);
  expect(await judge("sfdisk", ["--verify", image])).toMatch(/No errors detected/);
  if (label === "gpt") expect(await judge("sgdisk", ["-v", image])).toMatch(/No problems found/);
  const esp = await extractPartition(image, 2);
  await judge("fsck.fat", ["-n", esp]);
  await rm(esp);
  const data = await extractPartition(image, 1);
  await expectCleanVolume(data, fileSystem);
  await rm(data);
}

export async function expectCleanVolume(path: string, fileSystem: string): Promise<void> {
  switch (fileSystem) {
    case "exfat":
      expect(await judge("fsck.exfat", ["-n", path])).toMatch(/: clean\. /);
      return;
    case "fat32":
      await judge("fsck.fat", ["-n", path]);
      return;
    case "ntfs": {
      const fixed = await judge("ntfsfix", ["-n", path]);
      expect(fixed).toMatch(/processed successfully/);
      expect(fixed).not.toMatch(/FAILED|ERROR|differ/i);
      const info = await judge("ntfsresize", ["--info", "--force", path]);
      expect(info).not.toMatch(/ERROR|orphan|mismatch/i);
      return;
    }
    case "ext4":
      await judge("e2fsck", ["-f", "-n", path]);
      return;
    default:
      throw new Error(fileSystem);
  }
}

/**
 * SHA-256 of files of the data partition (absolute paths) as another implementation reads them: exfat-fuse (as root; else
 * GRUB's driver compares them with `originals`), mtools, ntfscat, debugfs.
 */
export async function hashesByOthers(
  image: string,
  fileSystem: string,
  paths: readonly string[],
  originals: readonly string[] = [],
): Promise<string[]> {
  const data = await extractPartition(image, 1);
  const hashes: string[] = [];
  try {
    if (fileSystem === "exfat") {
      for (const [index, path] of paths.entries()) {
        const original = originals[index];
        if (original !== undefined)
          await judge("grub-fstest", [data, "cmp", `(loop0)${path}`, original]);
      }
      if (process.getuid?.() !== 0) return await Promise.all(originals.map(sha256OfFile));
      await mounted(data, "mount.exfat-fuse", async (folder) => {
        for (const path of paths) hashes.push(await sha256OfFile(join(folder, path)));
      });
      return hashes;
    }
    for (const path of paths) {
      const copy = `${data}.file`;
      await rm(copy, { force: true });
      if (fileSystem === "fat32") await judge("mcopy", ["-i", data, `::${path}`, copy]);
      else if (fileSystem === "ext4")
        await judge("debugfs", ["-R", `dump ${debugfsWord(path)} ${debugfsWord(copy)}`, data]);
      else await judge("sh", ["-c", 'ntfscat "$1" "$2" > "$3"', "sh", data, path, copy]);
      hashes.push(await sha256OfFile(copy));
      await rm(copy, { force: true });
    }
    return hashes;
  } finally {
    await rm(data, { force: true });
  }
}

/** debugfs takes words in double quotes, a quote doubled in them. */
function debugfsWord(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** Mounts a volume image over a loop device, by FUSE or the kernel. Root only: a caller that isn't must say that it skips. */
export async function mounted(
  volume: string,
  program: "mount.exfat-fuse" | "ntfs-3g" | "mount",
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const device = (await judge("losetup", ["-f", "--show", volume])).trim();
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-mount-"));
  try {
    await judge(program, [device, folder]);
    try {
      await use(folder);
    } finally {
      await judge("umount", [folder]);
    }
  } finally {
    await judge("losetup", ["-d", device]);
    await rm(folder, { recursive: true, force: true });
  }
}
