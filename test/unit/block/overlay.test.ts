import { expect, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";

/** A medium so large that only a sparse overlay can stand on it; every byte of it is 0x5A. */
class Endless extends MemoryRange {
  override readonly size = 2 ** 43;
  override async read(_offset: number, into: Uint8Array): Promise<void> {
    into.fill(0x5a);
  }
  override async write(): Promise<void> {
    throw new Error("the base was written");
  }
}

test("holds only the chunks that were written, over a base of 8 TiB", async () => {
  const overlay = new OverlayRange(new Endless(0), { chunkBytes: 4096 });
  await overlay.write(2 ** 42 + 4095, Buffer.from("ab"));
  await overlay.write(overlay.size - 1, Buffer.from("z"));
  expect(overlay.heldBytes).toBe(3 * 4096);
  expect((await readBytes(overlay, 2 ** 42 + 4094, 4)).toString()).toBe("ZabZ");
  expect((await readBytes(overlay, overlay.size - 2, 2)).toString()).toBe("Zz");
});

test("two writers of one chunk at once both get in", async () => {
  const overlay = new OverlayRange(new MemoryRange(100), { chunkBytes: 100 });
  await Promise.all([overlay.write(0, Buffer.from("ab")), overlay.write(50, Buffer.from("cd"))]);
  const all = await readBytes(overlay, 0, 100);
  expect(all.toString("latin1", 0, 2) + all.toString("latin1", 50, 52)).toBe("abcd");
});

test("the changes, put onto a copy of the base, make what the overlay shows", async () => {
  const base = Buffer.from(Array.from({ length: 1050 }, (_, index) => index & 0xff));
  const overlay = new OverlayRange(new MemoryRange(Buffer.from(base)), { chunkBytes: 100 });
  await overlay.write(1040, Buffer.alloc(10, 1));
  await overlay.write(150, Buffer.alloc(100, 2));
  const changes = await overlay.changes();
  expect(changes.map(({ offset, data }) => [offset, data.length])).toEqual([
    [100, 100],
    [200, 100],
    [1000, 50],
  ]);
  for (const { offset, data } of changes) data.copy(base, offset);
  expect(base).toEqual(await readBytes(overlay, 0, 1050));
});

test("a base that can't be read fails that write and no later one", async () => {
  let broken = true;
  class Flaky extends MemoryRange {
    override async read(offset: number, into: Uint8Array): Promise<void> {
      if (broken) throw new Error("bad sector");
      await super.read(offset, into);
    }
  }
  const overlay = new OverlayRange(new Flaky(100), { chunkBytes: 10 });
  await expect(overlay.write(3, Buffer.from("x"))).rejects.toThrow("bad sector");
  await overlay.write(10, Buffer.alloc(10, 7)); // a whole chunk needs nothing from the base
  broken = false;
  await overlay.write(3, Buffer.from("x"));
  expect((await readBytes(overlay, 2, 3)).toString("latin1")).toBe("\0x\0");
});
