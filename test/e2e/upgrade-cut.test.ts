/** An upgrade whose power was cut between its two switches: the BIOS' boot code is the new one, and all files of the ESP are the old ones. */

import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import { OverlayRange } from "../../src/block/overlay.ts";
import type { RecordedEvent } from "../../src/block/recorder.ts";
import { RecordingRange, replay } from "../../src/block/recorder.ts";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { recogniseStick } from "../../src/stick/stick.ts";
import type { StickManifest } from "../../src/stick/manifest.ts";
import { planUpgrade } from "../../src/stick/upgrade/plan.ts";
import { upgradeStick } from "../../src/stick/upgrade/upgrade.ts";
import { verifyStick } from "../../src/stick/verify/verify.ts";
import { run } from "../../src/system/run.ts";
import { VERSION } from "../../src/system/version.ts";
import type { ByteRange } from "../../src/block/byte-range.ts";
import { laterKit } from "../crash/kits.ts";
import { testIso } from "../setup/isos.ts";
import { quietJob } from "../support/jobs.ts";
import { buildStick, MIB, refreshTools } from "../support/sticks.ts";
import { imagesFolder, startEntry } from "./support.ts";
import { copySparse } from "../support/copy-sparse.ts";

const folder = await imagesFolder("upgrade-cut");
const image = join(folder, "cut.img");
let kit: Kit;

beforeAll(async () => {
  const whole = join(folder, "whole.img");
  await buildStick(whole, { sizeBytes: 400 * MIB, isos: [await testIso("memtest")] });
  kit = await laterKit(join(folder, "later-kit"));
  await copySparse(whole, image);
  const disk = await openFile(whole);
  const { bootStage: before } = await stageOf(disk);
  const recorder = new RecordingRange(new OverlayRange(disk));
  await upgrade(recorder, "whole");
  const { bootStage: after } = await stageOf(recorder);
  await disk.close();

  const cut = await openFile(image, { writable: true });
  await replay(recorder.log, betweenSwitches(recorder.log), cut);
  await cut.flush();
  // Not the one mixture that there is: nothing would be tried.
  const { bootStage: now } = await stageOf(cut);
  expect(now.files).toEqual(before.files);
  expect(after.files).not.toEqual(before.files);
  expect(after.bios?.core).not.toBe(before.bios?.core);
  const ids = (await findingsOn(cut)).map(({ id }) => id);
  expect(ids).toContain("boot-code-changed");
  await cut.close();
});

test.each(["bios", "uefi"] as const)("it starts under %s", async (firmware) => {
  await startEntry(image, firmware, "Memtest86+", ["Memtest86+ v6", "CLK/Temp"]);
});

test("a second upgrade comes to its end", async () => {
  const disk = await openFile(image, { writable: true });
  await upgrade(disk, "again");
  expect((await findingsOn(disk)).filter(({ severity }) => severity === "error")).toEqual([]);
  await disk.close();
});

/** How many events there are up to the flush behind the first sector's write. */
function betweenSwitches(log: readonly RecordedEvent[]): number {
  const write = log.findIndex((event) => event.kind === "write" && event.offset === 0);
  const flush = log.findIndex((event, index) => index > write && event.kind === "flush");
  expect(write).toBeGreaterThan(0);
  expect(log.slice(flush).some(({ kind }) => kind === "write")).toBe(true);
  return flush + 1;
}

async function upgrade(disk: ByteRange, name: string): Promise<void> {
  const tools = { ...(await refreshTools()), kit, version: VERSION };
  const stick = await recogniseStick(disk, image);
  const prepared = await planUpgrade(stick, tools, quietJob());
  const backupFile = join(folder, `${name}.lifeboat-boot`);
  const once = { now: new Date(), beforeReadBack: async () => {}, backupFile };
  await upgradeStick(stick, prepared, { ...tools, ...once }, quietJob());
}

async function stageOf(disk: ByteRange): Promise<StickManifest> {
  return (await recogniseStick(disk, image)).manifest;
}

async function findingsOn(disk: ByteRange) {
  const stick = await recogniseStick(disk, image);
  return (await verifyStick(stick, { deep: false }, run, quietJob())).findings;
}
