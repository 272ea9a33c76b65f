/** Making a lifeboat stick Ventoy's, where a write, what is read back or the user says no: it is the lifeboat stick that it was. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import type { FileRange } from "../../../../src/block/file.ts";
import { openFile } from "../../../../src/block/file.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { replay, RecordingRange } from "../../../../src/block/recorder.ts";
import { SliceRange } from "../../../../src/block/slice.ts";
import type { Kit } from "../../../../src/boot/kit/kit.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { cancelledJob, listeningJob, quietJob } from "../../../support/jobs.ts";
import { smallKit } from "../../../support/small-kit.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { adoptOver, bytesAt, lifeboatStick, prepareOver } from "../../../support/ventoy-adopt.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";

const folder = await suiteFolder();
let parts: VentoyParts;
const sticks: Partial<Record<"gpt" | "mbr", FileRange>> = {};

beforeAll(async () => {
  const kit: Kit = await smallKit(join(folder, "kit"), "one");
  parts = await ventoyParts();
  for (const scheme of ["gpt", "mbr"] as const) {
    const image = join(folder, `${scheme}.img`);
    await lifeboatStick(image, kit, { scheme });
    sticks[scheme] = await openFile(image);
  }
}, 60_000);

function stickOf(scheme: "gpt" | "mbr"): FileRange {
  const found = sticks[scheme];
  if (found === undefined) throw new Error("no stick");
  return found;
}

async function place(): Promise<string> {
  return mkdtemp(join(folder, "saved-"));
}

/** One write fails, counted from 1; those behind it go through again. */
class FailingRange extends SliceRange {
  writes = 0;
  readonly #failing: number;
  readonly #forGood: boolean;

  constructor(base: ByteRange, failing: number, forGood = false) {
    super(base, 0, base.size);
    this.#failing = failing;
    this.#forGood = forGood;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    this.writes++;
    const fails = this.#forGood ? this.writes >= this.#failing : this.writes === this.#failing;
    if (fails) throw new LifeboatError("write-failed", { en: "It failed", zh: "失败" });
    await super.write(offset, data);
  }
}

/** Has one byte that reads as another, whatever was written. */
class StuckRange extends SliceRange {
  readonly #at: number;
  readonly #value: number;

  constructor(base: ByteRange, at: number, value: number) {
    super(base, 0, base.size);
    this.#at = at;
    this.#value = value;
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    await super.read(offset, into);
    const at = this.#at - offset;
    if (at >= 0 && at < into.length) into[at] = this.#value;
  }
}

/** LIFEBOAT_FUZZ: all writes, and an MBR too, where only the table is another one: that takes minutes. */
const EVERY = Number(process.env["LIFEBOAT_FUZZ"] ?? 0) > 0;
const SCHEMES = EVERY ? (["gpt", "mbr"] as const) : (["gpt"] as const);

test.each(SCHEMES)(
  "%s: a write that fails, whichever it is",
  async (scheme) => {
    const base = stickOf(scheme);
    const { stage } = await prepareOver(base, parts, quietJob());
    const before = await bytesAt(base, stage.extents);
    let failed = 0;
    const step = EVERY ? 1 : 5;
    for (let failing = 1; ; failing += step) {
      const overlay = new OverlayRange(base);
      const disk = new FailingRange(overlay, failing);
      const error: unknown = await adoptOver(disk, parts, await place(), quietJob()).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      if (error === undefined) break;
      failed++;
      expect(error).toMatchObject({ code: "write-failed" });
      // Where not even one was written, nothing had to be brought back.
      if (failing > 1) expect((error as LifeboatError).text.en).toContain("stick that it was");
      expect((await bytesAt(overlay, stage.extents)).equals(before), `write ${failing}`).toBe(true);
    }
    expect(failed).toBeGreaterThan(step > 1 ? 3 : 20);
  },
  600_000,
);

test.each(SCHEMES)(
  "%s: where nothing can be written any more, both ways on are said",
  async (scheme) => {
    const base = stickOf(scheme);
    for (const failing of [2, 12]) {
      const overlay = new OverlayRange(base);
      const disk = new FailingRange(overlay, failing, true);
      const work = adoptOver(disk, parts, await place(), quietJob());
      const error: unknown = await work.catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: "adopt-not-undone", kind: "damaged" });
      const { hint } = error as LifeboatError;
      expect(hint?.en).toMatch(
        /lifeboat adopt stick --ventoy \S+9\.9\.9.*lifeboat restore-boot stick \S+old/,
      );
      expect((await surveyVentoy(overlay))?.interrupted).toMatchObject({ was: "lifeboat" });
    }
  },
);

test.each(SCHEMES)(
  "%s: bytes that come back otherwise",
  async (scheme) => {
    const base = stickOf(scheme);
    const { stage } = await prepareOver(base, parts, quietJob());
    const before = await bytesAt(base, stage.extents);
    const efi = stage.efi.startLba * 512;
    const places = [
      // The mark, the rest of Ventoy's partition, and what comes behind it.
      [efi, Buffer.from("LIFEBOAT-UPGRADE"), "Ventoy's partition"],
      [efi + 512, stage.image.subarray(512), "Ventoy's partition"],
      [stage.coreLba * 512, stage.core, "core image"],
      [0, stage.bootSector, "first sector"],
      // The first letters of partition 1's name.
      ...(scheme === "gpt"
        ? ([[1024 + 56, Buffer.from("V\0e\0"), "partition table"]] as const)
        : []),
    ] as const;
    for (const [from, wanted, said] of places) {
      const old = await bytesAt(base, [{ start: from, length: wanted.length }]);
      const differs = wanted.findIndex((byte, index) => byte !== old[index]);
      expect(differs, said).toBeGreaterThanOrEqual(0);
      const at = from + differs;
      const overlay = new OverlayRange(base);
      // It always reads as it was.
      const disk = new StuckRange(overlay, at, old.readUInt8(differs));
      const work = adoptOver(disk, parts, await place(), quietJob());
      const error: unknown = await work.catch((cause: unknown) => cause);
      expect(error, said).toMatchObject({ code: "read-back-mismatch", kind: "damaged" });
      expect((error as LifeboatError).text.en).toContain(said);
      expect((await bytesAt(overlay, stage.extents)).equals(before), said).toBe(true);
    }
  },
  120_000,
);

test.each(SCHEMES)(
  "%s: stopped at any of its steps",
  async (scheme) => {
    const base = stickOf(scheme);
    const { job, events } = listeningJob();
    const { prepared } = await adoptOver(new OverlayRange(base), parts, await place(), job);
    const { stage } = prepared;
    const before = await bytesAt(base, stage.extents);
    const steps = events.length;
    const stride = EVERY ? 7 : 100;
    const indices = events.map((_, index) => index);
    let stopped = 0;
    let done = 0;
    for (const index of indices.filter((one) => one % stride === 0 || one >= steps - 5)) {
      let seen = 0;
      const overlay = new OverlayRange(base);
      const quit = cancelledJob(() => seen++ === index);
      const error: unknown = await adoptOver(overlay, parts, await place(), quit).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      if (error === undefined) {
        done++;
        expect((await surveyVentoy(overlay))?.interrupted).toBeUndefined();
        continue;
      }
      stopped++;
      expect(error, `event ${index}`).toMatchObject({ kind: "cancelled" });
      expect((await bytesAt(overlay, stage.extents)).equals(before), `event ${index}`).toBe(true);
    }
    expect(stopped).toBeGreaterThan(6);
    // From the last step on it is a matter of one sector.
    expect(done).toBe(1);
  },
  300_000,
);

test("stopped while it is brought to an end after a cut: it still says how to go on", async () => {
  const base = stickOf("gpt");
  const recorder = new RecordingRange(new OverlayRange(base));
  await adoptOver(recorder, parts, await place(), quietJob());
  const half = new OverlayRange(base);
  await replay(recorder.log, Math.floor(recorder.log.length / 2), half);
  const { stage } = await prepareOver(half, parts, quietJob());
  const before = await bytesAt(half, stage.extents);
  const first = (await surveyVentoy(half))?.interrupted?.backup ?? "";
  expect(first).toContain("old.lifeboat-boot");
  let seen = 0;
  const quit = cancelledJob(
    ({ kind, text }) => kind === "bytes" && /Writing/.test(text.en) && seen++ === 200,
  );
  const error: unknown = await adoptOver(half, parts, await place(), quit).catch(
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({ kind: "cancelled" });
  // The way back is the first run's file: what this one saved is half-made.
  expect((error as LifeboatError).hint?.en).toContain(`restore-boot stick ${first}`);
  expect((await bytesAt(half, stage.extents)).equals(before)).toBe(true);
  expect((await surveyVentoy(half))?.interrupted).toMatchObject({ was: "lifeboat", backup: first });
});
