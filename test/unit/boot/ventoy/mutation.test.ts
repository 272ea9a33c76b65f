/** Bytes of releases changed at random: a release or a LifeboatError, soon, and in little memory. */
import { readFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { ventoyRelease } from "../../../support/ventoy-release.ts";
import { FORMS, neededMembers, opened, setTarSize, tarOf, zipOf } from "./support.ts";

const MOST_GROWTH = 300 * 2 ** 20;

async function read(bytes: Buffer): Promise<void> {
  const { bootImage, coreImage, diskImage, version } = await opened(bytes);
  const sizes = [bootImage.length, coreImage.length, diskImage.length];
  expect([version, ...sizes]).toEqual(["9.9.9", 512, 2047 * 512, 65_536 * 512]);
}

test.each(FORMS)("a .%s", async (form) => {
  const { archive } = await ventoyRelease({ form });
  const bytes = await readFile(archive);
  const before = process.memoryUsage.rss();
  const areas = [{ start: 0, length: bytes.length }];
  const options = { areas, iterations: fuzzRounds(60), seed: 71 };
  expect(await mutate(bytes, options, async (range) => read(range.bytes))).toBeGreaterThan(10);
  expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_GROWTH);
});

test("headers of a tar, whose checksums are made right again", async () => {
  const { archive } = await ventoyRelease();
  const bytes = gunzipSync(await readFile(archive));
  const headers: number[] = [];
  for (let at = 0; at < bytes.length; at += 512) {
    if (bytes.toString("latin1", at + 257, at + 262) === "ustar") headers.push(at);
  }
  // Name, size, kind and magic: whatever the owner and the time are, it is read.
  const areas = headers.flatMap((start) => [
    { start, length: 40 },
    { start: start + 124, length: 12 },
    { start: start + 156, length: 1 },
    { start: start + 257, length: 8 },
  ]);
  const repair = (image: Buffer) => {
    for (const at of headers) {
      const size = image.toString("latin1", at + 124, at + 136);
      setTarSize(image.subarray(at), size);
    }
  };
  const options = { areas, iterations: fuzzRounds(40), seed: 72, repair };
  const refused = await mutate(bytes, options, async (range) =>
    read(gzipSync(range.bytes, { level: 1 })),
  );
  expect(refused).toBeGreaterThan(10);
});

test("xz in a tar without other checksums, and in a zip whose checksums are of no help", async () => {
  const members = await neededMembers();
  for (const bytes of [await tarOf(members), zipOf(members, 0)]) {
    const packed = members.filter(({ name }) => name.endsWith(".xz"));
    const areas = packed.map(({ data = "" }) => ({
      start: bytes.indexOf(data),
      length: data.length,
    }));
    const options = { areas, iterations: fuzzRounds(60), seed: 73 };
    const refused = await mutate(bytes, options, async (range) => {
      const isZip = range.bytes.toString("latin1", 0, 2) === "PK";
      await read(isZip ? range.bytes : gzipSync(range.bytes, { level: 1 }));
    });
    // Each byte of it is covered by one of xz's checks.
    expect(refused).toBeGreaterThan(options.iterations * 0.9);
  }
});
