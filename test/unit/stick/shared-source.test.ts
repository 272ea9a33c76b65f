/** Files read once for several readers: all get the same bytes, nobody runs far ahead, and whoever leaves is not waited for. */
import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../src/block/memory.ts";
import { SharedSource } from "../../../src/stick/data/shared-source.ts";

const CHUNK = 1 << 20;

/** Sources in memory that count what is read of them. */
function sources(sizes: readonly number[]) {
  const files = new Map(sizes.map((size, index) => [`${index}`, randomBytes(size)]));
  const counts = { read: 0, opened: 0, closed: 0 };
  const open = async (name: string) => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`no ${name}`);
    counts.opened++;
    const range = new MemoryRange(bytes);
    const read = range.read.bind(range);
    return Object.assign(range, {
      modified: async () => new Date(0),
      read: async (offset: number, into: Uint8Array) => {
        counts.read += into.length;
        await new Promise((resolve) => setImmediate(resolve));
        await read(offset, into);
      },
      close: async () => void counts.closed++,
    });
  };
  return { files, counts, open };
}

/** Reads all files as `copyOnto` does; a pause after some chunks. */
async function readAll(
  reader: ReturnType<SharedSource["join"]>,
  files: ReadonlyMap<string, Buffer>,
  pause: (chunk: number) => boolean,
  give: (name: string, bytes: Buffer) => void,
): Promise<void> {
  let chunk = 0;
  for (const name of files.keys()) {
    const file = await reader.open(name);
    const bytes = Buffer.alloc(file.size);
    for (let at = 0; at < file.size; at += CHUNK) {
      await file.read(at, bytes.subarray(at, at + CHUNK));
      if (pause(chunk++)) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await file.close();
    give(name, bytes);
  }
}

test("every reader gets every byte, and each is read once", async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 6 * CHUNK }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.integer({ min: 1, max: 5 }),
      fc.nat(9),
      async (some, count, slow) => {
        const { files, counts, open } = sources(some);
        const shared = new SharedSource(open, CHUNK);
        const readers = Array.from({ length: count }, () => shared.join());
        await Promise.all(
          readers.map(async (reader, index) => {
            const seen: string[] = [];
            const pause = (chunk: number) => (chunk + index) % 10 < slow;
            await readAll(reader, files, pause, (name, bytes) => {
              expect(bytes.equals(files.get(name) ?? Buffer.alloc(1))).toBe(true);
              seen.push(name);
            });
            expect(seen).toEqual([...files.keys()]);
            await reader.leave();
          }),
        );
        expect(counts.read).toBe(some.reduce((sum, size) => sum + size, 0));
        expect(counts.closed).toBe(counts.opened);
        expect(counts.opened).toBe(some.length);
      },
    ),
    { numRuns: 25 },
  );
});

describe("a reader that leaves", () => {
  test("before its first read, in the middle, or at the end, is not waited for", async () => {
    const { files, counts, open } = sources([40 * CHUNK, 3 * CHUNK]);
    const shared = new SharedSource(open, CHUNK);
    const [never, early, whole] = [shared.join(), shared.join(), shared.join()];
    const finished = readAll(
      whole,
      files,
      () => false,
      () => {},
    ).then(() => "finished");
    const file = await early.open("0");
    await file.read(0, Buffer.alloc(CHUNK));
    // The window is full now: nobody may be more than some chunks ahead.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(counts.read).toBeLessThanOrEqual(17 * CHUNK);
    const waiting = await Promise.race([finished, Promise.resolve("waiting")]);
    expect(waiting).toBe("waiting");
    await never.leave();
    await early.leave();
    expect(await finished).toBe("finished");
    await whole.leave();
    expect(counts.read).toBe(43 * CHUNK);
    expect(counts.closed).toBe(counts.opened);
  });
});

test("what can't be read fails for all, and can be given up by all", async () => {
  const { open } = sources([3 * CHUNK]);
  const shared = new SharedSource(async (name) => {
    const file = await open(name);
    return Object.assign(file, {
      read: async () => {
        throw new Error("bad sector");
      },
    });
  }, CHUNK);
  const readers = [shared.join(), shared.join(), shared.join()];
  const results = await Promise.allSettled(
    readers.map(async (reader) => {
      try {
        const file = await reader.open("0");
        await file.read(0, Buffer.alloc(CHUNK));
      } finally {
        await reader.leave();
      }
    }),
  );
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});
