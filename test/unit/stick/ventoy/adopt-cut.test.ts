/**
 * Making a lifeboat stick Ventoy's, cut at each of its writes, with what hadn't been flushed there or lost: the lifeboat stick, the Ventoy
 * stick, or one that says how to go on; and both ways on lead there.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { ByteRange, Extent } from "../../../../src/block/byte-range.ts";
import { openFile } from "../../../../src/block/file.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import type { Kit } from "../../../../src/boot/kit/kit.ts";
import { passesDeviceCheck } from "../../../../src/boot/ventoy/device-check.ts";
import { readPartitions } from "../../../../src/disks/partitions.ts";
import { recogniseStick } from "../../../../src/stick/stick.ts";
import { planVentoyUpgrade } from "../../../../src/stick/ventoy/upgrade/plan.ts";
import { surveyDisk } from "../../../../src/stick/adopt/survey.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { verifyVentoy } from "../../../../src/stick/ventoy/verify/verify.ts";
import { failureOf } from "../../../../src/system/errors.ts";
import { adoptedStick } from "../../../support/adopted.ts";
import { quietJob } from "../../../support/jobs.ts";
import { powerCuts } from "../../../support/power-cuts.ts";
import { smallKit } from "../../../support/small-kit.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { adoptOver, bytesAt, lifeboatStick, restoreOver } from "../../../support/ventoy-adopt.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import { releaseOf } from "../../../support/ventoy-upgrade.ts";

/** LIFEBOAT_FUZZ: all layouts, and both ways on are gone from every state, not from each so-manieth. */
const EVERY = Number(process.env["LIFEBOAT_FUZZ"] ?? 0) > 0 ? 1 : 25;
/** The same in all runs, so that their results can be compared. */
const IDS = { ventoyUuid: "0123456789abcdef".repeat(2), diskSignature: "a1b2c3d4" };

const folder = await suiteFolder();
let kit: Kit;
let parts: VentoyParts;

beforeAll(async () => {
  kit = await smallKit(join(folder, "kit"), "one");
  parts = await ventoyParts();
}, 60_000);

/** Where Ventoy's partition comes to lie: in the boot partition, partly in it, or in free room before it. */
const SHAPES = [
  ["gpt", "inside"],
  ["gpt", "free"],
  ["mbr", "inside"],
  ["gpt", "partly"],
  ["mbr", "free"],
] as const;
/** The suite takes two of them: the others differ in one thing only, and all take minutes. */
const TAKEN = EVERY === 1 ? SHAPES : SHAPES.slice(0, 2);

async function stickOf(scheme: "gpt" | "mbr", where: (typeof SHAPES)[number][1]) {
  const image = join(await mkdtemp(join(folder, "stick-")), "stick.img");
  if (where === "inside") await lifeboatStick(image, kit, { scheme });
  else {
    const freeMib = where === "partly" ? 270 : 300;
    await adoptedStick(image, kit, { scheme, fileSystem: "exfat", freeMib });
  }
  return image;
}

type State = "lifeboat" | "ventoy" | "interrupted";

async function stateOf(disk: ByteRange): Promise<State> {
  const survey = await surveyVentoy(disk);
  if (survey === undefined) {
    expect((await recogniseStick(disk, "stick")).manifest.bootStage.kind).toBe("grub");
    return "lifeboat";
  }
  if (survey.interrupted === undefined) {
    expect(passesDeviceCheck(survey.deviceCheck)).toBe(true);
    return "ventoy";
  }
  const { ok, findings } = await verifyVentoy(disk, "stick", survey, undefined, quietJob());
  expect(ok).toBe(false);
  const errors = findings.filter(
    ({ severity, id }) => severity === "error" && !id.startsWith("gpt-"),
  );
  expect(errors).toMatchObject([{ id: "ventoy-adoption-interrupted" }]);
  const [{ what, fix } = { what: { en: "" }, fix: { en: "" } }] = errors;
  expect(what.en).toContain("9.9.9");
  expect(fix.en).toMatch(/lifeboat adopt stick --ventoy .*lifeboat restore-boot stick \S+old/);
  return "interrupted";
}

/** What a finished run leaves, without the new GUID of partition 2. */
async function expectFinished(disk: ByteRange, boot: readonly Extent[], after: Buffer) {
  expect(await stateOf(disk)).toBe("ventoy");
  expect((await bytesAt(disk, boot)).equals(after)).toBe(true);
  expect((await readPartitions(disk)).findings).toEqual([]);
}

test.each(TAKEN)(
  "%s, %s: the lifeboat stick, the Ventoy stick, or verify says how to go on, and both ways lead there",
  async (scheme, where) => {
    const image = await stickOf(scheme, where);
    const base = await openFile(image);
    try {
      const recorder = new RecordingRange(new OverlayRange(base));
      const saved = await mkdtemp(join(folder, "saved-"));
      const { prepared, result } = await adoptOver(recorder, parts, saved, quietJob(), IDS);
      const { stage } = prepared;
      expect(stage.marksAt).toHaveLength(where === "partly" ? 2 : 1);
      // In free room nothing of it was anybody's, and so it isn't saved.
      const ofLifeboat = stage.extents.filter(
        ({ start }) => where === "inside" || start !== stage.efi.startLba * 512,
      );
      const before = await bytesAt(base, ofLifeboat);
      const boot = stage.extents.slice(0, 3);
      const all = await bytesAt(recorder, stage.extents);
      const after = await bytesAt(recorder, boot);
      const counts = { lifeboat: 0, ventoy: 0, interrupted: 0 };
      let finished = 0;
      let states = 0;
      for await (const { disk, number } of powerCuts(base, recorder.log)) {
        states++;
        const state = await stateOf(disk);
        counts[state]++;
        if (state === "ventoy") {
          expect((await bytesAt(disk, stage.extents)).equals(all)).toBe(true);
          continue;
        }
        if (state === "lifeboat" && where === "inside") {
          expect((await bytesAt(disk, ofLifeboat)).equals(before)).toBe(true);
          continue;
        }
        if (number % EVERY !== 0) continue;
        finished++;
        if (state === "interrupted") {
          // Nothing else takes it for something that it isn't.
          for (const look of [
            async () => planVentoyUpgrade(disk, "stick", releaseOf(parts), {}, quietJob()),
            async () => surveyDisk(disk, "stick"),
          ]) {
            const code = await look().then(
              () => "none",
              (error: unknown) => failureOf(error).code,
            );
            expect(["ventoy-adoption-interrupted", "adopt-table-damaged"]).toContain(code);
          }
        }
        const back = new OverlayRange(disk);
        await restoreOver(back, result.savedTo, quietJob());
        expect(await stateOf(back)).toBe("lifeboat");
        expect((await bytesAt(back, ofLifeboat)).equals(before)).toBe(true);
        const inside = await mkdtemp(join(folder, "again-"));
        await adoptOver(disk, parts, inside, quietJob(), IDS);
        await expectFinished(disk, boot, after);
        await rm(inside, { recursive: true });
      }
      process.stderr.write(
        `${scheme}, ${where}: ${recorder.log.length} events, ${states} states, ${JSON.stringify(counts)}, ${finished} gone on\n`,
      );
      expect(counts.lifeboat).toBeGreaterThan(0);
      expect(counts.ventoy).toBeGreaterThan(0);
      expect(counts.interrupted).toBeGreaterThan(where === "free" ? 0 : 20);
      expect(finished).toBeGreaterThan(2);
    } finally {
      await base.close();
    }
  },
  600_000,
);
