/** An upgrade of Ventoy's cut at each of its writes, with what hadn't been flushed there or lost: the old release, the new, or a word. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange, replayCrash } from "../../../../src/block/recorder.ts";
import { passesDeviceCheck } from "../../../../src/boot/ventoy/device-check.ts";
import { openBackup } from "../../../../src/stick/boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../../../src/stick/boot-backup/restore.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { verifyVentoy } from "../../../../src/stick/ventoy/verify/verify.ts";
import { quietJob } from "../../../support/jobs.ts";
import { powerCuts } from "../../../support/power-cuts.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import {
  markedSectors,
  onDisk,
  updateAsVentoyDoes,
  ventoyStick,
} from "../../../support/ventoy-stick.ts";
import { upgradeOver } from "../../../support/ventoy-upgrade.ts";

/** LIFEBOAT_FUZZ: both ways on are gone from every state, not from each so-manieth. */
const EVERY = Number(process.env["LIFEBOAT_FUZZ"] ?? 0) > 0 ? 1 : 12;

const folder = await suiteFolder();
let older: VentoyParts;
let newer: VentoyParts;

beforeAll(async () => {
  older = await ventoyParts({ version: "9.9.8" });
  newer = await ventoyParts({ version: "9.9.9" });
}, 60_000);

/** The stick before and after; of the GPT one the entry has to be put right, too. */
async function sticks(scheme: "mbr" | "gpt") {
  const image = join(folder, `${scheme}.img`);
  const { esp } = await ventoyStick(image, { scheme, release: older, sizeMib: 44 });
  await onDisk(image, async (write) => write(2040 * 512, markedSectors()));
  if (scheme === "gpt") await judge("sgdisk", ["--typecode=2:ef00", "--attributes=2:=:0", image]);
  else {
    await onDisk(image, async (write) => {
      await write(446, Buffer.from([0]));
      await write(462, Buffer.from([0x80]));
    });
  }
  const before = await readFile(image);
  await updateAsVentoyDoes(image, { scheme, espStart: esp.startLba }, newer);
  return { before, after: await readFile(image) };
}

async function restore(disk: ByteRange, file: string): Promise<void> {
  const backup = await openBackup(file);
  try {
    const plan = await planRestore(backup, disk, "stick", { otherDisk: false }, quietJob());
    await restoreBoot(plan, backup, disk, async () => {}, quietJob());
  } finally {
    await backup.close();
  }
}

/** What a stick is: by its bytes, and by what `verify` says. */
async function stateOf(
  disk: ByteRange,
  before: Buffer,
  after: Buffer,
): Promise<"old" | "new" | "interrupted"> {
  const survey = await surveyVentoy(disk);
  if (survey === undefined) throw new Error("no Ventoy stick");
  if (survey.interrupted === undefined) {
    expect(passesDeviceCheck(survey.deviceCheck)).toBe(true);
    if (await holds(disk, before)) return "old";
    expect(await holds(disk, after)).toBe(true);
    return "new";
  }
  const { ok, findings } = await verifyVentoy(disk, "stick", survey, undefined, quietJob());
  expect(ok).toBe(false);
  const errors = findings.filter(
    ({ severity, id }) => severity === "error" && !id.startsWith("gpt-"),
  );
  expect(errors).toMatchObject([{ id: "ventoy-upgrade-interrupted" }]);
  const [{ what, fix } = { what: { en: "" }, fix: { en: "" } }] = errors;
  expect(what.en).toContain("9.9.8 → 9.9.9");
  expect(fix.en).toMatch(/lifeboat upgrade stick --ventoy .*lifeboat restore-boot stick \S+old/);
  return "interrupted";
}

/** Whether all of a disk is these bytes. */
async function holds(disk: ByteRange, bytes: Buffer): Promise<boolean> {
  return (await readBytes(disk, 0, disk.size)).equals(bytes);
}

test.each(["mbr", "gpt"] as const)(
  "%s: the old release, the new one, or verify says how to finish, and both ways lead on",
  async (scheme) => {
    const { before, after } = await sticks(scheme);
    const recorder = new RecordingRange(new MemoryRange(Buffer.from(before)));
    const saved = await mkdtemp(join(folder, "saved-"));
    const { result } = await upgradeOver(recorder, newer, saved, quietJob());
    const file = result.savedTo ?? "";
    const counts = { old: 0, new: 0, interrupted: 0 };
    let finished = 0;
    let states = 0;
    for await (const { disk, number } of powerCuts(new MemoryRange(before), recorder.log)) {
      states++;
      const state = await stateOf(disk, before, after);
      counts[state]++;
      if (state !== "interrupted" || number % EVERY !== 0) continue;
      finished++;
      const back = new OverlayRange(disk);
      await restore(back, file);
      expect(await holds(back, before)).toBe(true);
      const inside = await mkdtemp(join(folder, "again-"));
      await upgradeOver(disk, newer, inside, quietJob());
      expect(await holds(disk, after)).toBe(true);
      await rm(inside, { recursive: true });
    }
    process.stderr.write(
      `${scheme}: ${recorder.log.length} events, ${states} states, ${JSON.stringify(counts)}, ${finished} finished\n`,
    );
    expect(counts.old).toBeGreaterThan(0);
    expect(counts.new).toBeGreaterThan(0);
    expect(counts.interrupted).toBeGreaterThan(30);
    expect(finished).toBeGreaterThan(2);
  },
  1_200_000,
);

test.each(["mbr", "gpt"] as const)(
  "%s: the way back of an upgrade that was cut short may be cut itself",
  async (scheme) => {
    const { before, after } = await sticks(scheme);
    const recorder = new RecordingRange(new MemoryRange(Buffer.from(before)));
    const saved = await mkdtemp(join(folder, "saved-"));
    const { result } = await upgradeOver(recorder, newer, saved, quietJob());
    const half = new MemoryRange(Buffer.from(before));
    const { log } = recorder;
    await replayCrash(log, Math.floor(log.length * 0.8), half, () => true);
    expect(await stateOf(half, before, after)).toBe("interrupted");
    const start = Buffer.from(half.bytes);
    const back = new RecordingRange(half);
    await restore(back, result.savedTo ?? "");
    const counts = { old: 0, new: 0, interrupted: 0 };
    for await (const { disk } of powerCuts(new MemoryRange(start), back.log))
      counts[await stateOf(disk, before, after)]++;
    expect(counts.new).toBe(0);
    expect(counts.old).toBeGreaterThan(0);
    expect(counts.interrupted).toBeGreaterThan(10);
  },
  600_000,
);
