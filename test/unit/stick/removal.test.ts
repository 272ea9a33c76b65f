/** A stick that is pulled out in the middle of a job: what is said of it, and what `verify` says of it afterwards. */
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { FileRange, openFile } from "../../../src/block/file.ts";
import { readPartitions } from "../../../src/disks/partitions.ts";
import type { BootVolume } from "../../../src/stick/boot-volume.ts";
import { addFiles } from "../../../src/stick/add.ts";
import { openBackup } from "../../../src/stick/boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../../src/stick/boot-backup/restore.ts";
import { saveBoot } from "../../../src/stick/boot-backup/save.ts";
import { buildOnOpened } from "../../../src/stick/build/on-target.ts";
import { kitStage } from "../../../src/stick/build/stage-source.ts";
import { readActiveSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { asRemoval } from "../../../src/stick/removal.ts";
import { writeSettings } from "../../../src/stick/settings/file.ts";
import { openData, openStick, recogniseStick } from "../../../src/stick/stick.ts";
import type { Stick } from "../../../src/stick/stick.ts";
import { carryOut } from "../../../src/stick/sync/carry-out.ts";
import { openFolderSource } from "../../../src/stick/sync/folder.ts";
import { prepareSync } from "../../../src/stick/sync/sync.ts";
import { planUpgrade } from "../../../src/stick/upgrade/plan.ts";
import { upgradeStick } from "../../../src/stick/upgrade/upgrade.ts";
import { fixStick } from "../../../src/stick/verify/fix.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { ProgressEvent } from "../../../src/system/progress.ts";
import { run } from "../../../src/system/run.ts";
import { VERSION } from "../../../src/system/version.ts";
import { FaultyHandle } from "../../support/faulty-handle.ts";
import { quietJob } from "../../support/jobs.ts";
import { testKit } from "../../support/kit.ts";
import { smallKit, smallStick } from "../../support/small-kit.ts";
import {
  MIB,
  buildStick,
  fixtureIso,
  named,
  planStick,
  refreshTools,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { copySparse } from "../../support/copy-sparse.ts";

let folder = "";
let whole = "";
let isos: string[] = [];
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  const debian = await fixtureIso("debian-live", folder);
  whole = join(folder, "whole.img");
  await buildStick(whole, { isos: [debian] });
  isos = [await named(debian, folder, "one.iso"), await named(debian, folder, "two.iso")];
}, 120_000);

/** Carries something out on a copy of the stick that is pulled out at an operation; hands back what was said. */
async function pulledOut(
  name: string,
  at: number,
  work: (stick: Stick, operations: () => number) => Promise<unknown>,
  original = whole,
): Promise<{ image: string; operations: number; error: unknown }> {
  const image = join(folder, `${name}.img`);
  await copySparse(original, image);
  const base: ByteRange = await openFile(image, { writable: true });
  const faulty = new FaultyHandle(base, "gone", at);
  try {
    const disk = new FileRange(image, faulty.handle, { size: base.size, writable: true });
    const error = await recogniseStick(disk, image)
      .then(async (stick) => work(stick, () => faulty.operations))
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    return { image, operations: faulty.operations, error };
  } finally {
    await base.close();
  }
}

/** A sector of it, where it lies. */
async function damageLoader(disk: ByteRange, esp: BootVolume): Promise<void> {
  const { partitions } = await readPartitions(disk);
  const start = partitions.find(({ number }) => number === 2)?.startLba ?? 0;
  const [extent] = (await esp.extents("/EFI/BOOT/BOOTX64.EFI")) ?? [];
  await disk.write(start * 512 + (extent?.start ?? 0), Buffer.alloc(512, 1));
}

async function findingsOf(image: string) {
  const stick = await openStick(image);
  try {
    return await verifyStick(stick, { deep: true }, run, quietJob());
  } finally {
    await stick.disk.close();
  }
}

test("add says what is on the stick and what isn't, and so does verify", async () => {
  const marks = new Map<string, number>();
  const adding = async (stick: Stick, operations: () => number) => {
    const report = ({ text }: ProgressEvent) => {
      if (!marks.has(text.en)) marks.set(text.en, operations());
    };
    await addFiles(stick, isos, tools, { ...quietJob(), report });
  };
  const { error: none, operations } = await pulledOut("add", Number.POSITIVE_INFINITY, adding);
  expect(none).toBeUndefined();
  const moments = [
    ["Copying one.iso", [], ["/one.iso", "/two.iso"]],
    ["Reading back one.iso", [], ["/one.iso", "/two.iso"]],
    ["Copying two.iso", ["/one.iso"], ["/two.iso"]],
    ["Reading back two.iso", ["/one.iso"], ["/two.iso"]],
  ] as const;
  const places = new Map(marks);
  for (const [moment, added, missing] of moments) {
    const at = places.get(moment);
    expect(at).toBeDefined();
    const { image, error } = await pulledOut("add", at ?? 0, adding);
    expect(error).toMatchObject({ code: "device-gone" });
    const { message, hint } = error as LifeboatError;
    expect(message).toContain(`Not finished: ${missing.join(", ")}`);
    if (added.length > 0) expect(message).toContain(`Whole on the stick: ${added.join(", ")}.`);
    else expect(message).not.toContain("Whole on the stick");
    expect(hint?.en).toContain("verify --fix");
    const { ok, findings } = await findingsOf(image);
    expect({ moment, ok }).toEqual({ moment, ok: true });
    // What got no name isn't there; what the menu doesn't know yet is told.
    const unknown = findings.filter(({ id }) => id === "iso-new").map(({ where }) => where);
    expect({ moment, unknown }).toEqual({ moment, unknown: added });
    const stick = await openStick(image);
    const data = await openData(stick, run);
    for (const path of missing) expect(await data.find(path)).toBeUndefined();
    await stick.disk.close();
  }
  const late = await pulledOut("add", operations - 2, adding);
  expect(late.error).toMatchObject({
    code: "device-gone",
    message: expect.stringContaining("the old menu or the new one") as string,
  });
  expect(await findingsOf(late.image)).toMatchObject({ ok: true });
}, 120_000);

test("sync says that what was copied is whole, and the next one copies the rest", async () => {
  const library = join(folder, "library");
  for (const iso of isos) await named(iso, library, basename(iso));
  const marks = new Map<string, number>();
  const sync = async (stick: Stick, report: (event: ProgressEvent) => void = () => {}) => {
    const source = await openFolderSource(library);
    const job = { ...quietJob(), report };
    const plan = await prepareSync(stick, source, undefined, run, job);
    return carryOut(plan, source, stick, { ...tools, now: new Date() }, job);
  };
  const syncing = async (stick: Stick, operations: () => number) =>
    sync(stick, ({ text }) => {
      if (!marks.has(text.en)) marks.set(text.en, operations());
    });
  const { error: none } = await pulledOut("sync", Number.POSITIVE_INFINITY, syncing);
  expect(none).toBeUndefined();
  const at = marks.get("Reading back two.iso");
  expect(at).toBeDefined();
  const { error, image } = await pulledOut("sync", at ?? 0, syncing);
  expect(error).toMatchObject({
    code: "device-gone",
    message: expect.stringMatching(
      /was it pulled out\?\. What had been copied by then is whole/,
    ) as string,
    hint: { en: expect.stringContaining("lifeboat sync again") as string },
  });
  expect(await findingsOf(image)).toMatchObject({ ok: true });
  const { done } = await withStick(image, async (stick) => sync(stick));
  expect(done.map(({ path }) => path)).toEqual(["/two.iso"]);
  expect(await findingsOf(image)).toMatchObject({ ok: true });
}, 120_000);

test("refresh leaves the old menu or the new one", async () => {
  const work = async (stick: Stick) => {
    await writeSettings(stick, Buffer.from("timeout: 5\n"), run);
    await refreshStick(stick, tools, quietJob());
  };
  const { operations } = await pulledOut("refresh", Number.POSITIVE_INFINITY, work);
  for (const before of [1, 2, 5]) {
    const { error, image } = await pulledOut("refresh", operations - before, work);
    expect(error).toMatchObject({
      code: "device-gone",
      message: expect.stringContaining("the old menu or the new one") as string,
    });
    expect(await findingsOf(image)).toMatchObject({ ok: true });
  }
});

test("upgrade leaves the old boot stage or the new one, and doesn't try to write to what is gone", async () => {
  const [one, two] = [
    await smallKit(join(folder, "kit-one"), "one"),
    await smallKit(join(folder, "kit-two"), "two", { coreSectors: 9 }),
  ];
  const old = join(folder, "old.img");
  await (await smallStick(old, one, { sizeBytes: 400 * MIB })).close();
  const backupFile = join(folder, "old.lifeboat-boot");
  const work = async (stick: Stick) => {
    await rm(backupFile, { force: true });
    const all = { ...tools, kit: two, version: "0.0.2" };
    const prepared = await planUpgrade(stick, all, quietJob());
    const once = { now: new Date(), beforeReadBack: async () => {}, backupFile };
    await upgradeStick(stick, prepared, { ...all, ...once }, quietJob());
  };
  const { operations } = await pulledOut("upgrade", Number.POSITIVE_INFINITY, work, old);
  for (const before of [1, 20]) {
    const { error, image } = await pulledOut("upgrade", operations - before, work, old);
    expect(error).toMatchObject({
      code: "device-gone",
      message: expect.stringContaining("old boot stage or the new one") as string,
      hint: { en: expect.stringContaining("restore-boot") as string },
    });
    expect(await findingsOf(image)).toMatchObject({ ok: true });
  }
}, 60_000);

test("build says that it is no stick yet, and leaves none; the next build comes to its end", async () => {
  const marks = new Map<string, number>();
  const image = join(folder, "build.img");
  const all = { ...tools, stage: kitStage(await testKit(), VERSION) };
  const building = async ({ disk }: Stick, operations: () => number) => {
    const report = ({ text }: ProgressEvent) => {
      if (!marks.has(text.en)) marks.set(text.en, operations());
    };
    const plan = await planStick(image, { sizeBytes: 0, isos });
    const opened = { disk, path: image, finish: async () => {}, abandon: async () => {} };
    await buildOnOpened(plan, opened, all, { ...quietJob(), report });
  };
  const { error: none } = await pulledOut("build", Number.POSITIVE_INFINITY, building);
  expect(none).toBeUndefined();
  const moments = [...marks.keys()].filter((text) => !text.startsWith("Looking"));
  expect(moments).toEqual(
    expect.arrayContaining([
      "Copying two.iso",
      "Reading back two.iso",
      "Writing the partition table",
    ]),
  );
  for (const moment of moments) {
    const { error } = await pulledOut("build", (marks.get(moment) ?? 0) + 1, building);
    expect({ moment, error }).toMatchObject({
      moment,
      error: {
        code: "device-gone",
        message: expect.stringContaining("It is no stick yet") as string,
        hint: { en: expect.stringContaining("lifeboat build") as string },
      },
    });
    await expect(openStick(image)).rejects.toMatchObject({ code: "not-a-stick" });
  }
  await buildStick(image, { sizeBytes: 0, isos });
  expect(await findingsOf(image)).toMatchObject({ ok: true });
}, 120_000);

test("verify --fix says that what was mended stays so, and a second run mends the rest", async () => {
  const damaged = join(folder, "damaged.img");
  await copySparse(whole, damaged);
  const disk = await openFile(damaged, { writable: true });
  const { bootVolume: esp } = await recogniseStick(disk, damaged);
  // The backup GPT's header; a loader of the boot stage; the menu.
  await disk.write(disk.size - 512, Buffer.alloc(512));
  await damageLoader(disk, esp);
  await esp.remove(`/lifeboat/menu-${await readActiveSlot(esp)}/menu.cfg`);
  await disk.close();
  const marks = new Map<string, number>();
  const backupFile = join(folder, "damaged.lifeboat-boot");
  const fix = async (range: ByteRange, report: (event: ProgressEvent) => void = () => {}) => {
    await rm(backupFile, { force: true });
    const once = { version: VERSION, now: new Date(), backupFile, beforeReadBack: async () => {} };
    const all = { ...tools, kit: await testKit(), ...once };
    const how = { deep: false, recipes: tools.recipes };
    return fixStick(range, damaged, how, all, { ...quietJob(), report });
  };
  const mending = async (stick: Stick, operations: () => number) =>
    fix(stick.disk, ({ text }) => {
      if (!marks.has(text.en)) marks.set(text.en, operations());
    });
  const { error: none, operations } = await pulledOut(
    "fix",
    Number.POSITIVE_INFINITY,
    mending,
    damaged,
  );
  expect(none).toBeUndefined();
  expect(marks.size).toBeGreaterThan(3);
  const all = [...marks.values()];
  const some = [0.2, 0.5, 0.8].map((share) => all[Math.floor(all.length * share)] ?? 0);
  for (const at of [...some, operations - 1]) {
    const { error, image } = await pulledOut("fix", at, mending, damaged);
    const begin = /is gone: was it pulled out\?\. What had been mended by then/;
    expect(error).toMatchObject({
      code: "device-gone",
      message: expect.stringMatching(begin) as string,
      hint: { en: expect.stringContaining("verify --fix again") as string },
    });
    const again = await openFile(image, { writable: true });
    expect(await fix(again)).toMatchObject({ ok: true });
    await again.close();
  }
}, 120_000);

test("restore-boot says whether the stick has parts of two boot stages, and a second run brings it back", async () => {
  const file = join(folder, "saved.lifeboat-boot");
  const changed = join(folder, "changed.img");
  await copySparse(whole, changed);
  const disk = await openFile(changed, { writable: true });
  await saveBoot(disk, changed, file, { version: VERSION, now: new Date() }, quietJob());
  const { bootVolume: esp } = await recogniseStick(disk, changed);
  await damageLoader(disk, esp);
  await disk.write(0, Buffer.alloc(440, 1));
  await disk.close();
  let first = 0;
  const restoring = async (target: ByteRange, operations: () => number = () => 0) => {
    const backup = await openBackup(file);
    try {
      const job = quietJob();
      const plan = await planRestore(backup, target, changed, { otherDisk: false }, job);
      first = operations();
      await restoreBoot(plan, backup, target, async () => {}, job);
    } finally {
      await backup.close();
    }
  };
  const work = async (stick: Stick, operations: () => number) => restoring(stick.disk, operations);
  const { operations } = await pulledOut("restore", Number.POSITIVE_INFINITY, work, changed);
  const begin = first;
  for (const [at, words] of [
    [begin, "Nothing had been written to it yet"],
    [operations - 1, "partly the saved one"],
  ] as const) {
    const { error, image } = await pulledOut("restore", at, work, changed);
    expect(error).toMatchObject({
      code: "device-gone",
      message: expect.stringContaining(words) as string,
      hint: { en: expect.stringContaining(`lifeboat restore-boot ${changed} ${file}`) as string },
    });
    const again = await openFile(image, { writable: true });
    await restoring(again);
    await again.close();
    expect(await findingsOf(image)).toMatchObject({ ok: true });
  }
});

test("what a program says of a device that is gone is told as its removal", async () => {
  const said = new LifeboatError("tool-failed", { en: "mke2fs failed", zh: "mke2fs 失败" });
  expect(await asRemoval(said, join(folder, "not there"))).toMatchObject({ code: "device-gone" });
  expect(await asRemoval(said, whole)).toBe(said);
  const other = new LifeboatError("volume-full", { en: "full", zh: "已满" });
  expect(await asRemoval(other, join(folder, "not there"))).toBe(other);
});
