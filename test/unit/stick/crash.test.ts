/** A short run of `npm run crash` (docs/testing.md): cut power and failing media, on one stick. */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes } from "../../../src/block/byte-range.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { eraseTables } from "../../../src/stick/build/erase-tables.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { openData, recogniseStick } from "../../../src/stick/stick.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import { CrashDisk } from "../../crash/disk.ts";
import { searchFaults } from "../../crash/faults.ts";
import { hasTable } from "../../crash/look.ts";
import { statesOf, windowsOf } from "../../crash/states.ts";
import { SCENARIOS } from "../../crash/scenarios.ts";
import { searchCrashes } from "../../crash/search.ts";
import type { BaseStick } from "../../crash/sticks.ts";
import { makeBase, PLAIN } from "../../crash/sticks.ts";
import { quietJob } from "../../support/jobs.ts";
import { refreshTools, suiteFolder } from "../../support/sticks.ts";

let folder = "";
let base: BaseStick;

beforeAll(async () => {
  folder = await suiteFolder();
  base = await makeBase("exfat", "gpt", join(folder, "base"));
});

test.each(SCENARIOS)(
  "$command, cut anywhere, leaves the old menu or the new one",
  async (scenario) => {
    const options = { folder, orders: 3, seed: 1, every: 60, refreshEvery: 4 };
    const { states, faults } = await searchCrashes(scenario, base, options);
    expect(faults).toEqual([]);
    expect(states).toBeGreaterThan(2);
  },
);

test.each(SCENARIOS.filter(({ command }) => command === "refresh" || command === "remove"))(
  "$command on a medium that fails says so, and comes to its end later",
  async (scenario) => {
    for (const { fault, failed, wrong } of await searchFaults(scenario, base, {
      places: 3,
      seed: 1,
    })) {
      expect(wrong).toEqual([]);
      if (fault === "gone" || fault === "full") expect(failed).toBe(3);
      if (fault === "short") expect(failed).toBe(0);
    }
  },
);

test("a build takes the first sector away before all else: until then the old stick is whole", async () => {
  const disk = new CrashDisk(Buffer.from(base.bytes));
  const whole = disk.keyOf(0, disk.size);
  const recorder = new RecordingRange(new OverlayRange(disk));
  await eraseTables(recorder);
  let without = 0;
  for (const window of windowsOf(recorder.log)) {
    for (const { what, pieces } of statesOf(window, 3, 1)) {
      disk.mark();
      for (const { offset, data } of pieces) await disk.write(offset, data);
      if (await hasTable(disk))
        expect({ what, key: disk.keyOf(0, disk.size) }).toEqual({ what, key: whole });
      else without++;
      disk.rollBack();
    }
    for (const { offset, data } of window.writes) await disk.write(offset, data);
  }
  expect(without).toBeGreaterThan(3);
});

/** A disk with a sector that can't be read while `bad` is set: as `FileRange` says it. */
class BadSpot extends SliceRange {
  bad = true;
  readonly #at: number;

  constructor(disk: ByteRange, at: number) {
    super(disk, 0, disk.size);
    this.#at = at;
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    if (this.bad && offset <= this.#at && this.#at < offset + into.length) {
      const said = { en: "EIO: i/o error", zh: "EIO" };
      throw new LifeboatError("read-failed", said);
    }
    await super.read(offset, into);
  }
}

test("an ISO that can't be read once is looked into again at the next refresh", async () => {
  const tools = await refreshTools();
  const disk = new CrashDisk(Buffer.from(base.bytes));
  const stick = await recogniseStick(disk, "crash.img");
  const volume = await openData(stick, tools.run);
  const source = await volume.open(PLAIN);
  await volume.writeFile("/copy.iso", await readBytes(source, 0, source.size), new Date());
  const [extent] = (await volume.extents("/copy.iso")) ?? [];
  const start = stick.data.startLba * 512 + (extent?.start ?? 0);
  // The primary volume descriptor.
  const spot = new BadSpot(disk, start + 16 * 2048);
  const recordOf = async (path: string) => {
    const { bootVolume: esp } = await recogniseStick(disk, "crash.img");
    const slot = await readSlot(esp, await readActiveSlot(esp));
    return slot?.records.isos.find((iso) => iso.path === path);
  };

  await refreshStick(await recogniseStick(spot, "crash.img"), tools, quietJob());
  expect((await recordOf("/copy.iso"))?.problems).toMatchObject([
    { id: "unreadable", text: { en: expect.stringContaining("EIO: i/o error") } },
  ]);
  spot.bad = false;
  await refreshStick(await recogniseStick(spot, "crash.img"), tools, quietJob());
  expect((await recordOf("/copy.iso"))?.entries).toEqual((await recordOf(PLAIN))?.entries);
});
