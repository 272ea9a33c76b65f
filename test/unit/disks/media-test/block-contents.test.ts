import { describe, expect, test } from "vitest";
import { BlockContents, SEED_BYTES } from "../../../../src/disks/media-test/block-contents.ts";
import { GIB } from "./support.ts";

const contents = new BlockContents(Buffer.alloc(SEED_BYTES, 1));
/** Beyond 32 bits, and not a multiple of anything but a sector. */
const FAR = 5000 * GIB + 7 * 512;

describe("what a sector holds", () => {
  test("is the same whether it is made alone or in a long run", () => {
    const run = contents.at(FAR, 64 * 512);
    for (const index of [0, 1, 63]) {
      const alone = contents.at(FAR + index * 512, 512);
      expect(run.subarray(index * 512, (index + 1) * 512)).toEqual(alone);
    }
  });

  test("tells its position, and nothing of another run or of a damaged sector", () => {
    const sector = contents.at(FAR, 512);
    expect(contents.positionIn(sector)).toBe(FAR);
    const other = new BlockContents(Buffer.alloc(SEED_BYTES, 2));
    expect(other.positionIn(sector)).toBeUndefined();
    expect(contents.positionIn(Buffer.alloc(512))).toBeUndefined();
    sector[300] = (sector[300] ?? 0) ^ 1;
    expect(contents.positionIn(sector)).toBeUndefined();
  });

  test("can't be compressed: no two sectors share much", () => {
    const a = contents.at(0, 512).subarray(16);
    const b = contents.at(512, 512).subarray(16);
    const same = a.filter((byte, index) => byte === b[index]).length;
    expect(same).toBeLessThan(20);
  });
});

describe("what became of a sector", () => {
  test.each([
    ["held", (sector: Buffer) => sector],
    ["alias", () => contents.at(512, 512)],
    ["flipped", (sector: Buffer) => changed(sector, 200, 0x10)],
    ["flipped", (sector: Buffer) => changed(sector, 3, 0xff)],
    ["flipped", (sector: Buffer) => changed(sector, 12, 0x01)],
    ["lost", () => Buffer.alloc(512)],
    ["lost", () => Buffer.alloc(512, 0xff)],
    ["lost", () => new BlockContents(Buffer.alloc(SEED_BYTES, 2)).at(FAR, 512)],
  ] as const)("%s", (state, change) => {
    expect(contents.statesOf(FAR, change(contents.at(FAR, 512)))).toEqual([state]);
  });
});

function changed(sector: Buffer, at: number, bits: number): Buffer {
  sector[at] = (sector[at] ?? 0) ^ bits;
  return sector;
}
