/** Stores that weren't closed properly, with their logs beside them. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { editedBytes } from "../../../../src/windows/bcd/in-place.ts";
import { OBJECT } from "../../../../src/windows/bcd/object-id.ts";
import { planSet } from "../../../../src/windows/bcd/plan-values.ts";
import type { BcdStore } from "../../../../src/windows/bcd/store.ts";
import { ELEMENT, elementValue, findObject } from "../../../../src/windows/bcd/store.ts";
import {
  openRecovered,
  openStore,
  readStoreBytes,
} from "../../../../src/windows/bcd/store-file.ts";
import { baseBlock, newLog } from "../../../support/hive-logs.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { hiveOf, uefiStore } from "./support.ts";

let path = "";
let log: Buffer = Buffer.alloc(0);

/** A store that is to have another timeout, which is in its log only. */
beforeEach(async () => {
  path = join(await temporaryFolder(), "BCD");
  const before = hiveOf(uefiStore());
  const file = await readStoreBytes(path, before);
  const changes = planSet(file.store, "{bootmgr}", "timeout", ["7"]);
  const after = await editedBytes(file, changes, new Date(0));
  const dirty = Buffer.from(before);
  baseBlock(dirty, { primary: 2, secondary: 1 }).copy(dirty);
  log = newLog([before, after], 2);
  await writeFile(path, dirty);
});

function timeout(store: BcdStore): unknown {
  const bootmgr = findObject(store, OBJECT.bootmgr);
  return bootmgr && elementValue(bootmgr, ELEMENT.timeout);
}

test("what the log holds is taken over, and nothing is written", async () => {
  await writeFile(`${path}.LOG1`, log);
  await writeFile(`${path}.LOG2`, "");
  const { file, applied } = await openRecovered(path);
  expect(applied).toBe(1);
  expect(file.hive.dirty).toBe(false);
  expect(timeout(file.store)).toMatchObject({ integer: 7n });
  const { store, hive } = await openStore(path);
  expect([hive.dirty, timeout(store)]).toMatchObject([true, { integer: 30n }]);
  expect((await readdir(join(path, ".."))).length).toBe(3);
});

test.each([
  ["without logs", ""],
  ["with a log of something else", "nothing of the kind"],
])("%s it is what it is", async (_what, content) => {
  if (content !== "") await writeFile(`${path}.LOG1`, content.repeat(100));
  const { file, applied } = await openRecovered(path);
  expect([applied, file.hive.dirty]).toEqual([0, true]);
  expect(timeout(file.store)).toMatchObject({ integer: 30n });
});

test("a clean store needs none", async () => {
  await writeFile(path, hiveOf(uefiStore()));
  await writeFile(`${path}.LOG1`, log);
  const { file, applied } = await openRecovered(path);
  expect([applied, file.hive.dirty]).toEqual([0, false]);
});

test("a base block that was cut short is taken from the log", async () => {
  const torn = await readFile(path);
  torn.fill(0xaa, 0x100, 0x104);
  await writeFile(path, torn);
  await expect(openRecovered(path)).rejects.toMatchObject({ code: "hive-checksum" });
  await writeFile(`${path}.LOG1`, log);
  const { file, applied } = await openRecovered(path);
  expect([applied, file.hive.dirty]).toEqual([1, false]);
  expect(timeout(file.store)).toMatchObject({ integer: 7n });
});

test("a .LOG of an older Windows counts only without the numbered ones", async () => {
  const file = await readStoreBytes(path, hiveOf(uefiStore()));
  const changes = planSet(file.store, "{bootmgr}", "timeout", ["9"]);
  const other = await editedBytes(file, changes, new Date(0));
  // The next entry by its number, so that it would be applied after those of .LOG1.
  await writeFile(`${path}.LOG`, newLog([file.bytes, other], 3));
  await writeFile(`${path}.LOG1`, log);
  const { file: recovered, applied } = await openRecovered(path);
  expect(applied).toBe(1);
  expect(timeout(recovered.store)).toMatchObject({ integer: 7n });
  await rm(`${path}.LOG1`);
  expect((await openRecovered(path)).applied).toBe(1);
});

test("where the logs make nothing of it that reads, it is what it is", async () => {
  const before = await readFile(path);
  const broken = Buffer.from(before);
  // All cells of the first bin are gone.
  broken.fill(0, 4096 + 32, 8192);
  await writeFile(`${path}.LOG1`, newLog([before, broken], 2));
  const { file, applied } = await openRecovered(path);
  expect([applied, file.hive.dirty]).toEqual([0, true]);
  expect(timeout(file.store)).toMatchObject({ integer: 30n });
});
