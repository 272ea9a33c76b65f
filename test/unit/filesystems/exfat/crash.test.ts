import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { RecordingRange, replayCrash } from "../../../../src/block/recorder.ts";
import type { RecordedEvent } from "../../../../src/block/recorder.ts";
import { formatExfat, openExfat } from "../../../../src/filesystems/exfat/index.ts";
import type { WritableVolume } from "../../../../src/filesystems/volume.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { contentOf, FORMAT, MiB, NOW, pattern, tree } from "./support.ts";

const STATES = Number(process.env["LIFEBOAT_FUZZ"] ?? 80);

/** A medium writes sectors whole, and nothing more than that. */
function inSectors(log: readonly RecordedEvent[]): RecordedEvent[] {
  return log.flatMap((event): RecordedEvent[] => {
    if (event.kind === "flush") return [event];
    return Array.from({ length: Math.ceil(event.data.length / 512) }, (_, index) => ({
      kind: "write",
      offset: event.offset + index * 512,
      data: event.data.subarray(index * 512, (index + 1) * 512),
    }));
  });
}

/** Paths to contents; null for directories. */
async function snapshot(volume: WritableVolume): Promise<Map<string, Buffer | null>> {
  const found = new Map<string, Buffer | null>();
  for (const entry of await tree(volume)) {
    const content = entry.kind === "directory" ? null : await contentOf(volume, entry.path);
    found.set(entry.path, content);
  }
  return found;
}

const long = (index: number) => `${"a long name of many entries ".repeat(7)}${index}`;
const longest = (index: number) => `${"l".repeat(250)}${index}`;

type Step = (volume: WritableVolume) => Promise<void>;

function steps(): Step[] {
  const write = (path: string, bytes: number, seed: number): Step => {
    return async (volume) => volume.writeFile(path, pattern(bytes, seed), NOW);
  };
  const list: Step[] = [
    async (volume) => volume.makeDirectory("/folder"),
    write("/folder/menu.cfg", 3000, 1),
    async (volume) => volume.makeDirectory("/folder/deep"),
  ];
  for (let index = 0; index < 12; index++) {
    list.push(write(`/folder/${long(index)}`, index * 700, index));
    list.push(write(`/folder/deep/${longest(index)}`, 100, index));
    list.push(write(`/${longest(index)}`, 600, index));
    if (index % 2 === 1) {
      list.push(async (volume) => volume.remove(`/folder/${long(index - 1)}`));
      list.push(async (volume) => volume.remove(`/folder/deep/${longest(index)}`));
      list.push(write("/folder/menu.cfg", 2000 + index * 500, index + 50));
    }
  }
  list.push(async (volume) => {
    const reservation = await volume.reserve(volume.freeBytes - 50_000);
    await reservation.commit("/in pieces", NOW);
  });
  list.push(async (volume) => volume.remove("/in pieces"));
  return list;
}

test("a power cut at any point leaves each file old or new, and a volume without contradictions", async () => {
  const medium = new MemoryRange(MiB);
  await formatExfat(medium, { ...FORMAT, clusterBytes: 1024 });
  const blank = Buffer.from(medium.bytes);
  const recorder = new RecordingRange(medium);
  const volume = await openExfat(recorder);
  const before: Map<string, Buffer | null>[] = [];
  const ends: number[] = [];
  for (const step of steps()) {
    before.push(await snapshot(volume));
    await step(volume);
    ends.push(inSectors(recorder.log).length);
  }
  before.push(await snapshot(volume));
  const log = inSectors(recorder.log);
  const image = join(await temporaryFolder(), "cut.img");

  for (let state = 0; state < STATES; state++) {
    const count = Math.floor((log.length * (state + 0.5)) / STATES);
    const cut = new MemoryRange(Buffer.from(blank));
    const chance = (state % 5) / 4;
    const random = pattern(count + 1, state);
    await replayCrash(log, count, cut, (index) => (random[index] ?? 0) < chance * 256);

    const step = ends.findIndex((end) => count < end);
    const found = await snapshot(await openExfat(cut));
    // What the step before left may still be unflushed only as far as it doesn't matter.
    const old = before[step] ?? new Map();
    const fresh = before[step + 1] ?? new Map();
    for (const path of new Set([...old.keys(), ...fresh.keys(), ...found.keys()])) {
      const is = found.get(path);
      const allowed = [old.get(path), fresh.get(path)];
      const fits = allowed.some((content) =>
        content instanceof Buffer && is instanceof Buffer ? content.equals(is) : content === is,
      );
      expect(fits, `${path} after ${count} sectors, in step ${step}`).toBe(true);
    }
    await writeFile(image, cut.bytes);
    const said = await judge("fsck.exfat", ["-n", image], { accept: [0, 1, 4] });
    expect(said, `after ${count} sectors, in step ${step}`).toMatch(/: clean\./);

    // And it can be written again, without a file losing its clusters to another.
    const again = await openExfat(cut);
    await again.writeFile("/after", Buffer.alloc(again.freeBytes - 8192, 0xee));
    const kept = await snapshot(await openExfat(cut));
    for (const [path, content] of found) {
      const is = kept.get(path);
      expect(content === null ? is === null : is?.equals(content), path).toBe(true);
    }
  }
});
