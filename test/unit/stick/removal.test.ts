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
  work: (stick: Stick) => Promise<unknown>,
  original = whole,
): Promise<{ image: string; operations: number; error: unknown }> {
  const image = join(folder, `${name}.img`);
  await copyFile(original, image);
  const base: ByteRange = await openFile(image, { writable: true });
  const faulty = new FaultyHandle(base, "gone", at);
  try {
    const disk = new FileRange(image, faulty.handle, { size: base.size, writable: true });
    const error = await recogniseStick(disk, image)
      .then(work)
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

const adding = async (stick: Stick) => addFiles(stick, isos, tools, quietJob());

test("add says what is on the stick and what isn't, and so does verify", async () => {
  const { operations, error: none } = await pulledOut("add", Number.POSITIVE_INFINITY, adding);
  expect(none).toBeUndefined();
  const opened = await pulledOut("open", Number.POSITIVE_INFINITY, async () => {});
  const seen = new Set<string>();
  for (let part = 1; part < 12; part++) {
    const span = operations - opened.operations;
    const at = opened.operations + Math.floor((span * part) / 12);
    const { image, error } = await pulledOut("add", at, adding);
    expect(error).toMatchObject({ code: "device-gone" });
    const { message, hint } = error as LifeboatError;
    expect(hint?.en).toContain("verify");
    const stick = await openStick(image);
    const data = await openData(stick, run);
    const there = new Map<string, boolean>();
    for (const path of ["/one.iso", "/two.iso"])
      there.set(path, (await data.find(path)) !== undefined);
    await stick.disk.close();
    // What is said to be whole is there; a file that was being copied has no name, so what is there is whole.
    const absent = /Not finished: (.*)$/.exec(message)?.[1];
    const { findings } = await findingsOf(image);
    // Pulled out while a file got its name: the file system's own records are halfway, and --fix mends them.
    const lasting = findings.filter(({ severity, repair }) => severity === "error" && !repair);
    expect({ at, lasting }).toEqual({ at, lasting: [] });
    if (absent === undefined) {
      expect(message).toContain("the old menu or the new one");
      expect([...there.values()]).toEqual([true, true]);
    } else {
      const [whole] = /Whole on the stick: [^.]*\.iso\./.exec(message) ?? [""];
      for (const [path, found] of there) {
        if (whole.includes(path)) expect({ at, path, found }).toEqual({ at, path, found: true });
        // Pulled out after it got its name and before anybody could know: it is there, and whole.
        seen.add(`${absent.includes(path) ? "absent" : "whole"} ${path}`);
      }
      // What the menu doesn't know yet.
      const unknown = findings.filter(({ id }) => id === "iso-new").map(({ where }) => where);
      const named = [...there].filter(([, found]) => found).map(([path]) => path);
      expect({ at, unknown }).toEqual({ at, unknown: named });
    }
  }
  expect([...seen].sort()).toEqual(["absent /one.iso", "absent /two.iso", "whole /one.iso"]);
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
