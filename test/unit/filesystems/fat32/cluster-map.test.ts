import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ClusterMap } from "../../../../src/filesystems/fat32/cluster-map.ts";
import type { ClusterRun } from "../../../../src/filesystems/fat32/table.ts";

/** Free runs of a plain list: the model. */
function freeRuns(used: readonly boolean[]): ClusterRun[] {
  const runs: { start: number; count: number }[] = [];
  for (const [index, taken] of used.entries()) {
    const last = runs.at(-1);
    if (taken) continue;
    if (last !== undefined && last.start + last.count === index + 2) last.count++;
    else runs.push({ start: index + 2, count: 1 });
  }
  return runs;
}

/** How few runs can hold that many clusters. */
function fewest(runs: readonly ClusterRun[], clusters: number): number {
  const counts = runs.map(({ count }) => count).sort((a, b) => b - a);
  let sum = 0;
  let needed = 0;
  while (sum < clusters) sum += counts[needed++] ?? Infinity;
  return needed;
}

test("allocates free clusters only, in as few runs as there can be, and counts", () => {
  const steps = fc.array(fc.record({ clusters: fc.nat(150), give: fc.boolean() }), {
    maxLength: 40,
  });
  const initial = fc.array(fc.boolean(), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(initial, steps, (start, steps) => {
      const used = [...start];
      const map = new ClusterMap(used.length);
      const half = used.length >> 1;
      const entries = Uint32Array.from(used, (taken) => (taken ? 0x0fffffff : 0xf0000000));
      map.load(2, entries.subarray(0, half));
      map.load(2 + half, entries.subarray(half));
      const held: ClusterRun[][] = [];
      const mark = (runs: readonly ClusterRun[], taken: boolean) => {
        for (const { start, count } of runs) {
          for (let index = start - 2; index < start - 2 + count; index++) {
            expect(used[index]).toBe(!taken);
            used[index] = taken;
          }
        }
      };
      for (const { clusters, give } of steps) {
        const runs = give ? held.pop() : undefined;
        if (runs !== undefined) {
          map.give(runs);
          mark(runs, false);
        } else {
          const free = freeRuns(used);
          const total = free.reduce((sum, { count }) => sum + count, 0);
          const got = map.allocate(clusters);
          expect(got === undefined).toBe(clusters > total);
          if (got === undefined) continue;
          expect(got.reduce((sum, { count }) => sum + count, 0)).toBe(clusters);
          expect(got.length).toBe(fewest(free, clusters));
          mark(got, true);
          held.push(got);
        }
        expect(map.freeClusters).toBe(used.filter((taken) => !taken).length);
      }
    }),
    { numRuns: 500 },
  );
});

test("giving a cluster back twice counts it once", () => {
  const map = new ClusterMap(100);
  const runs = map.allocate(40) ?? [];
  map.give(runs);
  map.give(runs);
  expect(map.freeClusters).toBe(100);
});
