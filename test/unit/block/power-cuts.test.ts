/** The states that the tests cut the power in are all that replaying the log from its beginning makes, and each is there once. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { RecordingRange, replayCrash } from "../../../src/block/recorder.ts";
import { FIVE_WAYS, powerCuts } from "../../support/power-cuts.ts";

const write = fc.record({
  offset: fc.integer({ min: 0, max: 90 }),
  data: fc.uint8Array({ minLength: 1, maxLength: 10 }),
});

test("every state, and what is written to one is in no other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(write, { nil: undefined })), async (events) => {
      const empty = Buffer.alloc(100, 0xee);
      const recorder = new RecordingRange(new MemoryRange(Buffer.from(empty)));
      for (const event of events) {
        if (event === undefined) await recorder.flush();
        else await recorder.write(event.offset, event.data);
      }
      const wanted = new Set<string>();
      for (let count = 0; count <= recorder.log.length; count++) {
        for (const reached of FIVE_WAYS) {
          const copy = new MemoryRange(Buffer.from(empty));
          await replayCrash(recorder.log, count, copy, reached);
          wanted.add(copy.bytes.toString("hex"));
        }
      }
      const seen = new Set<string>();
      let states = 0;
      for await (const { disk, number } of powerCuts(new MemoryRange(empty), recorder.log)) {
        expect(number).toBe(states++);
        seen.add((await readBytes(disk, 0, 100)).toString("hex"));
        await disk.write(0, Buffer.alloc(100, 0x55));
      }
      expect(seen).toEqual(wanted);
      expect(states).toBeLessThanOrEqual((recorder.log.length + 1) * FIVE_WAYS.length);
    }),
    { numRuns: 50 },
  );
});

test("one event after a flush is cut in two states, whatever the ways", async () => {
  const recorder = new RecordingRange(new MemoryRange(8));
  await recorder.write(0, Buffer.from("a"));
  await recorder.flush();
  await recorder.write(1, Buffer.from("b"));
  await recorder.flush();
  const states: string[] = [];
  for await (const { disk, count } of powerCuts(new MemoryRange(8), recorder.log))
    states.push(`${count} ${(await readBytes(disk, 0, 2)).toString("hex")}`);
  expect(states).toEqual(["0 0000", "1 6100", "3 6162"]);
});
