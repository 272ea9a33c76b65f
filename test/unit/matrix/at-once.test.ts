import { setImmediate as soon } from "node:timers/promises";
import { expect, test } from "vitest";
import { eachOf } from "../../matrix/at-once.ts";

test.each([1, 2, 5])("every item once, in order, at most %i at a time", async (limit) => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 12 }, (_one, index) => index);
  await eachOf(items, limit, async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    for (let turns = (item * 7) % 5; turns >= 0; turns--) await soon();
    running--;
  });
  expect(begun).toEqual(items);
  expect(most).toBe(limit);
});

test("after a failure what runs comes to its end, and nothing else is begun", async () => {
  const ended: number[] = [];
  const working = eachOf([0, 1, 2, 3], 2, async (item) => {
    if (item === 0) throw new Error("the first");
    await soon();
    ended.push(item);
  });
  await expect(working).rejects.toThrow("the first");
  expect(ended).toEqual([1]);
});
