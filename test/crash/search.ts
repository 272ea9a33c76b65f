/** One command, cut short everywhere: records its writes, and looks at each state that a cut can leave. */
import { join } from "node:path";
import type { ByteRange } from "../../src/block/byte-range.ts";
import { OverlayRange } from "../../src/block/overlay.ts";
import type { RecordedEvent } from "../../src/block/recorder.ts";
import { RecordingRange } from "../../src/block/recorder.ts";
import { readPartitions } from "../../src/disks/partitions.ts";
import type { DataFileSystem } from "../../src/stick/layout.ts";
import { refreshStick } from "../../src/stick/refresh.ts";
import { recogniseStick } from "../../src/stick/stick.ts";
import { checkedVolumes } from "../../src/stick/verify/file-systems.ts";
import { verifyStick } from "../../src/stick/verify/verify.ts";
import { LifeboatError } from "../../src/system/errors.ts";
import { quietJob } from "../support/jobs.ts";
import type { MirroredPart } from "./disk.ts";
import { CrashDisk } from "./disk.ts";
import { complaintsOf, kindOf } from "./fsck.ts";
import type { Expected } from "./look.ts";
import { faultsOf, hasTable, know } from "./look.ts";
import type { Scenario } from "./scenarios.ts";
import { statesOf, windowsOf } from "./states.ts";
import type { BaseStick } from "./sticks.ts";
import { crashTools } from "./sticks.ts";

export interface SearchOptions {
  /** For the files that fsck reads: one on a file system in memory makes it quicker. */
  readonly folder: string;
  /** Random subsets of the writes between two flushes. */
  readonly orders: number;
  readonly seed: number;
  /** Looks at every so-manieth state. */
  readonly every: number;
  /** After every so-manieth of those, `refresh` is run as the next one at the stick would. */
  readonly refreshEvery: number;
}

export interface SearchResult {
  readonly writes: number;
  readonly flushes: number;
  readonly states: number;
  /** How many there are: with `every`, not all are looked at. */
  readonly possible: number;
  /** On how many of them `refresh` was run. */
  readonly refreshed: number;
  /** In how many states something is wrong. */
  readonly faulty: number;
  /** What is wrong, with the state that shows it: the first ones. */
  readonly faults: readonly string[];
  /** Kind of complaint → in how many states. */
  readonly complaints: Readonly<Record<string, number>>;
}

/** No more are kept: the first ones tell. */
const MOST_FAULTS = 20;

export async function searchCrashes(
  scenario: Scenario,
  base: BaseStick,
  options: SearchOptions,
): Promise<SearchResult> {
  const disk = new CrashDisk(Buffer.from(base.bytes));
  try {
    await scenario.prepare?.(disk, base);
    const recorded = await record(scenario, base, disk);
    return await lookAtAll(recorded, disk, base, options);
  } finally {
    await disk.close();
  }
}

export interface Recorded {
  readonly log: readonly RecordedEvent[];
  readonly expected: Expected;
}

/** Carries the command out on a copy of the disk. */
export async function record(
  scenario: Scenario,
  base: BaseStick,
  disk: ByteRange,
): Promise<Recorded> {
  const { givesUpAll = false, named, inSteps = [] } = scenario;
  const recorder = new RecordingRange(new OverlayRange(disk));
  const before = await know(disk);
  await scenario.carryOut(recorder, base);
  const after = await know(recorder);
  return { log: recorder.log, expected: { before, after, givesUpAll, named, inSteps } };
}

async function lookAtAll(
  { log, expected }: Recorded,
  disk: CrashDisk,
  base: BaseStick,
  options: SearchOptions,
): Promise<SearchResult> {
  const faults: string[] = [];
  const complaints = new Map<string, number>();
  const parts = await mirrors(log, disk, options.folder);
  for (const part of parts) disk.mirror(part);
  let states = 0;
  let refreshed = 0;
  let faulty = 0;
  let index = 0;
  for (const window of windowsOf(log)) {
    for (const { what, pieces } of statesOf(window, options.orders, options.seed)) {
      if (index++ % options.every !== 0) continue;
      disk.mark();
      for (const { offset, data } of pieces) await disk.write(offset, data);
      const stick = await hasTable(disk);
      // Neither writes.
      const [found, said] = await Promise.all([
        faultsOf(disk, expected),
        stick ? complaintsOn(disk, parts, base.fileSystem) : new Set<string>(),
      ]);
      if (stick) {
        for (const kind of said) complaints.set(kind, (complaints.get(kind) ?? 0) + 1);
        // ntfsresize looks at no names: whether a repair has something to do, ours has to say.
        if (said.size > 0 || base.fileSystem === "ntfs")
          found.push(...(await faultsAfterRepair(disk, parts, base, expected)));
        if (states % options.refreshEvery === 0) {
          refreshed++;
          found.push(...(await faultsAfterRefresh(disk)));
        }
      }
      disk.rollBack();
      states++;
      if (found.length > 0) faulty++;
      for (const fault of found) {
        if (faults.length < MOST_FAULTS)
          faults.push(`events from ${window.first}, ${what}: ${fault}`);
      }
    }
    for (const { offset, data } of window.writes) await disk.write(offset, data);
  }
  const flushes = log.filter(({ kind }) => kind === "flush").length;
  return {
    writes: log.length - flushes,
    flushes,
    states,
    possible: index,
    refreshed,
    faulty,
    faults,
    complaints: Object.fromEntries(complaints),
  };
}

/** The partitions of the stick when the command is done: a build makes other ones than there were. */
async function mirrors(
  log: readonly RecordedEvent[],
  disk: ByteRange,
  folder: string,
): Promise<MirroredPart[]> {
  const after = new OverlayRange(disk);
  for (const event of log) if (event.kind === "write") await after.write(event.offset, event.data);
  const { partitions, sectorSize } = await readPartitions(after);
  return partitions
    .filter(({ number }) => number <= 2)
    .map(({ number, startLba, sectors }) => ({
      path: join(folder, `partition-${number}.img`),
      start: startLba * sectorSize,
      length: sectors * sectorSize,
    }));
}

/** A checker reads nothing but its partition: one that it has seen, it needn't see again. */
async function complaintsOn(
  disk: CrashDisk,
  parts: readonly MirroredPart[],
  fileSystem: DataFileSystem,
): Promise<Set<string>> {
  const kinds = new Set<string>();
  for (const [index, { path, start, length }] of parts.entries()) {
    const kind = index === 0 ? fileSystem : "fat32";
    const key = `fsck ${kind} ${disk.keyOf(start, length)}`;
    for (const complaint of await disk.once(key, async () => complaintsOf(path, kind))) {
      kinds.add(`${index === 0 ? kind : "ESP"}: ${kindOf(complaint)}`);
    }
  }
  return kinds;
}

/** What `verify --fix` does about the file systems, and what fsck and the boot chain say after it. */
async function faultsAfterRepair(
  disk: CrashDisk,
  parts: readonly MirroredPart[],
  { fileSystem }: BaseStick,
  expected: Expected,
): Promise<string[]> {
  const stick = await recogniseStick(disk, "crash.img");
  for (const { part, range, repair } of await checkedVolumes(stick)) {
    const place = parts[part === "data" ? 0 : 1];
    const key = () => `${part} ${disk.keyOf(place?.start ?? 0, place?.length ?? disk.size)}`;
    const before = key();
    // Where it found nothing to do, it finds nothing in the same bytes again.
    if (disk.repaired.has(before)) continue;
    await repair(range, {});
    if (key() === before) disk.repaired.add(before);
  }
  const left = [...(await complaintsOn(disk, parts, fileSystem))];
  return [...left, ...(await faultsOf(disk, expected))].map(
    (fault) => `after the repair: ${fault}`,
  );
}

/** The next `refresh` comes to its end, and leaves nothing that `verify` calls an error but what `verify --fix` mends in the file systems. */
async function faultsAfterRefresh(disk: ByteRange): Promise<string[]> {
  const tools = await crashTools();
  const job = quietJob();
  try {
    await refreshStick(await recogniseStick(disk, "crash.img"), tools, job);
    const stick = await recogniseStick(disk, "crash.img");
    const look = async () => verifyStick(stick, { deep: true }, tools.run, job);
    const first = await look();
    if (first.ok) return [];
    for (const { range, repair } of await checkedVolumes(stick)) await repair(range, {});
    const { findings } = await look();
    return findings
      .filter(({ severity }) => severity === "error")
      .map(({ id, where }) => `after refresh: ${id} (${where})`);
  } catch (error) {
    if (error instanceof LifeboatError) return [`refresh: ${error.code}: ${error.text.en}`];
    throw error;
  }
}
