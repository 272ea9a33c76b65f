/** Dirty hives and their transaction logs. */
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { editHive, readHive, recoverHive } from "../../../../src/windows/registry/index.ts";
import type { HiveEdit } from "../../../../src/windows/registry/index.ts";
import { marvin32 } from "../../../../src/windows/registry/log/marvin32.ts";
import { fuzzRounds, mutate } from "../../../support/mutations.ts";
import { baseBlock, dirtyPages, logEntry, newLog, oldLog } from "../../../support/hive-logs.ts";
import { checkLayout } from "../../../support/hive-layout.ts";
import { binary, digestOf, dword, key, made, treeOf } from "./support.ts";

test("Marvin32 gives what .NET's own tests expect of it", () => {
  const expected: [bigint, string, bigint][] = [
    [0x004f_b61a_001b_dbccn, "", 0x30ed_35c1_00cd_3c7dn],
    [0x004f_b61a_001b_dbccn, "af", 0x48e7_3fc7_7d75_ddc1n],
    [0x004f_b61a_001b_dbccn, "e70f", 0xb5f6_e1fc_485d_bff8n],
    [0x004f_b61a_001b_dbccn, "37f495", 0xf0b0_7c78_9b8c_f7e8n],
    [0x004f_b61a_001b_dbccn, "8642dc59", 0x7008_f2e8_7e9c_f556n],
    [0x004f_b61a_001b_dbccn, "ab427ea8d10fc7", 0xe118_47e4_f067_8c41n],
    [0x804f_b61a_801b_dbccn, "00ff00ff00ff", 0xec21_276a_17e8_21a5n],
  ];
  for (const [seed, data, hash] of expected) {
    expect(marvin32(Buffer.from(data, "hex"), seed)).toBe(hash);
  }
});

/** States of a hive, one edit after the other; the last ones are longer. */
let states: Buffer[];

beforeAll(async () => {
  const steps: HiveEdit[][] = [
    [{ kind: "set-value", key: "one", value: dword("x", 2) }],
    [
      { kind: "create-key", key: "three\\deep" },
      { kind: "delete-key", key: "two" },
    ],
    [{ kind: "set-value", key: "three", value: binary("large", Buffer.alloc(50_000, 3)) }],
    [{ kind: "set-value", key: "three", value: binary("more", Buffer.alloc(20_000, 4)) }],
  ];
  states = [made(key("Root", { subkeys: [key("one", { values: [dword("x", 1)] }), key("two")] }))];
  for (const step of steps) states.push(await editHive(states.at(-1) ?? Buffer.alloc(0), step));
});

/** The hive at the beginning, but with some pages of what was being written, or of nothing. */
function torn(sequence: { primary: number; secondary: number }, isTorn: (page: number) => boolean) {
  const [start = Buffer.alloc(0)] = states;
  const hive = Buffer.from(start);
  baseBlock(hive, sequence).copy(hive);
  const end = states.at(-1) ?? hive;
  for (const { offset } of dirtyPages(hive, end)) {
    if (4096 + offset < hive.length && isTorn(offset / 4096))
      hive.fill(0xdd, 4096 + offset, 8192 + offset);
  }
  return hive;
}

async function recovered(
  hive: Buffer,
  ...logs: Buffer[]
): Promise<{ bytes: Buffer; applied: number }> {
  const before = Buffer.from(hive);
  const ranges = logs.map((log) => new MemoryRange(log));
  const { range, applied } = await recoverHive(new MemoryRange(hive), ranges);
  expect(hive.equals(before)).toBe(true);
  return { bytes: await readBytes(range, 0, range.size), applied };
}

/** All but the base block. */
function bins(hive: Buffer | undefined): string {
  return (hive ?? Buffer.alloc(0)).subarray(4096).toString("latin1");
}

describe("recoverHive", () => {
  test("a clean hive is what it is, whatever the logs say", async () => {
    const [start = Buffer.alloc(0)] = states;
    const { bytes, applied } = await recovered(start, newLog(states, 1));
    expect([bytes.equals(start), applied]).toEqual([true, 0]);
  });

  test("entries of two logs, in whatever order the logs are given", async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.func(fc.boolean()),
      async (split, swapped, isTorn) => {
        const hive = torn({ primary: 8, secondary: 7 }, isTorn);
        const logs = [
          newLog(states.slice(0, split), 7),
          newLog(states.slice(split - 1), 6 + split),
        ];
        const { bytes, applied } = await recovered(hive, ...(swapped ? logs.reverse() : logs));
        expect(applied).toBe(4);
        expect(bins(bytes) === bins(states[4])).toBe(true);
        const { baseBlock } = await readHive(new MemoryRange(bytes));
        expect(baseBlock).toMatchObject({ primarySequenceNumber: 11, secondarySequenceNumber: 11 });
        checkLayout(bytes);
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });

  test("entries that were applied before are left out", async () => {
    const [, , middle = Buffer.alloc(0)] = states;
    const hive = Buffer.from(middle);
    baseBlock(hive, { primary: 4, secondary: 3 }).copy(hive);
    const { bytes, applied } = await recovered(
      hive,
      newLog(states.slice(0, 3), 1),
      newLog(states.slice(2), 3),
    );
    expect(applied).toBe(2);
    expect(bins(bytes) === bins(states[4])).toBe(true);
  });

  test("recovery ends before the entry that isn't whole", async () => {
    const log = newLog(states, 1);
    const third = log.indexOf("HvLE", log.indexOf("HvLE", log.indexOf("HvLE") + 4) + 4);
    for (const at of [third, third + 8, third + 33, third + 100]) {
      const damaged = Buffer.from(log);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
      const { bytes, applied } = await recovered(
        torn({ primary: 2, secondary: 1 }, () => false),
        damaged,
      );
      expect(applied).toBe(2);
      expect(bins(bytes) === bins(states[2])).toBe(true);
    }
    const cut = await recovered(
      torn({ primary: 2, secondary: 1 }, () => false),
      log.subarray(0, third + 600),
    );
    expect(cut.applied).toBe(2);
  });

  test("a lost base block comes from the newest log", async () => {
    const hive = torn({ primary: 2, secondary: 1 }, () => false);
    hive.fill(0, 0, 512);
    const { bytes, applied } = await recovered(hive, newLog(states, 1));
    expect(applied).toBe(4);
    expect(digestOf(await treeOf(bytes))).toBe(digestOf(await treeOf(states[4] ?? bytes)));
  });

  test("a log of the old format", async () => {
    const [start = Buffer.alloc(0)] = states;
    const end = states[4] ?? start;
    const hive = torn({ primary: 2, secondary: 1 }, () => true);
    const { bytes, applied } = await recovered(hive, Buffer.alloc(0), oldLog(start, end, 2));
    expect(applied).toBe(1);
    expect(bins(bytes) === bins(end)).toBe(true);
    checkLayout(bytes);
  });

  test("logs that don't belong to the hive are refused", async () => {
    const [start = Buffer.alloc(0)] = states;
    const hive = torn({ primary: 8, secondary: 7 }, () => false);
    const later = oldLog(start, states[4] ?? start, 8);
    later.writeUInt32LE(1, 12);
    baseBlock(later, { type: 1, primary: 8, secondary: 8 }).copy(later);
    const half = newLog(states, 7);
    baseBlock(half, { type: 6, primary: 7, secondary: 6 }).copy(half);
    for (const logs of [[], [Buffer.alloc(0)], [newLog(states, 6)], [later], [half], [start]]) {
      await expect(recovered(hive, ...logs)).rejects.toMatchObject({ code: "hive-logs-missing" });
    }
  });

  test("an entry can't make the hive larger than the logs explain", async () => {
    const [start = Buffer.alloc(0)] = states;
    const entry = logEntry(1, 0x7000_0000, dirtyPages(start, states[1] ?? start));
    const log = Buffer.concat([baseBlock(start, { type: 6, primary: 1, secondary: 1 }), entry]);
    const hive = torn({ primary: 2, secondary: 1 }, () => false);
    await expect(recovered(hive, log)).rejects.toMatchObject({ code: "hive-logs-missing" });
  });

  test.each(["new", "old"])("random damage to a log of the %s format", async (format) => {
    const [start = Buffer.alloc(0)] = states;
    const log = format === "new" ? newLog(states, 1) : oldLog(start, states[4] ?? start, 2);
    const hive = new MemoryRange(torn({ primary: 2, secondary: 1 }, () => false));
    const areas = [{ start: 0, length: 1024 }];
    const options = { areas, iterations: fuzzRounds(150), seed: 11 };
    let whole = 0;
    await mutate(log, options, async (range) => {
      const { applied } = await recoverHive(hive, [range]).catch((error: unknown) => {
        if (error instanceof LifeboatError) return { applied: 0 };
        throw error;
      });
      if (applied > 0) whole++;
    });
    expect(whole).toBeLessThan(options.iterations);
  });
});
