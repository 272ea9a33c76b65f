/** Ventoy sticks upgraded: held byte for byte against what Ventoy's own steps give, refused, and going back when they fail. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import { SliceRange } from "../../../../src/block/slice.ts";
import { passesDeviceCheck } from "../../../../src/boot/ventoy/device-check.ts";
import { withoutSecureBoot } from "../../../../src/boot/ventoy/esp.ts";
import type { Scheme } from "../../../../src/stick/layout.ts";
import { openBackup } from "../../../../src/stick/boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../../../src/stick/boot-backup/restore.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { planVentoyUpgrade } from "../../../../src/stick/ventoy/upgrade/plan.ts";
import { upgradeVentoy } from "../../../../src/stick/ventoy/upgrade/upgrade.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import type { JobContext } from "../../../../src/system/progress.ts";
import { cancelledJob, quietJob } from "../../../support/jobs.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import {
  markedSectors,
  onDisk,
  updateAsVentoyDoes,
  ventoyStick,
} from "../../../support/ventoy-stick.ts";
import { releaseOf, upgradeOver } from "../../../support/ventoy-upgrade.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

const SCHEMES = ["mbr", "gpt"] as const;

const folder = await suiteFolder();
let older: VentoyParts;
let newer: VentoyParts;
/** By scheme: a stick with 9.9.8, its eight sectors marked; and what Ventoy's own update to 9.9.9 makes of it. */
const before = new Map<Scheme, Buffer>();
const after = new Map<Scheme, Buffer>();
const espStarts = new Map<Scheme, number>();

beforeAll(async () => {
  older = await ventoyParts({ version: "9.9.8" });
  newer = await ventoyParts({ version: "9.9.9" });
  for (const scheme of SCHEMES) {
    const image = join(folder, `${scheme}.img`);
    const files = { "/notes.txt": Buffer.from("mine") };
    const options = { scheme, release: older, sizeMib: 48, reserveMib: 3, files };
    const { esp } = await ventoyStick(image, options);
    await onDisk(image, async (write) => write(2040 * 512, markedSectors()));
    before.set(scheme, await readFile(image));
    await updateAsVentoyDoes(image, { scheme, espStart: esp.startLba }, newer);
    after.set(scheme, await readFile(image));
    espStarts.set(scheme, esp.startLba);
  }
}, 120_000);

const bytesBefore = (scheme: Scheme) => Buffer.from(before.get(scheme) ?? "");
const bytesAfter = (scheme: Scheme) => after.get(scheme) ?? Buffer.alloc(0);
const espOf = (scheme: Scheme) => (espStarts.get(scheme) ?? 0) * 512;

async function upgrade(
  disk: ByteRange,
  options: { release?: VentoyParts; secureBoot?: boolean; job?: JobContext } = {},
) {
  const { release = newer, job = quietJob(), ...rest } = options;
  return upgradeOver(disk, release, await mkdtemp(join(folder, "saved-")), job, rest);
}

async function restore(disk: ByteRange, file: string): Promise<void> {
  const backup = await openBackup(file);
  try {
    const plan = await planRestore(backup, disk, "stick", { otherDisk: false }, quietJob());
    await restoreBoot(plan, backup, disk, async () => {}, quietJob());
  } finally {
    await backup.close();
  }
}

describe.each(SCHEMES)("%s", (scheme) => {
  test("becomes what Ventoy's own update makes of it, byte for byte, and goes back", async () => {
    const disk = new MemoryRange(bytesBefore(scheme));
    const { plan, result } = await upgrade(disk);
    expect(plan).toMatchObject({
      versions: { before: "9.9.8", after: "9.9.9" },
      downgrade: false,
      secureBoot: { before: true, after: true },
      parts: ["efi-partition", "core-image", "boot-code"],
      lost: [],
      interrupted: null,
      notes: [],
    });
    expect(disk.bytes.equals(bytesAfter(scheme))).toBe(true);
    expect(disk.bytes.subarray(2040 * 512, 2048 * 512).equals(markedSectors())).toBe(true);
    const survey = await surveyVentoy(disk);
    expect(survey).toMatchObject({ version: "9.9.9", interrupted: undefined });
    expect(passesDeviceCheck(survey?.deviceCheck ?? [])).toBe(true);

    // Again: nothing to do.
    const recorder = new RecordingRange(disk);
    const again = await upgrade(recorder);
    expect(again.plan).toMatchObject({ upToDate: true, parts: [] });
    expect(again.result).toEqual({ changed: false, savedTo: null });
    expect(recorder.log).toEqual([]);

    await restore(disk, result.savedTo ?? "");
    expect(disk.bytes.equals(bytesBefore(scheme))).toBe(true);
  });

  test("the same release again mends what differs, and writes nothing else", async () => {
    const disk = new MemoryRange(Buffer.from(bytesAfter(scheme)));
    const damaged = espOf(scheme) + (5 << 20);
    disk.bytes[damaged] = 0x55;
    const recorder = new RecordingRange(disk);
    const { plan } = await upgrade(recorder);
    expect(plan).toMatchObject({ parts: ["efi-partition"], versions: { before: "9.9.9" } });
    expect(disk.bytes.equals(bytesAfter(scheme))).toBe(true);
    const writes = recorder.log.filter(({ kind }) => kind === "write");
    expect(writes).toHaveLength(3);
  });

  test("Secure Boot stays as the stick has it, unless it is asked for", async () => {
    const disk = new MemoryRange(bytesBefore(scheme));
    const without = withoutSecureBoot(newer.diskImage);
    const esp = () => disk.bytes.subarray(espOf(scheme), espOf(scheme) + without.length);
    await upgrade(disk, { secureBoot: false });
    expect(esp().equals(without)).toBe(true);
    expect(await surveyVentoy(disk)).toMatchObject({ secureBoot: false, version: "9.9.9" });
    const kept = await upgrade(disk, { release: older });
    expect(kept.plan).toMatchObject({
      secureBoot: { before: false, after: false },
      downgrade: true,
      notes: [{ en: expect.stringContaining("downgrade") as string }],
    });
    expect(esp().equals(withoutSecureBoot(older.diskImage))).toBe(true);
    await upgrade(disk, { secureBoot: true });
    expect(disk.bytes.equals(bytesAfter(scheme))).toBe(true);
  });

  test("files that the release doesn't have are named before they are gone", async () => {
    const image = join(folder, `lost-${scheme}.img`);
    await copySparse(join(folder, `${scheme}.img`), image);
    const at = `${image}@@${espOf(scheme)}`;
    await judge("mmd", ["-i", at, "::/mine", "::/System Volume Information"]);
    for (const path of ["/mine/my tool.efi", "/grub/own.cfg", "/System Volume Information/x"]) {
      await judge("mcopy", ["-i", at, "-", `::${path}`], { input: "mine" });
    }
    const disk = new MemoryRange(await readFile(image));
    const { plan } = await upgrade(disk);
    expect(plan.lost.toSorted()).toEqual(["/grub/own.cfg", "/mine/my tool.efi"]);
    expect(disk.bytes.equals(bytesAfter(scheme))).toBe(true);
  });

  test("a partition of Ventoy's that can't be read is no reason not to", async () => {
    const disk = new MemoryRange(bytesBefore(scheme));
    // With an MBR, nothing but the label and the files say that it is Ventoy's: the FATs go, and one in the table of a GPT.
    disk.bytes.fill(0xa5, espOf(scheme) + 512, espOf(scheme) + 512 * 400);
    if (scheme === "gpt") disk.bytes.fill(0, espOf(scheme), espOf(scheme) + 512);
    const { plan } = await upgrade(disk);
    expect(plan.versions.before).toBeNull();
    expect(plan.secureBoot.after).toBe(true);
    expect(disk.bytes.equals(bytesAfter(scheme))).toBe(true);
  });

  test("is written nowhere but where Ventoy lies", async () => {
    const disk = new RecordingRange(new MemoryRange(bytesBefore(scheme)));
    await upgrade(disk);
    const esp = espOf(scheme);
    for (const event of disk.log) {
      if (event.kind !== "write") continue;
      const end = event.offset + event.data.length;
      const inEsp = event.offset >= esp && end <= esp + (32 << 20);
      expect(inEsp || end <= 2040 * 512).toBe(true);
    }
  });
});

test("with an MBR the user's partition becomes the active one", async () => {
  const image = join(folder, "active.img");
  const disk = new MemoryRange(bytesBefore("mbr"));
  disk.bytes[446] = 0;
  disk.bytes[462] = 0x80;
  await copySparse(join(folder, "mbr.img"), image);
  await onDisk(image, async (write) => write(0, disk.bytes));
  await updateAsVentoyDoes(image, { scheme: "mbr", espStart: espOf("mbr") / 512 }, newer);
  await upgrade(disk);
  expect(disk.bytes.equals(await readFile(image))).toBe(true);
  expect([disk.bytes[446], disk.bytes[462]]).toEqual([0x80, 0]);
});

test("with a GPT the entry of Ventoy's partition becomes right, in both copies", async () => {
  const image = join(folder, "entry.img");
  await copySparse(join(folder, "gpt.img"), image);
  await onDisk(image, async (write) => write(0, bytesBefore("gpt")));
  await judge("sgdisk", ["--typecode=2:ef00", "--attributes=2:=:0", image]);
  const unset = await readFile(image);
  const disk = new MemoryRange(Buffer.from(unset));
  await updateAsVentoyDoes(image, { scheme: "gpt", espStart: espOf("gpt") / 512 }, newer);
  const { plan } = await upgrade(disk);
  expect(plan.parts).toContain("partition-table");
  expect(disk.bytes.equals(await readFile(image))).toBe(true);

  // A table that is damaged is left alone, and said to be.
  const damaged = new MemoryRange(unset);
  damaged.bytes.fill(0, damaged.size - 512);
  const wrong = await upgrade(damaged);
  expect(wrong.plan.parts).not.toContain("partition-table");
  expect(wrong.plan.notes.map(({ en }) => en).join()).toContain("GPT is damaged");
}, 60_000);

describe("refused, with nothing written", () => {
  /** The first entry of an MBR: where partition 1 begins, and how long it is. */
  const FIRST_START_AT = 446 + 8;
  const moved = (startLba: number, sectors?: number) => {
    const bytes = bytesBefore("mbr");
    const end = bytes.readUInt32LE(FIRST_START_AT) + bytes.readUInt32LE(FIRST_START_AT + 4);
    bytes.writeUInt32LE(startLba, FIRST_START_AT);
    bytes.writeUInt32LE(sectors ?? end - startLba, FIRST_START_AT + 4);
    return bytes;
  };

  test.each([
    ["before the core image's end", () => moved(1024)],
    ["in front of it", () => moved(63)],
    ["later than Ventoy wants it", () => moved(4096)],
    ["with a gap before Ventoy's partition", () => moved(2048, 4096)],
  ])("the user's partition lies %s", async (_, make) => {
    const disk = new RecordingRange(new MemoryRange(make()));
    await expect(upgrade(disk)).rejects.toMatchObject({
      code: "ventoy-partition-place",
      kind: "refused",
    });
    expect(disk.log).toEqual([]);
  });

  test("of a gap it says what Ventoy demands, and parted closes it as the hint says", async () => {
    const image = join(folder, "gap.img");
    await writeFile(image, moved(2048, 4096));
    const refused = await upgrade(new MemoryRange(await readFile(image))).catch(
      (error: unknown) => error as LifeboatError,
    );
    const free = espOf("mbr") / 512 - 2048 - 4096;
    expect(refused).toMatchObject({
      text: {
        en: expect.stringMatching(
          RegExp(
            `^${free.toLocaleString("en")} sectors .*Ventoy itself demands .*standard Ventoy device \\(7\\)`,
          ),
        ) as string,
      },
    });
    const end = espOf("mbr") / 512 - 1;
    const command = `parted stick unit s resizepart 1 ${end}s`;
    expect((refused as LifeboatError).hint?.en).toContain(command);
    await judge("parted", ["--script", image, ...command.split(" ").slice(2)]);
    const disk = new MemoryRange(await readFile(image));
    await upgrade(disk);
    expect(passesDeviceCheck((await surveyVentoy(disk))?.deviceCheck ?? [])).toBe(true);
  });

  test("a partition with a higher number lies in the core image's place", async () => {
    const bytes = bytesBefore("mbr");
    // The third entry: 100 sectors of a Linux partition at LBA 1000.
    const third = Buffer.from([0, 0, 0, 0, 0x83, 0, 0, 0, 0xe8, 3, 0, 0, 100, 0, 0, 0]);
    third.copy(bytes, 446 + 32);
    const disk = new RecordingRange(new MemoryRange(bytes));
    await expect(upgrade(disk)).rejects.toMatchObject({
      code: "ventoy-partition-place",
      message: expect.stringContaining("Partition 3 begins at sector 1000") as string,
    });
    expect(disk.log).toEqual([]);
  });

  test("a table that was changed after the plan was made", async () => {
    const disk = new MemoryRange(bytesBefore("mbr"));
    const prepared = await planVentoyUpgrade(disk, "stick", releaseOf(newer), {}, quietJob());
    moved(1024).copy(disk.bytes);
    const recorder = new RecordingRange(disk);
    const tools = {
      version: "0.0.1",
      now: new Date("2026-06-01T12:00:00Z"),
      backupFile: join(await mkdtemp(join(folder, "saved-")), "old.lifeboat-boot"),
      beforeReadBack: async () => {},
    };
    await expect(upgradeVentoy(recorder, prepared, tools, quietJob())).rejects.toMatchObject({
      code: "not-allowed-here",
      kind: "refused",
    });
    expect(recorder.log).toEqual([]);
  });

  test.each([
    ["more entries than 128", ["--resize-table=256"]],
    ["entries that lie elsewhere", ["--move-main-table=100"]],
  ])("a GPT with %s: the core image would be written over it", async (name, options) => {
    const image = join(folder, `${name}.img`);
    await writeFile(image, bytesBefore("gpt"));
    await judge("sgdisk", [...options, image]);
    const wide = await readFile(image);
    const disk = new RecordingRange(new MemoryRange(Buffer.from(wide)));
    await expect(upgrade(disk)).rejects.toMatchObject({
      code: "ventoy-table-place",
      kind: "refused",
      hint: { en: expect.stringContaining("sgdisk --move-main-table=2 ") as string },
    });
    expect(disk.log).toEqual([]);

    // What the hint says leads on.
    await judge("sgdisk", ["--move-main-table=2", "--resize-table=128", image]);
    const usual = new MemoryRange(await readFile(image));
    await upgrade(usual);
    await writeFile(image, usual.bytes);
    expect(await judge("sgdisk", ["--verify", image])).toContain("No problems found");
  });

  test.each([
    ["an empty disk", () => new MemoryRange(8 << 20)],
    ["a disk with a table and no Ventoy", () => new MemoryRange(withoutEsp())],
  ])("%s", async (_, make) => {
    const disk = new RecordingRange(make());
    await expect(upgrade(disk)).rejects.toMatchObject({ code: "no-ventoy-stick", kind: "refused" });
    expect(disk.log).toEqual([]);
  });

  function withoutEsp(): Buffer {
    const bytes = bytesBefore("mbr");
    bytes.fill(0, 462, 478);
    return bytes;
  }
});

/** A medium of which one write fails, or that breaks for good at it; or that only says that it has written. */
class BadRange extends SliceRange {
  #left: number;
  readonly #how: "once" | "for good" | "silently";

  constructor(base: ByteRange, after: number, how: "once" | "for good" | "silently") {
    super(base, 0, base.size);
    this.#left = after;
    this.#how = how;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    const left = this.#left--;
    if (left === 0 && this.#how === "silently") return;
    if (left === 0 || (left < 0 && this.#how === "for good")) {
      throw new LifeboatError("write-failed", { en: "Pulled out", zh: "已拔出" });
    }
    await super.write(offset, data);
  }
}

test("a medium that spoils the GPT while it is written behind it", async () => {
  class Spoiling extends SliceRange {
    override async write(offset: number, data: Uint8Array): Promise<void> {
      await super.write(offset, data);
      if (offset === 34 * 512) await super.write(33 * 512, Buffer.alloc(512, 0x5a));
    }
  }
  const disk = new MemoryRange(bytesBefore("gpt"));
  const spoiling = new Spoiling(disk, 0, disk.size);
  await expect(upgrade(spoiling)).rejects.toMatchObject({ code: "read-back-mismatch" });
});

async function countWrites(scheme: Scheme): Promise<number> {
  const recorder = new RecordingRange(new MemoryRange(bytesBefore(scheme)));
  await upgrade(recorder);
  return recorder.log.filter(({ kind }) => kind === "write").length;
}

describe.each(SCHEMES)("failing: %s", (scheme) => {
  const step = Number(process.env["LIFEBOAT_FUZZ"] ?? 0) > 0 ? 1 : 17;

  test("at any write, everything is as it was", async () => {
    const writes = await countWrites(scheme);
    expect(writes).toBeGreaterThan(15);
    for (const how of ["once", "silently"] as const) {
      for (let at = how === "once" ? 0 : 1; at < writes; at += step) {
        const disk = new MemoryRange(bytesBefore(scheme));
        const code = how === "once" ? "write-failed" : "read-back-mismatch";
        await expect(upgrade(new BadRange(disk, at, how)), `write ${at}`).rejects.toMatchObject({
          code,
          message: expect.stringContaining("stick has its old Ventoy, as it was") as string,
        });
        expect(disk.bytes.equals(bytesBefore(scheme)), `write ${at}`).toBe(true);
      }
    }
  }, 600_000);

  test("for good, both ways on are said, and both lead on", async () => {
    const disk = new MemoryRange(bytesBefore(scheme));
    const error = await upgrade(new BadRange(disk, 9, "for good")).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "upgrade-not-undone", kind: "damaged" });
    const hint = (error as LifeboatError).hint?.en ?? "";
    expect(hint).toContain("lifeboat upgrade stick --ventoy ");
    const file = /restore-boot stick (\S+)$/.exec(hint)?.[1] ?? "";
    const half = Buffer.from(disk.bytes);
    expect(await surveyVentoy(disk)).toMatchObject({
      interrupted: { from: "9.9.8", to: "9.9.9", backup: file },
    });

    const { plan } = await upgrade(disk);
    expect(plan.interrupted).toMatchObject({ from: "9.9.8", to: "9.9.9" });
    expect(plan.versions.before).toBe("9.9.8");
    expect(disk.bytes.equals(bytesAfter(scheme))).toBe(true);

    const other = new MemoryRange(half);
    await restore(other, file);
    expect(other.bytes.equals(bytesBefore(scheme))).toBe(true);
  }, 60_000);

  test("the second time, too, the first file is the way back", async () => {
    const disk = new MemoryRange(bytesBefore(scheme));
    const first = await upgrade(new BadRange(disk, 9, "for good")).catch((cause: unknown) => cause);
    const file = /restore-boot stick (\S+)$/.exec((first as LifeboatError).hint?.en ?? "")?.[1];
    const half = Buffer.from(disk.bytes);
    const second = await upgrade(new BadRange(disk, 2, "once")).catch((cause: unknown) => cause);
    expect(second).toMatchObject({ code: "write-failed" });
    expect((second as LifeboatError).message).toContain("doesn't start until");
    expect((second as LifeboatError).hint?.en).toContain(file);
    expect(disk.bytes.equals(half)).toBe(true);
    const third = await upgrade(new BadRange(disk, 5, "for good")).catch((cause: unknown) => cause);
    expect((third as LifeboatError).hint?.en).toContain(file);
    await restore(disk, file ?? "");
    expect(disk.bytes.equals(bytesBefore(scheme))).toBe(true);
  }, 60_000);

  test("cancelled at any moment, all is as it was or all is new", async () => {
    const seen = new Set<string>();
    for (let at = 0; at < 700; at += step === 1 ? 9 : 173) {
      const disk = new MemoryRange(bytesBefore(scheme));
      let count = 0;
      const job = cancelledJob(() => count++ === at);
      const result = await upgrade(disk, { job }).catch((error: unknown) => error);
      if (result instanceof LifeboatError) {
        expect(result).toMatchObject({ kind: "cancelled", code: "cancelled" });
        expect(disk.bytes.equals(bytesBefore(scheme))).toBe(true);
        seen.add("old");
      } else {
        expect(disk.bytes.equals(bytesAfter(scheme))).toBe(true);
        seen.add("new");
      }
    }
    expect([...seen]).toEqual(["old", "new"]);
  }, 600_000);
});
