/** Dirty hives and their transaction logs. */
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { editHive, readHive, recoverHive } from "../../../../src/windows/registry/index.ts";
import type { HiveEdit } from "../../../../src/windows/registry/index.ts";
import { MOST_LOG_BYTES } from "../../../../src/windows/registry/log/transaction-log.ts";
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
  // With the seed of log entries, which those of Windows 10's logs agree with.
  expect(marvin32(Buffer.from("lifeboat"))).toBe(0x8f7a_7328_e170_275bn);
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

  test("a log that begins with a damaged entry isn't skipped: what follows it would be a state that never was", async () => {
    const hive = torn({ primary: 8, secondary: 7 }, () => false);
    const [first, second] = [newLog(states.slice(0, 3), 7), newLog(states.slice(2), 9)];
    const damaged = Buffer.from(first);
    damaged.writeUInt8(damaged.readUInt8(600) ^ 1, 600);
    for (const logs of [
      [damaged, second],
      [second, damaged],
    ]) {
      const error = await recovered(hive, ...logs).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: "hive-logs-missing", kind: "damaged" });
      expect(String(error)).toContain("damaged in its first entry");
    }
    const late = Buffer.from(second);
    late.writeUInt8(late.readUInt8(600) ^ 1, 600);
    const { bytes, applied } = await recovered(hive, first, late);
    expect([applied, bins(bytes) === bins(states[2])]).toEqual([2, true]);
  });

  test("logs of another hive are told by the copy of the base block in them", async () => {
    const hive = torn({ primary: 8, secondary: 7 }, () => false);
    hive.fill(0x11, 112, 144);
    baseBlock(hive, { primary: 8, secondary: 7 }).copy(hive);
    const another = (change: (log: Buffer) => void, log: Buffer, type: number, number: number) => {
      change(log);
      baseBlock(log, { type, primary: number, secondary: number }).copy(log);
      return log;
    };
    const [start = Buffer.alloc(0)] = states;
    const changes: ((log: Buffer) => void)[] = [
      (log) => log.write("x", 48, "utf16le"),
      (log) => log.writeUInt32LE(3, 24),
      (log) => log.writeUInt32LE(64, 36),
      (log) => log.fill(0x22, 112, 128),
    ];
    for (const change of changes) {
      for (const log of [
        another(change, newLog(states, 7), 6, 7),
        another(change, oldLog(start, states[4] ?? start, 8), 1, 8),
      ]) {
        await expect(recovered(hive, log)).rejects.toMatchObject({ code: "hive-logs-missing" });
      }
    }
    // Before it was loaded for the first time, a hive had none.
    expect((await recovered(hive, newLog(states, 7))).applied).toBe(4);
    const same = another((log) => log.fill(0x11, 112, 144), newLog(states, 7), 6, 7);
    expect((await recovered(hive, same)).applied).toBe(4);
  });

  test("what comes out must make sense as a whole", async () => {
    const [start = Buffer.alloc(0), second = start] = states;
    const bin = Buffer.from(second);
    bin.writeInt32LE(-12, 4096 + 32);
    const value = Buffer.from(second);
    value.write("xx", value.indexOf("vk", 4096, "latin1"));
    for (const [end, code] of [
      [bin, "hive-bad-cell"],
      [value, "hive-bad-signature"],
    ] as const) {
      const hive = torn({ primary: 2, secondary: 1 }, () => false);
      await expect(recovered(hive, newLog([start, end], 1))).rejects.toMatchObject({ code });
    }
  });

  test("a log of absurd size isn't read", async () => {
    const log = newLog(states, 1);
    const large = new MemoryRange(log);
    Object.defineProperty(large, "size", { value: MOST_LOG_BYTES + 512 });
    const hive = new MemoryRange(torn({ primary: 2, secondary: 1 }, () => false));
    await expect(recoverHive(hive, [large])).rejects.toMatchObject({
      code: "hive-log-too-large",
      kind: "refused",
    });
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
    // Of the old format, no checksum covers what is behind the base block.
    const areas = [{ start: 0, length: format === "new" ? log.length : 512 }];
    const options = { areas, iterations: fuzzRounds(150), seed: 11 };
    const known = format === "new" ? states.map(bins) : [bins(states[4])];
    let [whole, refused] = [0, 0];
    await mutate(log, options, async (range) => {
      const recovery = await recoverHive(hive, [range]).catch((error: unknown) => {
        if (error instanceof LifeboatError) return undefined;
        throw error;
      });
      if (recovery === undefined) {
        refused++;
        return;
      }
      whole++;
      const state = bins(await readBytes(recovery.range, 0, recovery.range.size));
      expect(known.indexOf(state)).toBe(format === "new" ? recovery.applied : 0);
    });
    expect(whole + refused).toBe(options.iterations);
    expect(refused).toBeGreaterThan(0);
  });
});
