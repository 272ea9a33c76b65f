/** What fails or is cancelled leaves a known state behind: the judges and the bytes say so. */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { openExfat } from "../../../src/filesystems/exfat/index.ts";
import { openFat32 } from "../../../src/filesystems/fat32/index.ts";
import { addFiles } from "../../../src/stick/add.ts";
import { build } from "../../../src/stick/build/build.ts";
import { plannedContent } from "../../../src/stick/build/content.ts";
import { buildOnTarget } from "../../../src/stick/build/on-target.ts";
import { rangeOf } from "../../../src/stick/data/volume.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { inspectStick } from "../../../src/stick/inspect.ts";
import { parseStickManifest } from "../../../src/stick/manifest.ts";
import { putFile } from "../../../src/stick/data/put-file.ts";
import { kitStage } from "../../../src/stick/build/stage-source.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { assembleStick, openData, openStick } from "../../../src/stick/stick.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { JobContext, ProgressEvent } from "../../../src/system/progress.ts";
import { run } from "../../../src/system/run.ts";
import { VERSION } from "../../../src/system/version.ts";
import { cancelledJob, quietJob } from "../../support/jobs.ts";
import { testKit } from "../../support/kit.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  extractPartition,
  fixtureIso,
  hashesByOthers,
  named,
  planStick,
  refreshTools,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const FILE_SYSTEMS = ["exfat", "fat32", "ntfs", "ext4"] as const;

let folder = "";
let debian = "";
let big = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  debian = await fixtureIso("debian-live", folder);
  big = join(folder, "big.iso");
  await writeFile(big, randomBytes(70 * MIB));
});

const isos = async (image: string) =>
  withStick(image, async (stick) => (await inspectStick(stick)).isos);

const add = async (image: string, files: string[], job: JobContext = quietJob()) =>
  withStick(image, async (stick) => addFiles(stick, files, tools, job));

/** The middle of copying `name`: neither its first chunk nor its last. */
const copying =
  (name: string, word = "Copying") =>
  (event: ProgressEvent) =>
    event.kind === "bytes" &&
    event.text.en === `${word} ${name}` &&
    event.doneBytes > event.totalBytes / 2;

describe.each(FILE_SYSTEMS)("add to %s", (fileSystem) => {
  const image = () => join(folder, `${fileSystem}.img`);

  test("is refused where the files don't fit, before anything is written", async () => {
    await buildStick(image(), { fileSystem, isos: [debian] });
    const before = await sha256OfFile(image());
    const fits = await named(debian, folder, "fits.iso");
    const other = await named(big, folder, "other.iso");
    await expect(add(image(), [fits, big, other])).rejects.toMatchObject({ code: "volume-full" });
    expect(await sha256OfFile(image())).toBe(before);
    await rm(other);
  });

  test.each(["Copying", "Reading back"])(
    "cancelled while %s, leaves no trace of the file",
    async (word) => {
      const before = await isos(image());
      const first = await named(debian, folder, `before ${word}.iso`);
      const job = cancelledJob(copying("big.iso", word));
      await expect(add(image(), [first, big], job)).rejects.toMatchObject({
        code: "cancelled",
        kind: "cancelled",
        message: expect.stringContaining("what had been added completely") as string,
      });
      // The one before it is whole, and in the menu.
      const after = await isos(image());
      expect(after.map(({ path }) => path)).toEqual(
        [...before.map(({ path }) => path), `/before ${word}.iso`].toSorted(),
      );
      await expectCleanStick(image(), fileSystem);
      const paths = after.map(({ path }) => path);
      const originals = paths.map(() => debian);
      expect(await hashesByOthers(image(), fileSystem, paths, originals)).toEqual(
        await Promise.all(originals.map(sha256OfFile)),
      );
    },
  );

  test("has room afterwards for what was cancelled", async () => {
    const result = await add(image(), [big]);
    expect(result.files[0]?.sha256).toBe(await sha256OfFile(big));
    await expectCleanStick(image(), fileSystem);
  });
});

/** A medium that forgets: what is read from `bad` on isn't what was written there. */
class ForgetfulRange extends SliceRange {
  readonly #bad: number;

  constructor(base: ByteRange, bad: number) {
    super(base, 0, base.size);
    this.#bad = bad;
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    await super.read(offset, into);
    const at = this.#bad - offset;
    if (at >= 0 && at < into.length) into[at] = (into[at] ?? 0) ^ 1;
  }
}

describe("a medium that gives other bytes back", () => {
  test("is found out by add, and the file gets no name", async () => {
    const image = join(folder, "forgetful.img");
    await buildStick(image, { isos: [debian] });
    const known = await openStick(image);
    const base = await openFile(image, { writable: true });
    const { partitions } = await sfdiskTable(image);
    const esp = partitions.find(({ number }) => number === 2);
    // In the middle of the data partition, where the big file comes to lie and nothing else does.
    const disk = new ForgetfulRange(base, known.data.startLba * 512 + 40 * MIB);
    const volume = await openFat32(
      new SliceRange(disk, (esp?.start ?? 0) * 512, (esp?.size ?? 0) * 512),
    );
    const json = (await readWhole(volume, "/lifeboat/stick.json")) ?? Buffer.alloc(0);
    const stick = assembleStick(disk, image, parseStickManifest(json), volume, known.data);
    await expect(addFiles(stick, [big], tools, quietJob())).rejects.toMatchObject({
      code: "read-back-mismatch",
      kind: "damaged",
    });
    await known.disk.close();
    await base.close();
    expect((await isos(image)).map(({ path }) => path)).toEqual(["/debian-live.iso"]);
    await expectCleanStick(image, "exfat");
  });

  test("is found out by build, before there is a table", async () => {
    const image = join(folder, "forgetful-build.img");
    const plan = await planStick(image);
    const esp = plan.layout.partitions.find(({ role }) => role === "esp");
    await writeFile(image, "");
    await judge("truncate", ["-s", String(plan.target.sizeBytes), image]);
    const base = await openFile(image, { writable: true });
    // Somewhere among the boot stage's files, which fill the ESP from its start.
    const disk = new ForgetfulRange(base, (esp?.startLba ?? 0) * 512 + 12 * MIB);
    const stage = kitStage(await testKit(), VERSION);
    const now = new Date();
    const content = plannedContent(plan, now);
    const all = { ...tools, stage, content, now, beforeReadBack: async () => {} };
    await expect(build(plan, disk, image, all, quietJob())).rejects.toMatchObject({
      code: "read-back-mismatch",
    });
    await base.close();
    await expectNoTable(image);
  });
});

/** A medium with a byte that can't be changed. */
class StuckRange extends SliceRange {
  readonly #stuck: number;

  constructor(base: ByteRange, stuck: number) {
    super(base, 0, base.size);
    this.#stuck = stuck;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    const stored = Buffer.from(data);
    const at = this.#stuck - offset;
    if (at >= 0 && at < stored.length) stored[at] = 0xa7;
    await super.write(offset, stored);
  }
}

test.each([
  ["boot code", "gpt", 100],
  ["boot code", "mbr", 100],
  ["a GPT entry", "gpt", 1024 + 32],
  ["the protective MBR's signature", "gpt", 510],
  ["the first sector of an MBR's partition", "mbr", 446 + 8],
] as const)("build finds out that %s isn't what was written (%s)", async (_, scheme, stuck) => {
  const image = join(folder, `stuck-${scheme}-${stuck}.img`);
  const plan = await planStick(image, { scheme });
  await writeFile(image, "");
  await judge("truncate", ["-s", String(plan.target.sizeBytes), image]);
  const base = await openFile(image, { writable: true });
  const disk = new StuckRange(base, stuck);
  const now = new Date();
  const stage = kitStage(await testKit(), VERSION);
  const content = plannedContent(plan, now);
  const all = { ...tools, stage, content, now, beforeReadBack: async () => {} };
  await expect(build(plan, disk, image, all, quietJob())).rejects.toMatchObject({
    code: "read-back-mismatch",
    kind: "damaged",
  });
  await base.close();
});

describe("add --replace", () => {
  test("replaces a file and no folder", async () => {
    const image = join(folder, "replace.img");
    await buildStick(image, { isos: [debian] });
    const other = join(folder, "other", "debian-live.iso");
    await mkdir(dirname(other));
    await writeFile(other, randomBytes(3 * MIB));
    await withStick(image, async (stick) => {
      const options = { replace: true };
      const result = await addFiles(stick, [other], tools, quietJob(), options);
      expect(result.files[0]?.sha256).toBe(await sha256OfFile(other));
      const volume = await openData(stick, run);
      await volume.makeDirectory("/big.iso");
      const before = await sha256OfFile(image);
      await expect(addFiles(stick, [big], tools, quietJob(), options)).rejects.toMatchObject({
        code: "not-replaceable",
        kind: "usage",
      });
      expect(await sha256OfFile(image)).toBe(before);
    });
    await expectCleanStick(image, "exfat");
  });

  test("says so where the old file is gone and the new one can't be named", async () => {
    const image = join(folder, "lost.img");
    await buildStick(image, { isos: [debian] });
    await withStick(image, async (stick) => {
      const range = new BreakingRange(rangeOf(stick.data));
      const volume = await openExfat(range);
      // The medium breaks at the worst moment.
      const remove = volume.remove.bind(volume);
      volume.remove = async (path) => {
        await remove(path);
        range.broken = true;
      };
      const { size: sizeBytes } = await stat(debian);
      const file = { source: debian, path: "/debian-live.iso", sizeBytes };
      const putting = putFile(file, volume, range, quietJob(), { replace: true });
      await expect(putting).rejects.toMatchObject({
        code: "write-failed",
        message: expect.stringContaining("The old /debian-live.iso is gone") as string,
      });
    });
    expect(await hashesByOthers(image, "exfat", [])).toEqual([]);
  });
});

class BreakingRange extends SliceRange {
  broken = false;

  constructor(base: ByteRange) {
    super(base, 0, base.size);
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    if (this.broken) throw new LifeboatError("write-failed", { en: "Pulled out", zh: "已拔出" });
    await super.write(offset, data);
  }
}

async function expectNoTable(image: string): Promise<void> {
  const said = await judge("sfdisk", ["--json", image], { accept: [0, 1] });
  expect(said).toMatch(/does not contain a recognized partition table/);
  expect(await judge("sgdisk", ["-p", image], { accept: [0, 2, 3] })).toMatch(/Creating new GPT/);
}

describe("build", () => {
  const steps: [string, (event: ProgressEvent) => boolean][] = [
    ["formatting", ({ text }) => text.en.startsWith("Formatting")],
    ["copying", copying("big.iso")],
    ["verifying", ({ text }) => text.en === "Reading back and checking"],
  ];

  test.each(steps)(
    "of a new image, cancelled while %s, leaves nothing behind",
    async (name, when) => {
      const inside = join(folder, `new ${name}`);
      await mkdir(inside);
      const image = join(inside, "stick.img");
      await expect(buildStick(image, { isos: [big] }, cancelledJob(when))).rejects.toMatchObject({
        kind: "cancelled",
        message: expect.stringContaining("was removed") as string,
      });
      expect(await readdir(inside)).toEqual([]);
      // One that was there is there still.
      await writeFile(image, "precious");
      await expect(buildStick(image, { isos: [big] }, cancelledJob(when))).rejects.toThrow(
        "Cancelled",
      );
      expect(await readdir(inside)).toEqual(["stick.img"]);
      expect(await readFile(image, "utf8")).toBe("precious");
    },
  );

  test.each(steps)(
    "of an existing image, cancelled while %s, leaves no table and says so",
    async (name, when) => {
      const image = join(folder, `existing ${name}.img`);
      await buildStick(image);
      const options = { isos: [big], sizeBytes: 0 };
      await expect(buildStick(image, options, cancelledJob(when))).rejects.toMatchObject({
        kind: "cancelled",
        message: expect.stringContaining("has no partition table now") as string,
      });
      await expectNoTable(image);
      await expect(openStick(image)).rejects.toMatchObject({ code: "not-a-stick" });
      // And it can be built anew.
      await buildStick(image, { sizeBytes: 0 });
      await expectCleanStick(image, "exfat");
    },
  );

  test("that fails later says what is left", async () => {
    const image = join(folder, "later.img");
    await buildStick(image);
    const iso = await named(debian, folder, "vanishing.iso");
    const job = {
      ...quietJob(),
      report: ({ text }: ProgressEvent) => {
        if (text.en === "Writing the boot stage") rmSync(iso);
      },
    };
    await expect(buildStick(image, { sizeBytes: 0, isos: [iso] }, job)).rejects.toMatchObject({
      code: "open-failed",
      message: expect.stringContaining("has no partition table now") as string,
    });
    await expectNoTable(image);
  });

  test("refuses to copy its target into itself", async () => {
    const image = join(folder, "itself.img");
    await buildStick(image);
    const options = { sizeBytes: 0, isos: [image] };
    await expect(planStick(image, options)).rejects.toMatchObject({ kind: "usage" });
  });

  test("refuses an image that changed since the plan", async () => {
    const image = join(folder, "changed.img");
    await buildStick(image);
    const plan = await planStick(image, { sizeBytes: 0 });
    await judge("truncate", ["-s", "+1M", image]);
    const before = await sha256OfFile(image);
    const all = { ...tools, stage: kitStage(await testKit(), VERSION) };
    await expect(buildOnTarget(plan, all, quietJob())).rejects.toMatchObject({
      code: "identity-changed",
      kind: "refused",
    });
    expect(await sha256OfFile(image)).toBe(before);
  });

  test("leaves no file system of the old stick's to be found", async () => {
    const image = join(folder, "rebuilt.img");
    await buildStick(image, { fileSystem: "ext4", isos: [debian] });
    await buildStick(image, { fileSystem: "exfat", sizeBytes: 0 });
    await expectCleanStick(image, "exfat");
    const data = await extractPartition(image, 1);
    expect(await judge("blkid", ["-p", "-o", "value", "-s", "TYPE", data])).toBe("exfat\n");
  });
});
