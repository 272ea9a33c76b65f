import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RangeList } from "../../../../src/disks/media-test/range-list.ts";

const extents = fc.array(
  fc.record({ start: fc.nat(200), length: fc.integer({ min: 1, max: 20 }) }),
  { maxLength: 30 },
);

test("holds exactly what was added: sorted, and what touches joined", () => {
  fc.assert(
    fc.property(extents, fc.nat(250), (added, end) => {
      const list = new RangeList();
      for (const { start, length } of added) list.add(start, length);
      const covers = (ranges: readonly { start: number; length: number }[], at: number) =>
        ranges.filter(({ start, length }) => at >= start && at < start + length).length;
      const places = Array.from({ length: 230 }, (_, at) => at);
      const wanted = places.map((at) => (covers(added, at) > 0 ? 1 : 0));
      expect(places.map((at) => covers(list.ranges, at))).toEqual(wanted);
      const before = list.before(end);
      expect(places.map((at) => covers(before, at))).toEqual(
        wanted.map((count, at) => (at < end ? count : 0)),
      );
      list.ranges.forEach(({ start }, index) => {
        const before = list.ranges[index - 1];
        if (before !== undefined) expect(start).toBeGreaterThan(before.start + before.length);
      });
    }),
  );
});

test("is bounded: a medium with bad places everywhere fills no memory", () => {
  const list = new RangeList();
  for (let index = 0; index < 30_000; index++) list.add(index * 1024, 512);
  expect(list.ranges).toHaveLength(10_000);
  expect(list.ranges.at(-1)).toEqual({ start: 9_999 * 1024, length: 20_000 * 1024 + 512 });
});
