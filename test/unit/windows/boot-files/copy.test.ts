/**
 * From an NTFS volume that mkntfs made and wimlib applied a tree to, into a FAT32 volume that fsck.fat and mtools judge.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { formatFat32, openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import { openNtfs } from "../../../../src/filesystems/ntfs/index.ts";
import type { ReadableVolume } from "../../../../src/filesystems/volume.ts";
import type { ProgressEvent } from "../../../../src/system/progress.ts";
import {
  copyBootFiles,
  planBootFiles,
  readBootListing,
} from "../../../../src/windows/boot-files/index.ts";
import type { BootFilesOptions } from "../../../../src/windows/boot-files/index.ts";
import { memoryVolume } from "../../../support/memory-volume.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import { BIOS_COPIES, bootTree, EFI_COPIES, EX_COPIES, noise, underWindows } from "./support.ts";

const MIB = 1 << 20;
/** FAT32 begins at 65,525 clusters. */
const ESP_BYTES = 40 * MIB;
const TREE = bootTree();
const NEVER = new AbortController().signal;
const QUIET = { report: () => undefined, signal: NEVER };

let windows: ReadableVolume;

beforeAll(async () => {
  const folder = await suiteFolder();
  for (const [path, bytes] of Object.entries(TREE)) {
    const file = join(folder, "tree/Windows/Boot", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  const wim = join(folder, "boot.wim");
  await judge("wimlib-imagex", ["capture", join(folder, "tree"), wim, "--compress=none"]);
  const image = join(folder, "windows.img");
  await writeFile(image, "");
  await judge("truncate", ["-s", "24M", image]);
  await judge("mkntfs", ["-F", "-Q", "-q", image]);
  await judge("wimlib-imagex", ["apply", wim, "1", image]);
  windows = await openNtfs(await openFile(image));
});

async function newEsp(bytes = ESP_BYTES): Promise<MemoryRange> {
  const esp = new MemoryRange(bytes);
  await formatFat32(esp, { label: "", volumeId: 1, now: new Date(), sectorsPerCluster: 1 });
  return esp;
}

async function install(options: BootFilesOptions, esp: MemoryRange, context = QUIET) {
  const plan = planBootFiles(await readBootListing(windows), options);
  await copyBootFiles(plan, windows, esp, context);
  return plan;
}

/** Every file on the volume and its bytes, by mtools. */
async function filesOn(esp: MemoryRange): Promise<Map<string, Buffer>> {
  const folder = await temporaryFolder();
  const image = join(folder, "esp.img");
  await writeFile(image, esp.bytes);
  expect(await judge("fsck.fat", ["-n", image])).not.toMatch(/differ|wrong|bad|Unused|orphan/i);
  const volume = await openFat(esp);
  const listed = await judge("mdir", ["-i", image, "-/", "-b", "-a", "::/"]);
  const paths = listed
    .split("\n")
    .map((line) => line.trim().replace(/^::/, ""))
    .filter((path) => path !== "" && !path.endsWith("/"));
  const files = new Map<string, Buffer>();
  await judge("mcopy", ["-i", image, "-s", "-Q", "::/", folder]);
  for (const path of paths) {
    const found = await volume.find(path);
    const range = await volume.open(path);
    const bytes = Buffer.alloc(range.size);
    await range.read(0, bytes);
    files.set(found?.path ?? path, bytes);
    expect((await readFile(join(folder, path))).equals(bytes), path).toBe(true);
  }
  return files;
}

function expectFiles(files: Map<string, Buffer>, copies: Readonly<Record<string, string>>): void {
  for (const [to, from] of Object.entries(copies)) {
    expect(files.get(to)?.equals(TREE[from] ?? Buffer.alloc(1)), `${to} from ${from}`).toBe(true);
  }
}

test("UEFI and BIOS on one volume: every file, its bytes, its attributes", async () => {
  const esp = await newEsp();
  const events: ProgressEvent[] = [];
  const plan = await install({ firmware: "all" }, esp, {
    report: (event: ProgressEvent) => void events.push(event),
    signal: NEVER,
  } as typeof QUIET);
  const files = await filesOn(esp);
  expectFiles(files, { ...EFI_COPIES, ...BIOS_COPIES });
  const logs = ["/EFI/Microsoft/Boot/BOOTSTAT.DAT", "/Boot/BOOTSTAT.DAT"];
  const expected = [...Object.keys(EFI_COPIES), ...Object.keys(BIOS_COPIES), ...logs];
  expect([...files.keys()].sort()).toEqual(expected.sort());
  for (const log of logs) expect(files.get(log)?.equals(Buffer.alloc(65_536))).toBe(true);
  const image = join(await temporaryFolder(), "esp.img");
  await writeFile(image, esp.bytes);
  const attributes = await judge("mattrib", ["-i", image, "::/bootmgr", "::/BOOTNXT", "::/Boot"]);
  expect(
    attributes
      .trim()
      .split("\n")
      .map((line) => line.replace(/\s+/g, " ").trim()),
  ).toEqual(
    ["A S H R ::/bootmgr", "A S H ::/BOOTNXT", "S H ::/Boot"].map((line) =>
      expect.stringMatching(line.replaceAll(" ", " ?")),
    ),
  );
  const last = events.at(-1);
  const copied = plan.copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  expect(last).toMatchObject({ kind: "bytes", doneBytes: copied });
});

test("CA 2023 over the usual ones: replaced", async () => {
  const esp = await newEsp();
  await install({ firmware: "uefi" }, esp);
  await install({ firmware: "uefi", bootex: true }, esp);
  const files = await filesOn(esp);
  expectFiles(files, { ...EFI_COPIES, ...EX_COPIES });
  expect([...files.keys()].filter((path) => path.includes("_EX"))).toEqual([]);
});

test("what else is on the system partition stays, another loader included", async () => {
  const esp = await newEsp();
  const volume = await openFat32(esp);
  const shim = noise(77, 5000);
  await volume.writeTree([
    { path: "/EFI/BOOT/BOOTX64.EFI", data: shim },
    { path: "/lifeboat/stick.json", data: Buffer.from("{}") },
  ]);
  await install({ firmware: "uefi", fallbackLoader: false }, esp);
  const files = await filesOn(esp);
  expect(files.get("/EFI/BOOT/BOOTX64.EFI")?.equals(shim)).toBe(true);
  expect(files.get("/lifeboat/stick.json")?.toString()).toBe("{}");
  expect(
    files.get("/EFI/Microsoft/Boot/bootmgfw.efi")?.equals(TREE["EFI/bootmgfw.efi"] ?? shim),
  ).toBe(true);
});

describe("nothing is written", () => {
  async function refused(change: (esp: MemoryRange) => Promise<unknown>): Promise<unknown> {
    const esp = await newEsp();
    const before = Buffer.from(esp.bytes);
    const error: unknown = await change(esp).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(esp.bytes.equals(before)).toBe(true);
    return error;
  }

  test("where the plan has an error", async () => {
    const { "EFI/bootmgfw.efi": _, ...tree } = TREE;
    const source = memoryVolume(underWindows(tree));
    const plan = planBootFiles(await readBootListing(source), { firmware: "uefi" });
    expect(await refused(async (esp) => copyBootFiles(plan, source, esp, QUIET))).toMatchObject({
      code: "no-boot-manager",
    });
  });

  test("where there isn't the room", async () => {
    const source = memoryVolume(underWindows({ ...TREE, "EFI/huge.bin": Buffer.alloc(ESP_BYTES) }));
    const plan = planBootFiles(await readBootListing(source), { firmware: "uefi" });
    expect(await refused(async (esp) => copyBootFiles(plan, source, esp, QUIET))).toMatchObject({
      code: "esp-too-small",
    });
  });
});

test("cancelled: nothing of it is there, and the volume is whole", async () => {
  const esp = await newEsp();
  const controller = new AbortController();
  const context = { report: () => controller.abort(), signal: controller.signal };
  await expect(install({ firmware: "uefi" }, esp, context as typeof QUIET)).rejects.toMatchObject({
    kind: "cancelled",
  });
  expect(await (await openFat(esp)).list("/")).toEqual([]);
  const image = join(await temporaryFolder(), "esp.img");
  await writeFile(image, esp.bytes);
  expect(await judge("fsck.fat", ["-n", image])).toMatch(/: 0 files, 1\//);
});

test("a medium that loses what was written is found out", async () => {
  /** Keeps zeroes instead of one of the loader's sectors. */
  class Forgetful extends MemoryRange {
    override async write(offset: number, data: Uint8Array): Promise<void> {
      const at = Buffer.from(data).indexOf(
        (TREE["EFI/boot.stl"] ?? Buffer.alloc(1)).subarray(0, 512),
      );
      const kept = Buffer.from(data);
      if (at !== -1) kept.fill(0, at, at + 512);
      await super.write(offset, kept);
    }
  }
  const esp = new Forgetful(ESP_BYTES);
  await formatFat32(esp, { label: "", volumeId: 1, now: new Date(), sectorsPerCluster: 1 });
  await expect(install({ firmware: "uefi" }, esp)).rejects.toMatchObject({
    code: "boot-file-differs",
    kind: "damaged",
  });
});
