import { setImmediate as nextTurn } from "node:timers/promises";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { inTurns } from "../../../src/system/turns.ts";

test("every byte once and in order, whatever the length", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 3 * 2 ** 18 + 1 }), async (length) => {
      const bytes = Buffer.alloc(length, 1);
      for (let at = 0; at < length; at += 4093) bytes[at] = at;
      const parts: Buffer[] = [];
      await inTurns(bytes, (part) => parts.push(part));
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test("others have their turn in between", async () => {
  const order: string[] = [];
  const others = (async () => {
    for (let turn = 0; turn < 3; turn++) {
      await nextTurn();
      order.push("other");
    }
  })();
  await inTurns(Buffer.alloc(2 ** 20), () => order.push("step"));
  await others;
  expect(order.slice(0, 3)).toEqual(["step", "other", "step"]);
});
