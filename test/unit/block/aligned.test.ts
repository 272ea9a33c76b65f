import { expect, test } from "vitest";
import { AlignedRange } from "../../../src/block/aligned.ts";
import { readBytes } from "../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { SectorsOnly } from "./sectors-only.ts";

test("whole sectors go through in one write, the ends of a longer one as sectors", async () => {
  const recorder = new RecordingRange(new SectorsOnly(Buffer.alloc(8192), 512));
  const aligned = new AlignedRange(recorder);
  await aligned.write(512, Buffer.alloc(2048, 1));
  await aligned.write(4000, Buffer.alloc(2000, 2));
  const writes = recorder.log.map((event) =>
    event.kind === "write" ? [event.offset, event.data.length] : "flush",
  );
  expect(writes).toEqual([
    [512, 2048],
    [3584, 512],
    [4096, 1536],
    [5632, 512],
  ]);
});

test("writes to one sector at the same time don't undo each other", async () => {
  const aligned = new AlignedRange(new SectorsOnly(Buffer.alloc(512), 512));
  await Promise.all(
    Array.from({ length: 256 }, (_, index) => aligned.write(index * 2, Buffer.from([index]))),
  );
  const sector = await readBytes(aligned, 0, 512);
  expect(Array.from({ length: 256 }, (_, index) => sector[index * 2])).toEqual(
    Array.from({ length: 256 }, (_, index) => index),
  );
});

test("a failed write doesn't stop those behind it", async () => {
  const aligned = new AlignedRange(new SectorsOnly(Buffer.alloc(512), 512));
  const results = await Promise.allSettled([
    aligned.write(511, Buffer.from("ab")),
    aligned.write(1, Buffer.from("c")),
  ]);
  expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled"]);
});

test("refuses a medium that doesn't end at a sector's end", () => {
  expect(() => new AlignedRange(new MemoryRange(1000), 512)).toThrow(
    expect.objectContaining({ code: "unaligned-size" }),
  );
});
