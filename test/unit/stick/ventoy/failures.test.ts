/** A Ventoy stick that isn't finished is none: what fails or is stopped leaves no table, and what fails beforehand leaves all as it was. */
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { SliceRange } from "../../../../src/block/slice.ts";
import { checkVentoyDevice, passesDeviceCheck } from "../../../../src/boot/ventoy/device-check.ts";
import { readPartitions } from "../../../../src/disks/partitions.ts";
import { writeTarget } from "../../../../src/stick/build/write-target.ts";
import { installVentoy } from "../../../../src/stick/ventoy/install/install.ts";
import { installOnTarget } from "../../../../src/stick/ventoy/install/on-target.ts";
import type { VentoyPlan } from "../../../../src/stick/ventoy/install/plan.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import type { JobContext } from "../../../../src/system/progress.ts";
import { run } from "../../../../src/system/run.ts";
import { cancelledJob, listeningJob, quietJob } from "../../../support/jobs.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import { SECTOR, installTools, planVentoyImage } from "../../../support/ventoy-sticks.ts";

/** Small, so that every write can be made to fail. */
const SECTORS = 40 * 2048;
const SCHEMES = ["gpt", "mbr"] as const;

let parts: VentoyParts;
/** A disk of somebody else's, with tables of both kinds to be found. */
let foreign: Buffer;

beforeAll(async () => {
  parts = await ventoyParts();
  const path = join(await suiteFolder(), "foreign.img");
  await writeFile(path, Buffer.alloc(SECTORS * SECTOR, "files "));
  await writeFile(path, Buffer.alloc(SECTOR), { flag: "r+" });
  await judge("sgdisk", ["-o", "-n", "1:2048:+10M", "-n", "2:0:0", path]);
  foreign = await readFile(path);
});

/** The given write, counted from 1, and all behind it fail; what is written while tables are taken away goes through again. */
class FailingRange extends SliceRange {
  writes = 0;
  readonly #failing: number;

  constructor(base: ByteRange, failing: number) {
    super(base, 0, base.size);
    this.#failing = failing;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    this.writes++;
    if (this.writes === this.#failing) {
      throw new LifeboatError("write-failed", { en: "It failed", zh: "失败" });
    }
    await super.write(offset, data);
  }
}

/** As `installOnTarget` does on an image that is there. */
async function installOver(plan: VentoyPlan, disk: ByteRange, job: JobContext = quietJob()) {
  const close = async () => {};
  const opened = { disk, path: plan.target.path, finish: close, abandon: close };
  const target = { ...plan.target, create: false, exists: true };
  return writeTarget(target, opened, run, job, async (watched) =>
    installVentoy(plan, watched, installTools(parts), job),
  );
}

async function schemeOf(disk: ByteRange): Promise<string> {
  return (await readPartitions(disk)).scheme;
}

describe.each(SCHEMES)("%s", (scheme) => {
  test("a write that fails leaves no table, whichever it is", { timeout: 300_000 }, async () => {
    const plan = await planVentoyImage("stick.img", SECTORS, parts.version, { scheme });
    expect(await schemeOf(new MemoryRange(foreign))).toBe("gpt");
    let writes = Infinity;
    let failed = 0;
    for (let failing = 1; failing <= writes; failing++) {
      const memory = new MemoryRange(Buffer.from(foreign));
      const disk = new FailingRange(memory, failing);
      const error: unknown = await installOver(plan, disk).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      if (error === undefined) {
        writes = disk.writes;
        break;
      }
      failed++;
      expect(error).toMatchObject({ code: "write-failed" });
      expect((error as LifeboatError).text.en).toContain("stick.img");
      expect(await schemeOf(memory), `write ${failing}`).toBe("none");
      expect(passesDeviceCheck(await checkVentoyDevice(memory))).toBe(false);
    }
    expect(failed).toBe(writes);
    expect(failed).toBeGreaterThan(15);
  });

  test("bytes that come back otherwise leave none either", async () => {
    const plan = await planVentoyImage("stick.img", SECTORS, parts.version, { scheme });
    const [data, efi] = plan.layout.partitions;
    const core = plan.layout.core?.startLba ?? 0;
    const places = [
      ["core.img", core * SECTOR + 5000],
      ["VTOYEFI", ((efi?.startLba ?? 0) + 1) * SECTOR],
      // The exFAT boot sector, its FAT's head, and the boot code.
      ["1", (data?.startLba ?? 0) * SECTOR + 510],
      ["1", ((data?.startLba ?? 0) + 128) * SECTOR],
      ["boot.img", 0x80],
    ] as const;
    for (const [said, at] of places) {
      const memory = new MemoryRange(Buffer.from(foreign));
      const error: unknown = await installOver(plan, new StuckRange(memory, at)).catch(
        (cause: unknown) => cause,
      );
      expect(error, said).toBeInstanceOf(LifeboatError);
      expect(error).toMatchObject({ kind: "damaged" });
      expect((error as LifeboatError).text.en).toContain(said);
      expect(await schemeOf(memory), said).toBe("none");
    }
  });

  test("stopped at any of its steps", { timeout: 300_000 }, async () => {
    const plan = await planVentoyImage("stick.img", SECTORS, parts.version, { scheme });
    const { job, events } = listeningJob();
    await installOver(plan, new MemoryRange(Buffer.from(foreign)), job);
    // From the last step on it is finished: the table is being written.
    for (let index = 0; index < events.length - 1; index++) {
      let seen = 0;
      const memory = new MemoryRange(Buffer.from(foreign));
      const stopped = cancelledJob(() => seen++ === index);
      await expect(installOver(plan, memory, stopped), `event ${index}`).rejects.toMatchObject({
        kind: "cancelled",
      });
      expect(await schemeOf(memory)).toBe("none");
    }
  });
});

/** Has one byte that reads as zero, whatever was written. */
class StuckRange extends SliceRange {
  readonly #at: number;

  constructor(base: ByteRange, at: number) {
    super(base, 0, base.size);
    this.#at = at;
  }

  override async read(offset: number, into: Uint8Array): Promise<void> {
    await super.read(offset, into);
    const at = this.#at - offset;
    if (at >= 0 && at < into.length) into[at] = 0;
  }
}

describe("before the first write", () => {
  test("a release that Ventoy itself would refuse", async () => {
    for (const wrong of [{ label: "OTHER" }, { files: { "ventoy/ventoy.cpio": undefined } }]) {
      const images = await ventoyParts(wrong);
      const plan = await planVentoyImage("stick.img", SECTORS, parts.version);
      const memory = new MemoryRange(Buffer.from(foreign));
      const tools = { ...installTools(parts), images };
      await expect(installVentoy(plan, memory, tools, quietJob())).rejects.toMatchObject({
        code: "ventoy-not-standard",
      });
      expect(memory.bytes.equals(foreign)).toBe(true);
    }
  });

  test("another version than the plan's, or a file that changed", async () => {
    const memory = new MemoryRange(Buffer.from(foreign));
    const older = await planVentoyImage("stick.img", SECTORS, "9.9.8");
    await expect(
      installVentoy(older, memory, installTools(parts), quietJob()),
    ).rejects.toMatchObject({ code: "source-changed" });
    const iso = join(await temporaryFolder(), "a.iso");
    await writeFile(iso, Buffer.alloc(5000));
    const plan = await planVentoyImage("stick.img", 100 * 2048, parts.version, { isos: [iso] });
    await writeFile(iso, Buffer.alloc(6000));
    const larger = new MemoryRange(100 * 2048 * SECTOR);
    await expect(
      installVentoy(plan, larger, installTools(parts), quietJob()),
    ).rejects.toMatchObject({ code: "source-changed" });
    expect(memory.bytes.equals(foreign)).toBe(true);
    expect(larger.bytes.every((byte) => byte === 0)).toBe(true);
  });

  test("an image that is another one now", async () => {
    const path = join(await temporaryFolder(), "stick.img");
    await writeFile(path, foreign);
    const plan = await planVentoyImage(path, SECTORS + 2048, parts.version);
    const target = { ...plan.target, create: false, exists: true };
    await expect(
      installOnTarget({ ...plan, target }, parts, run, quietJob()),
    ).rejects.toMatchObject({ code: "identity-changed" });
    expect((await readFile(path)).equals(foreign)).toBe(true);
  });
});

test("an image that is made anew never stands half-made under its name", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "stick.img");
  const plan = await planVentoyImage(path, SECTORS, parts.version);
  const stopped = cancelledJob((event) => event.kind === "bytes");
  await expect(installOnTarget(plan, parts, run, stopped)).rejects.toMatchObject({
    kind: "cancelled",
  });
  expect(await readdir(folder)).toEqual([]);
  await installOnTarget(plan, parts, run, quietJob());
  expect(await readdir(folder)).toEqual(["stick.img"]);
  expect((await stat(path)).size).toBe(SECTORS * SECTOR);
});
