/** A stick that is pulled out in the middle of a job: what is said of it, and what `verify` says of it afterwards. */
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { FileRange, openFile } from "../../../src/block/file.ts";
import { addFiles } from "../../../src/stick/add.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { asRemoval } from "../../../src/stick/removal.ts";
import { writeSettings } from "../../../src/stick/settings/file.ts";
import { openData, openStick, recogniseStick } from "../../../src/stick/stick.ts";
import type { Stick } from "../../../src/stick/stick.ts";
import { planUpgrade } from "../../../src/stick/upgrade/plan.ts";
import { upgradeStick } from "../../../src/stick/upgrade/upgrade.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { ProgressEvent } from "../../../src/system/progress.ts";
import { run } from "../../../src/system/run.ts";
import { FaultyHandle } from "../../support/faulty-handle.ts";
import { quietJob } from "../../support/jobs.ts";
import { smallKit, smallStick } from "../../support/small-kit.ts";
import {
  MIB,
  buildStick,
  fixtureIso,
  named,
  refreshTools,
  suiteFolder,
} from "../../support/sticks.ts";

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
  await copyFile(original, image);
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

test("what a program says of a device that is gone is told as its removal", async () => {
  const said = new LifeboatError("tool-failed", { en: "mke2fs failed", zh: "mke2fs 失败" });
  expect(await asRemoval(said, join(folder, "not there"))).toMatchObject({ code: "device-gone" });
  expect(await asRemoval(said, whole)).toBe(said);
  const other = new LifeboatError("volume-full", { en: "full", zh: "已满" });
  expect(await asRemoval(other, join(folder, "not there"))).toBe(other);
});
