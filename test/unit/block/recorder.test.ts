import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../src/block/memory.ts";
import { RecordingRange, replay, replayCrash } from "../../../src/block/recorder.ts";

test("any prefix of the log makes what the base was at that moment", async () => {
  const write = fc.record({
    offset: fc.integer({ min: 0, max: 90 }),
    data: fc.uint8Array({ maxLength: 10 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(write, { nil: undefined })), async (events) => {
      const base = new MemoryRange(Buffer.alloc(100, 0xee));
      const recorder = new RecordingRange(base);
      const moments = [Buffer.from(base.bytes)];
      for (const event of events) {
        if (event === undefined) await recorder.flush();
        else await recorder.write(event.offset, event.data);
        moments.push(Buffer.from(base.bytes));
      }
      for (const [count, moment] of moments.entries()) {
        const copy = new MemoryRange(Buffer.alloc(100, 0xee));
        await replay(recorder.log, count, copy);
        expect(copy.bytes).toEqual(moment);
      }
    }),
    { numRuns: 50 },
  );
});

test("keeps its own copy of what was written", async () => {
  const recorder = new RecordingRange(new MemoryRange(4));
  const data = Buffer.from("ab");
  await recorder.write(0, data);
  data.fill(0);
  expect(recorder.log).toEqual([{ kind: "write", offset: 0, data: Buffer.from("ab") }]);
});

test("a power cut loses only what no flush followed", async () => {
  const recorder = new RecordingRange(new MemoryRange(4));
  await recorder.write(0, Buffer.from("a"));
  await recorder.flush();
  await recorder.write(1, Buffer.from("b"));
  await recorder.write(2, Buffer.from("c"));
  const copy = new MemoryRange(4);
  await replayCrash(recorder.log, 4, copy, (index) => index === 3);
  expect(copy.bytes.toString("latin1")).toBe("a\0c\0");
});

test("a refused write isn't in the log", async () => {
  const recorder = new RecordingRange(new MemoryRange(4));
  await expect(recorder.write(3, Buffer.from("ab"))).rejects.toMatchObject({
    code: "out-of-range",
  });
  expect(recorder.log).toEqual([]);
});
