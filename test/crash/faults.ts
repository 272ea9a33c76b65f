/**
 * One command on a medium that fails: at each of many operations, in each way, the command says so in lifeboat's words, harms nothing
 * that it didn't name, and comes to its end when it is run again.
 */
import { FileRange } from "../../src/block/file.ts";
import { refreshStick } from "../../src/stick/refresh.ts";
import { sameJson } from "../../src/stick/manifest.ts";
import { readActiveSlot, readSlot } from "../../src/stick/menu/slots.ts";
import { recogniseStick } from "../../src/stick/stick.ts";
import { checkedVolumes } from "../../src/stick/verify/file-systems.ts";
import { verifyStick } from "../../src/stick/verify/verify.ts";
import { LifeboatError } from "../../src/system/errors.ts";
import type { FaultName } from "../support/faulty-handle.ts";
import { FAULTS, FaultyHandle } from "../support/faulty-handle.ts";
import { quietJob } from "../support/jobs.ts";
import { randomFrom } from "../support/random.ts";
import { CrashDisk } from "./disk.ts";
import { faultsOf } from "./look.ts";
import type { Expected } from "./look.ts";
import type { Scenario } from "./scenarios.ts";
import { record } from "./search.ts";
import type { BaseStick } from "./sticks.ts";
import { crashTools } from "./sticks.ts";

export interface FaultSearchOptions {
  /** Places at which each way of failing is tried. */
  readonly places: number;
  readonly seed: number;
}

export interface FaultResult {
  readonly fault: FaultName;
  /** How often it was tried, and how often the command failed for it; otherwise it got over it. */
  readonly tried: number;
  readonly failed: number;
  readonly wrong: readonly string[];
}

/** A second run of a command that had done its work finds it done. */
const DONE_ALREADY = ["exists-on-stick", "no-such-iso"];

export async function searchFaults(
  scenario: Scenario,
  base: BaseStick,
  { places, seed }: FaultSearchOptions,
): Promise<FaultResult[]> {
  const disk = new CrashDisk(Buffer.from(base.bytes));
  await scenario.prepare?.(disk, base);
  const { expected } = await record(scenario, base, disk);
  const results: FaultResult[] = [];
  for (const fault of Object.keys(FAULTS) as FaultName[]) {
    const total = await operationsOf(scenario, base, disk, fault);
    const random = randomFrom(seed);
    const at = new Set([0, total - 1]);
    while (at.size < Math.min(places, total)) at.add(random(total));
    let failed = 0;
    const wrong: string[] = [];
    for (const place of at) {
      const found = await tryOne(scenario, base, disk, fault, place, expected);
      if (found.failed) failed++;
      wrong.push(...found.wrong.map((what) => `${fault} at ${place} of ${total}: ${what}`));
    }
    results.push({ fault, tried: at.size, failed, wrong });
  }
  return results;
}

function faultyRange(handle: FaultyHandle, disk: CrashDisk): FileRange {
  return new FileRange("crash.img", handle.handle, { size: disk.size, writable: true });
}

async function operationsOf(
  scenario: Scenario,
  base: BaseStick,
  disk: CrashDisk,
  fault: FaultName,
): Promise<number> {
  disk.mark();
  const handle = new FaultyHandle(disk, fault, Number.POSITIVE_INFINITY);
  await scenario.carryOut(faultyRange(handle, disk), base);
  disk.rollBack();
  return handle.operations;
}

async function tryOne(
  scenario: Scenario,
  base: BaseStick,
  disk: CrashDisk,
  fault: FaultName,
  place: number,
  expected: Expected,
): Promise<{ failed: boolean; wrong: string[] }> {
  disk.mark();
  try {
    const wrong: string[] = [];
    const first = await attempt(async () =>
      scenario.carryOut(faultyRange(new FaultyHandle(disk, fault, place), disk), base),
    );
    if (first !== undefined && !(first instanceof LifeboatError)) {
      wrong.push(`no error of lifeboat's: ${inWords(first)}`);
    }
    if (first === undefined && fault === "gone") wrong.push("nobody noticed");
    wrong.push(...(await faultsOf(disk, { ...expected, mayBeBetween: true })));
    const again = await attempt(async () => scenario.carryOut(disk, base));
    const done = again instanceof LifeboatError && DONE_ALREADY.includes(again.code);
    if (again !== undefined && !done) wrong.push(`the second run: ${inWords(again)}`);
    wrong.push(...(await stillWrong(disk, expected)));
    return { failed: first !== undefined, wrong };
  } finally {
    disk.rollBack();
  }
}

function inWords(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}

async function attempt(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What a refresh, `verify --fix` and `verify --deep` leave after the second run, and what the menu would have without any failure. */
async function stillWrong(disk: CrashDisk, { after }: Expected): Promise<string[]> {
  const tools = await crashTools();
  const job = quietJob();
  await refreshStick(await recogniseStick(disk, "crash.img"), tools, job);
  const stick = await recogniseStick(disk, "crash.img");
  // What a command that has nothing left to do leaves for `verify --fix`.
  for (const { range, repair } of await checkedVolumes(stick)) await repair(range, {});
  const { findings } = await verifyStick(stick, { deep: true }, tools.run, job);
  const wrong = findings
    .filter(({ severity }) => severity === "error")
    .map(({ id, where }) => `${id} (${where})`);
  const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
  const known = new Map(slot?.records.isos.map((iso) => [iso.path, iso]));
  for (const { path, family, entries } of after.menu.records.isos) {
    const found = known.get(path);
    if (found === undefined || found.family !== family || !sameJson(found.entries, entries)) {
      wrong.push(`the menu has not what it should have for ${path}`);
    }
  }
  return wrong.map((what) => `after the second run: ${what}`);
}
