/** A file of more than 4 GiB on exFAT: what a size of 32 bits would lose is all there. It moves 4 GiB several times. */
import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addFiles } from "../../src/stick/add.ts";
import { inspectStick } from "../../src/stick/inspect.ts";
import { quietJob } from "../support/jobs.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../support/sticks.ts";

const GIB = 2 ** 30;

const folder = await suiteFolder();

test("a file of more than 4 GiB", async () => {
  const iso = await fixtureIso("debian-live", folder);
  const file = await open(iso, "r+");
  await file.write(randomBytes(MIB), 0, MIB, 4 * GIB + 3 * MIB);
  await file.close();
  const image = join(folder, "large.img");
  await buildStick(image, { sizeBytes: 5 * GIB });
  const result = await withStick(image, async (stick) =>
    addFiles(stick, [iso], await refreshTools(), quietJob()),
  );
  const sizeBytes = 4 * GIB + 4 * MIB;
  const sha256 = await sha256OfFile(iso);
  expect(result.files).toEqual([{ path: "/debian-live.iso", sizeBytes, sha256 }]);
  const { isos } = await withStick(image, inspectStick);
  expect(isos[0]?.extents).toHaveLength(1);
  expect(isos[0]?.extents[0]?.sectors).toBe(sizeBytes / 512);
  expect(isos[0]?.entries).toHaveLength(5);
  await expectCleanStick(image, "exfat");
  expect(await hashesByOthers(image, "exfat", ["/debian-live.iso"], [iso])).toEqual([sha256]);
});
