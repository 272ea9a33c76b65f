/** What starts a stick, saved and brought back: judged by bytes, fsck.fat, sgdisk and mtools. */
import { createHash } from "node:crypto";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes, writeZeroes } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import type { BackupHeader } from "../../../src/stick/boot-backup/header.ts";
import { Head, encodeHeader } from "../../../src/stick/boot-backup/header.ts";
import { findBootPlaces } from "../../../src/stick/boot-backup/places.ts";
import { openBackup } from "../../../src/stick/boot-backup/read.ts";
import { planRestore, restoreBoot } from "../../../src/stick/boot-backup/restore.ts";
import { saveBoot } from "../../../src/stick/boot-backup/save.ts";
import { recogniseStick } from "../../../src/stick/stick.ts";
import { quietJob } from "../../support/jobs.ts";
import { smallKit, smallStick } from "../../support/small-kit.ts";
import { MIB, expectCleanStick, sfdiskTable, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const SHAPES = [
  ["gpt", 512],
  ["mbr", 512],
  ["gpt", 4096],
] as const;
const about = { version: "0.0.1", now: new Date("2026-01-02T03:04:05Z") };

const folder = await suiteFolder();
const images = new Map<string, string>();

beforeAll(async () => {
  const kit = await smallKit(join(folder, "kit"), "one");
  for (const [scheme, sectorSize] of SHAPES) {
    const image = join(folder, `${scheme}-${sectorSize}.img`);
    const sizeBytes = 400 * MIB;
    await (await smallStick(image, kit, { scheme, sectorSize, sizeBytes })).close();
    images.set(`${scheme}-${sectorSize}`, image);
  }
}, 120_000);

const imageOf = (scheme: string, sectorSize: number) => images.get(`${scheme}-${sectorSize}`) ?? "";

async function open(scheme: string, sectorSize: number) {
  const base = await openFile(imageOf(scheme, sectorSize), { sectorSize });
  return { base, disk: new OverlayRange(base) };
}

let count = 0;
async function saved(disk: ByteRange): Promise<string> {
  const file = join(folder, `saved-${count++}.lifeboat-boot`);
  await saveBoot(disk, "disk", file, about, quietJob());
  return file;
}

async function restore(disk: ByteRange, file: string, otherDisk = false): Promise<number> {
  const backup = await openBackup(file);
  try {
    const plan = await planRestore(backup, disk, "disk", { otherDisk }, quietJob());
    return await restoreBoot(plan, backup, disk, async () => {}, quietJob());
  } finally {
    await backup.close();
  }
}

async function sha256(range: ByteRange, start: number, length: number): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < length; at += MIB) {
    hash.update(await readBytes(range, start + at, Math.min(MIB, length - at)));
  }
  return hash.digest("hex");
}

/** Of everything outside the data partition. */
async function hashesOutside(disk: ByteRange) {
  const { others } = await findBootPlaces(disk, "disk");
  const [data = { start: 0, length: 0 }] = others;
  const end = data.start + data.length;
  return [
    await sha256(disk, 0, data.start),
    await sha256(disk, end, disk.size - end),
    await sha256(disk, data.start, data.length),
  ];
}

describe.each(SHAPES)("%s, sectors of %i bytes", (scheme, sectorSize) => {
  test("what was saved comes back, whatever happened to it", async () => {
    const { base, disk } = await open(scheme, sectorSize);
    const before = await hashesOutside(disk);
    const { places } = await findBootPlaces(disk, "disk");
    const file = await saved(disk);
    // Only clusters in use are in it.
    expect((await stat(file)).size).toBeLessThan(2 * MIB);
    const backup = await openBackup(file);
    const esp = backup.header.sections.find(({ kind }) => kind === "esp");
    const espBytes = esp?.extents.reduce((sum, [, length]) => sum + length, 0) ?? 0;
    expect(espBytes).toBeLessThan(8 * MIB);
    await backup.close();

    // Some of every place is lost: but for the table, by which the disk is known.
    for (const { kind, start, length } of places) {
      if (kind === "boot-sector") await writeZeroes(disk, 0, 440);
      else if (kind === "primary-gpt") await writeZeroes(disk, sectorSize, sectorSize);
      else if (kind !== "backup-gpt") {
        await writeZeroes(disk, start, Math.min(length, 8 * MIB));
      }
    }
    expect(await hashesOutside(disk)).not.toEqual(before);
    expect(await restore(disk, file)).toBeGreaterThan(0);
    expect(await hashesOutside(disk)).toEqual(before);
    expect((await recogniseStick(disk, "disk")).manifest.scheme).toBe(scheme);
    // Once more: there is nothing left to write.
    const recorder = new RecordingRange(disk);
    expect(await restore(recorder, file)).toBe(0);
    expect(recorder.log.filter(({ kind }) => kind === "write")).toEqual([]);
    await base.close();
  });

  test("the first sector is written last, and nothing to the data partition", async () => {
    const { base, disk } = await open(scheme, sectorSize);
    const file = await saved(disk);
    const { places, others } = await findBootPlaces(disk, "disk");
    for (const { start, length } of places) {
      const junk = Buffer.alloc(sectorSize, 0x5a);
      await disk.write(start + length - sectorSize, junk);
    }
    const recorder = new RecordingRange(disk);
    await restore(recorder, file, true);
    const writes = recorder.log.flatMap((event) => (event.kind === "write" ? [event] : []));
    expect(writes.at(-1)?.offset).toBe(0);
    for (const { offset, data } of writes) {
      const inside = others.some(
        (other) => offset < other.start + other.length && other.start < offset + data.length,
      );
      expect(inside).toBe(false);
    }
    await base.close();
  });

  test("without a table it comes back once that is agreed to", async () => {
    const { base, disk } = await open(scheme, sectorSize);
    const before = await hashesOutside(disk);
    const file = await saved(disk);
    await writeZeroes(disk, 0, MIB);
    await writeZeroes(disk, disk.size - MIB, MIB);
    await expect(restore(disk, file)).rejects.toMatchObject({
      code: "other-disk",
      kind: "refused",
      message: expect.stringContaining("no partition table") as string,
    });
    await restore(disk, file, true);
    expect(await hashesOutside(disk)).toEqual(before);
    await base.close();
  });
});

test("what came back is what the judges take for a clean stick", async () => {
  const image = join(folder, "judged.img");
  await copySparse(imageOf("gpt", 512), image);
  const disk = await openFile(image, { writable: true });
  const file = await saved(disk);
  const { partitions } = await sfdiskTable(image);
  const esp = partitions.find(({ number }) => number === 2);
  await writeZeroes(disk, (esp?.start ?? 0) * 512, 4 * MIB);
  await writeZeroes(disk, 512, 33 * 512);
  await restore(disk, file);
  await disk.close();
  await expectCleanStick(image, "exfat");
  const at = `${image}@@${(esp?.start ?? 0) * 512}`;
  const said = await judge("mtype", ["-i", at, "::/lifeboat/hook.cpio"]);
  expect(said).toContain("linux/busybox of kit one");
});

describe("is refused", () => {
  test("on another stick, and says what differs", async () => {
    const { base, disk } = await open("gpt", 512);
    const file = await saved(disk);
    const other = await open("mbr", 512);
    await expect(restore(other.disk, file)).rejects.toMatchObject({
      code: "other-disk",
      kind: "refused",
      message: expect.stringMatching(/saved from disk [0-9A-F-]{36}, this one is/) as string,
    });
    await base.close();
    await other.base.close();
  });

  test("on a disk of another size", async () => {
    const { base, disk } = await open("mbr", 512);
    const file = await saved(disk);
    await expect(restore(new SliceRange(disk, 0, 390 * MIB), file, true)).rejects.toMatchObject({
      code: "target-too-small",
      kind: "refused",
    });
    await base.close();
  });

  test("where other partitions have taken the place, whatever is agreed to", async () => {
    const { base, disk } = await open("gpt", 512);
    const file = await saved(disk);
    const image = join(folder, "partitioned-anew.img");
    await copySparse(imageOf("gpt", 512), image);
    await judge("sgdisk", ["--zap-all", "--new=1:2048:0", image]);
    const anew = await openFile(image);
    const recorder = new RecordingRange(new OverlayRange(anew));
    await expect(restore(recorder, file, true)).rejects.toMatchObject({
      code: "in-partition",
      kind: "refused",
    });
    expect(recorder.log).toEqual([]);
    await anew.close();
    await base.close();
  });

  test.each<[string, (image: string) => Promise<unknown>]>([
    ["exFAT", async (image) => judge("mkfs.exfat", [image])],
    ["FAT32", async (image) => judge("mkfs.fat", ["-I", "-F", "32", image])],
    ["ext4", async (image) => judge("mke2fs", ["-q", "-F", "-t", "ext4", image])],
    [
      "LUKS",
      async (image) => {
        const disk = await openFile(image, { writable: true });
        const header = Buffer.alloc(32 << 10);
        header.write("LUKS\xba\xbe\0\x02", "latin1");
        await disk.write(0, header);
        await disk.close();
      },
    ],
  ])(
    "on a disk that %s has from its first sector on, whatever is agreed to; until that is wiped",
    async (_, format) => {
      const { base, disk } = await open("gpt", 512);
      const file = await saved(disk);
      await base.close();
      // The old backup GPT stays at the end, as it does where somebody formats the whole stick.
      const image = join(folder, "superfloppy.img");
      await copySparse(imageOf("gpt", 512), image);
      await format(image);
      const formatted = await openFile(image);
      const recorder = new RecordingRange(new OverlayRange(formatted));
      await expect(restore(recorder, file, true)).rejects.toMatchObject({
        code: "in-file-system",
        kind: "refused",
      });
      expect(recorder.log).toEqual([]);
      await formatted.close();
      await judge("wipefs", ["--all", image]);
      const wiped = await openFile(image, { writable: true });
      await restore(wiped, file, true);
      await wiped.close();
      expect(await judge("sgdisk", ["-v", image])).toMatch(/No problems found/);
    },
  );

  test("with sectors of another size", async () => {
    const { base, disk } = await open("gpt", 512);
    const file = await saved(disk);
    const other = await open("gpt", 4096);
    await expect(restore(other.disk, file, true)).rejects.toMatchObject({
      code: "other-sector-size",
    });
    await base.close();
    await other.base.close();
  });

  test("and an earlier save is never overwritten", async () => {
    const { base, disk } = await open("gpt", 512);
    const file = await saved(disk);
    const before = await readFile(file);
    await expect(saveBoot(disk, "disk", file, about, quietJob())).rejects.toMatchObject({
      code: "backup-exists",
    });
    expect(await readFile(file)).toEqual(before);
    await base.close();
  });
});

describe("a file from outside", () => {
  let good = Buffer.alloc(0);
  beforeAll(async () => {
    const { base, disk } = await open("gpt", 512);
    good = await readFile(await saved(disk));
    await base.close();
  });

  /** The good file with its header changed, and, where given, other content of its first section. */
  function changed(change: (header: BackupHeader) => void, content?: (raw: Buffer) => Buffer) {
    const head = Head.decode(good);
    const offset = Number(head.headerOffset);
    const header = JSON.parse(good.toString("utf8", offset)) as BackupHeader;
    const bodies = header.sections.map(({ offset: at, storedBytes }) =>
      good.subarray(at, at + storedBytes),
    );
    const [first] = header.sections;
    if (content !== undefined && first !== undefined) {
      const raw = content(gunzipSync(bodies[0] ?? Buffer.alloc(0)));
      bodies[0] = gzipSync(raw);
      first.sha256 = createHash("sha256").update(raw).digest("hex");
    }
    let at: number = Head.size;
    for (const [index, section] of header.sections.entries()) {
      section.offset = at;
      section.storedBytes = bodies[index]?.length ?? 0;
      at += section.storedBytes;
    }
    change(header);
    const end = encodeHeader(header, at);
    return Buffer.concat([end.head, ...bodies, end.json]);
  }

  async function tried(bytes: Buffer) {
    const file = join(folder, `hostile-${count++}.lifeboat-boot`);
    await writeFile(file, bytes);
    const { base, disk } = await open("gpt", 512);
    const recorder = new RecordingRange(disk);
    try {
      await restore(recorder, file, true);
      return "restored";
    } catch (error) {
      expect(recorder.log).toEqual([]);
      return (error as { code?: string }).code;
    } finally {
      await base.close();
    }
  }

  test("as it was is taken", async () => {
    expect(await tried(changed(() => {}))).toBe("restored");
  });

  test.each<[string, string, () => Buffer]>([
    ["is empty", "not-a-backup", () => Buffer.alloc(0)],
    ["is something else", "not-a-backup", () => Buffer.alloc(4096, "x")],
    ["was cut short", "backup-damaged", () => good.subarray(0, good.length - 1)],
    ["was cut short in the middle", "backup-damaged", () => good.subarray(0, good.length >> 1)],
    ["is longer", "backup-damaged", () => Buffer.concat([good, Buffer.from("x")])],
    [
      "is of a later format",
      "newer-backup",
      () => {
        const bytes = Buffer.from(good);
        bytes.writeUInt32LE(2, 16);
        return bytes;
      },
    ],
    [
      "has a header as large as memory",
      "backup-damaged",
      () => {
        const bytes = Buffer.from(good);
        bytes.writeUInt32LE(0xffffffff, 20);
        return bytes;
      },
    ],
    [
      "has a changed byte",
      "backup-damaged",
      () => {
        const bytes = Buffer.from(good);
        bytes[300] = (bytes[300] ?? 0) ^ 1;
        return bytes;
      },
    ],
    [
      "writes the ESP into the data partition",
      "backup-damaged",
      () =>
        changed(({ sections }) => {
          const esp = sections.find(({ kind }) => kind === "esp");
          const [extent] = esp?.extents ?? [];
          if (extent !== undefined) extent[0] = 4 * MIB;
        }),
    ],
    [
      "writes the gap into the data partition",
      "backup-damaged",
      () =>
        changed(({ sections }) => {
          const gap = sections.find(({ kind }) => kind === "gap");
          const [extent] = gap?.extents ?? [];
          if (extent !== undefined) extent[0] = MIB;
        }),
    ],
    [
      "has an extent beyond the disk",
      "backup-damaged",
      () =>
        changed(({ sections, disk }) => {
          sections[0]?.extents.push([disk.sizeBytes, 512]);
        }),
    ],
    [
      "has an extent before the last one",
      "backup-damaged",
      () => changed(({ sections }) => sections[0]?.extents.push([0, 512])),
    ],
    [
      "has a part of a sector",
      "backup-damaged",
      () =>
        changed(({ sections }) => {
          const [extent] = sections[0]?.extents ?? [];
          if (extent !== undefined) extent[0] += 1;
        }),
    ],
    [
      "names a disk that its table isn't of",
      "backup-damaged",
      () =>
        changed(({ disk }) => {
          disk.id = "00000000-0000-0000-0000-000000000000";
        }),
    ],
    [
      "has less than it says",
      "backup-damaged",
      () =>
        changed(
          () => {},
          (raw) => raw.subarray(0, -512),
        ),
    ],
    [
      "has more than it says",
      "backup-damaged",
      () =>
        changed(
          () => {},
          (raw) => Buffer.concat([raw, Buffer.alloc(64 * MIB)]),
        ),
    ],
    [
      "has no gzip in it",
      "backup-damaged",
      () => {
        const bytes = Buffer.from(good);
        bytes.fill(0, Head.size, Head.size + 20);
        return bytes;
      },
    ],
  ])("that %s is refused before a byte is written", async (_, code, make) => {
    expect(await tried(make())).toBe(code);
  });
});

test("a save that is cancelled leaves no file", async () => {
  const { base, disk } = await open("gpt", 512);
  const inside = join(folder, "cancelled");
  const abort = new AbortController();
  const job = { report: () => abort.abort(new Error("cancelled")), signal: abort.signal };
  const saving = saveBoot(disk, "disk", join(inside, "x.lifeboat-boot"), about, job);
  await expect(saving).rejects.toThrow("cancelled");
  expect(await readdir(inside)).toEqual([]);
  await base.close();
});
