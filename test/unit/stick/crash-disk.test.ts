/** What `npm run crash` doesn't look at twice, it knows by its bytes: the disk of its states must never take other bytes for them. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { CrashDisk } from "../../crash/disk.ts";
import { DiskHashes } from "../../crash/hashes.ts";
import { randomFrom } from "../../support/random.ts";

const SIZE = 5 << 20;

const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** The same few lengths, places and contents again and again, so that states come back. */
async function change(disk: CrashDisk, random: (below: number) => number): Promise<void> {
  const length = [3, 512, 1024, 40_000, 1_500_000][random(5)] ?? 512;
  const offset = Math.min(SIZE - length, [0, 512, 1_047_000, 2_097_152, 5_000_000][random(5)] ?? 0);
  await disk.write(offset, Buffer.alloc(length, random(3)));
}

test("equal bytes have one key, and others another one, through writes and what takes them back", async () => {
  const random = randomFrom(7);
  const disk = new CrashDisk(Buffer.alloc(SIZE, 1));
  const places = [0, 1, 511, 512, 1_048_576, 3_000_000];
  const bytesOf = new Map<string, string>();
  const keyOf = new Map<string, string>();
  let again = 0;
  for (let round = 0; round < 300; round++) {
    const undone = random(3) === 0;
    if (undone) disk.mark();
    for (let writes = random(3); writes >= 0; writes--) await change(disk, random);
    if (undone && random(2) === 0) disk.keyOf(0, SIZE);
    if (undone) disk.rollBack();
    const offset = places[random(places.length)] ?? 0;
    const length = [1, 512, 700, 1_048_576, 2_000_000][random(5)] ?? 1;
    // A key is of whole sectors: what lies beside an odd run in its first and last one counts as well.
    const [first, end] = [Math.floor(offset / 512) * 512, Math.ceil((offset + length) / 512) * 512];
    const bytes = `${offset} ${length} ${sha256(await readBytes(disk, first, end - first))}`;
    const place = `${offset} ${length}`;
    const key = `${place} ${disk.keyOf(offset, length)}`;
    if (bytesOf.has(key)) again++;
    expect(bytesOf.get(key) ?? bytes).toBe(bytes);
    expect(keyOf.get(bytes) ?? key).toBe(key);
    bytesOf.set(key, bytes);
    keyOf.set(bytes, key);
    const found = await new DiskHashes(disk).ofExtents([{ start: offset, length }]);
    expect(found).toBe(sha256(await readBytes(disk, offset, length)));
  }
  expect(again).toBeGreaterThan(20);
  expect(bytesOf.size).toBeGreaterThan(50);
});
