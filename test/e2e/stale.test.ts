/** An ISO that was moved, with another one where it lay, and no refresh since: its entry starts neither, and says why. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import { rangeOfExtents } from "../../src/block/concatenation.ts";
import { rangeOf } from "../../src/stick/data/volume.ts";
import { putFile } from "../../src/stick/data/put-file.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { testIso } from "../setup/isos.ts";
import { quietJob } from "../support/jobs.ts";
import { buildImage } from "./lifeboat.ts";
import { imagesFolder, startEntry } from "./support.ts";

const folder = await imagesFolder("stale");

test("the entry of an ISO that has moved says so, and the menu goes on", async () => {
  const memtest = await testIso("memtest");
  const image = await buildImage(join(folder, "stale.img"), [memtest]);
  await moveAway(image, memtest, await testIso("grub-rescue"));

  // After half a minute the menu is there again, and starts something else.
  const then = ["Tools", "Test the memory"];
  const wanted = ["Memtest86+ v6", "CLK/Temp"];
  const result = await startEntry(image, "bios", "Memtest86+", wanted, 4 * 60_000, then);
  expect(result.serial).toContain("This file has moved or was replaced: run lifeboat refresh");
  // Neither the ISO that is there now nor the one that is meant was started before.
  expect(result.serial).not.toContain("GNU/Hurd");
});

/** Gives `/memtest….iso` another place and `other` its old one, as a user's computer would. */
async function moveAway(image: string, iso: string, other: string): Promise<void> {
  const stick = await openStick(image, { writable: true });
  try {
    const volume = await openData(stick, run);
    const range = rangeOf(stick.data);
    const [entry] = (await volume.list("/")).filter(({ name }) => name.endsWith(".iso"));
    if (entry === undefined) throw new Error("no ISO");
    const [before] = (await volume.extents(entry.path)) ?? [];
    await putFile(
      { source: iso, path: entry.path, sizeBytes: entry.sizeBytes },
      volume,
      range,
      quietJob(),
      { replace: true },
    );
    const source = await openFile(other);
    const reservation = await volume.reserve(source.size);
    expect(reservation.extents[0]?.start).toBe(before?.start);
    const bytes = Buffer.alloc(source.size);
    await source.read(0, bytes);
    await source.close();
    await rangeOfExtents(range, reservation.extents).write(0, bytes);
    await reservation.commit("/other.iso", new Date());
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
}
