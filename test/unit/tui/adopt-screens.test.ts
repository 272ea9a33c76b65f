/** Disks and images that are no lifeboat sticks: what they are asked to become, and adopting them, with the real tools as judges. */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import type { Kit } from "../../../src/boot/kit/kit.ts";
import type { DataFileSystem } from "../../../src/stick/layout.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import { diskScreen } from "../../../src/tui/disk/disk-screen.ts";
import { ChooserFolder } from "../../../src/tui/files/paths.ts";
import { homeScreen } from "../../../src/tui/home/home.ts";
import type { ForeignStick } from "../../support/foreign-sticks.ts";
import { emptyFile, foreignStick, isoFiles } from "../../support/foreign-sticks.ts";
import { testDisk } from "../../support/listed-disk.ts";
import { LAYOUTS, expectFits, readPages } from "../../support/layout.ts";
import { smallKit } from "../../support/small-kit.ts";
import { stopAt } from "../../support/stopping.ts";
import {
  MIB,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import type { TerminalOptions } from "../../support/tui.tsx";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { stands } from "../../support/wrapped.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const folder = await suiteFolder();
const PATHS = ["/debian.iso", "/镜像/救援 盘.iso"];
let kit: Kit;
let originals: string[];
let files: Record<string, Buffer>;
let ventoy: string;

beforeAll(async () => {
  kit = await smallKit(join(folder, "kit"), "one");
  originals = [
    await fixtureIso("debian-live", join(folder, "isos")),
    await fixtureIso("memtest86+", join(folder, "isos")),
  ];
  files = await isoFiles(
    Object.fromEntries(PATHS.map((path, index) => [path, originals[index] ?? ""])),
  );
  ventoy = join(folder, "ventoy.img");
  await foreignStick(ventoy, { scheme: "mbr", fileSystem: "exfat", ventoy: true, files });
}, 240_000);

let count = 0;

/** In a folder of its own, with spaces and Chinese characters. */
async function freshPath(): Promise<string> {
  const own = join(folder, `车间 no ${count++}`);
  await mkdir(own);
  return join(own, "旧 stick.img");
}

async function freshVentoy(): Promise<string> {
  const image = await freshPath();
  await copySparse(ventoy, image);
  return image;
}

async function fresh(stick: ForeignStick): Promise<string> {
  const image = await freshPath();
  await foreignStick(image, { files, ...stick });
  return image;
}

const computer = () => ({ ...testApp(folder), openKit: async () => kit });

const open = async (image: string, options: TerminalOptions = {}) =>
  openTerminal(computer(), (app) => diskScreen(app, image), options);

async function expectAdopted(image: string, fileSystem: DataFileSystem): Promise<void> {
  await expectCleanStick(image, fileSystem);
  const hashes = await hashesByOthers(image, fileSystem, PATHS, originals);
  expect(hashes).toEqual(await Promise.all(originals.map(sha256OfFile)));
}

const WORDS = {
  en: {
    open: "Open an image file",
    ventoy: "It is Ventoy's: its ISOs lie on exfat.",
    adopt: "Adopt it",
    plan: [
      "before",
      "Ventoy 32.0 MiB",
      "boot stage 256 MiB",
      "All files stay.",
      "the end of the file system, where no file lies",
      ".lifeboat-boot",
      "Ventoy doesn't start from this stick any more",
      "The exfat file system becomes smaller",
    ],
    adoptIt: "Adopt it …",
    type: "to go on:",
    done: "is a lifeboat stick: 2 images in the menu",
    openIt: "Open it",
    images: "Images (2)",
  },
  zh: {
    open: "打开镜像文件",
    ventoy: "由 Ventoy 制作：ISO 存放在 exfat 上。",
    adopt: "接管：保留文件",
    plan: [
      "之前",
      "Ventoy 32.0 MiB",
      "引导部分 256 MiB",
      "所有文件保留。",
      "文件系统末尾，没有文件的位置",
      ".lifeboat-boot",
      "此 U 盘将不再启动 Ventoy",
      "exfat 文件系统将缩小",
    ],
    adoptIt: "接管……",
    type: "以继续：",
    done: "已是 lifeboat U 盘：菜单中有 2 个镜像",
    openIt: "打开",
    images: "镜像（2）",
  },
} as const;

describe.each(LAYOUTS)("$columns × $rows, $language", (layout) => {
  test("Ventoy's stick in an image is adopted, from home to its page", async () => {
    const words = WORDS[layout.language];
    const image = await freshVentoy();
    const before = await sha256OfFile(image);
    const start = { ...computer(), chooser: new ChooserFolder(join(image, "..")) };
    const terminal = await openTerminal(start, homeScreen, layout);
    await terminal.see(words.open);
    await terminal.button(words.open);
    await terminal.see("旧 stick.img");
    await terminal.line("旧 stick.img");
    await terminal.see(words.ventoy);
    await terminal.see(words.adopt);
    expectFits(terminal, layout);
    await terminal.line(words.adopt);
    await terminal.see(words.adoptIt);
    expectFits(terminal, layout);
    const plan = await readPages(terminal);
    for (const word of words.plan) expect(stands(plan, word), `${word} in ${plan}`).toBe(true);
    await terminal.button(words.adoptIt);
    await terminal.see(words.type);
    expectFits(terminal, layout);
    await terminal.type("stick");
    await terminal.press("enter");
    await terminal.see(words.type);
    expect(await sha256OfFile(image)).toBe(before);
    for (let index = 0; index < "stick".length; index++) await terminal.press("backspace");
    await terminal.type(image);
    await terminal.press("enter");
    await terminal.see(words.done);
    expectFits(terminal, layout);
    await terminal.button(words.openIt);
    await terminal.see(words.images);
    terminal.close();
    await expectAdopted(image, "exfat");
  });
});

const ROOMS: readonly [string, ForeignStick, readonly string[]][] = [
  [
    "behind the data",
    { scheme: "gpt", fileSystem: "ntfs", freeMib: 300 },
    ["It has one partition, ntfs.", "behind the data, where no partition is", "· not allocated"],
  ],
  [
    "in a partition that its file system doesn't fill",
    { scheme: "mbr", fileSystem: "ext4", shortMib: 280 },
    ["It has one partition, ext4.", "which its file system doesn't use"],
  ],
  [
    "after files were moved",
    { scheme: "mbr", fileSystem: "exfat", ventoy: true, fillerMib: 300 },
    ["after files were moved away from there", "/debian.iso", "are moved within"],
  ],
  [
    "on FAT32",
    { scheme: "mbr", fileSystem: "fat32" },
    ["It has one partition, fat32.", "where no file lies"],
  ],
];

test.each(ROOMS)("room %s", async (_name, stick, wanted) => {
  const image = await fresh(stick);
  const terminal = await open(image, { columns: 90, rows: 40 });
  await terminal.see("Adopt it");
  const first = terminal.screen();
  await terminal.line("Adopt it");
  await terminal.see("❯ Adopt it …");
  const said = first + (await readPages(terminal));
  for (const word of wanted) expect(stands(said, word), said).toBe(true);
  await terminal.press("enter");
  await terminal.see("to go on:");
  await terminal.type(image);
  await terminal.press("enter");
  await terminal.see("is a lifeboat stick: 2 images in the menu");
  terminal.close();
  await expectAdopted(image, stick.fileSystem);
});

describe("what can't be adopted says why, and can be made a stick all the same", () => {
  test.each<[string, (image: string) => Promise<unknown>, readonly string[]]>([
    [
      "an empty image",
      async (image) => emptyFile(image, 600 * MIB),
      ["It can't be adopted", "has no partition table"],
    ],
    [
      "two partitions",
      async (image) =>
        foreignStick(image, {
          scheme: "gpt",
          fileSystem: "exfat",
          freeMib: 60,
          more: [`size=100000, name="Recovery"`],
        }),
      ["Partition 2", "neither the one with the ISOs nor Ventoy's", "Copy what is on it"],
    ],
    [
      "a text file",
      async (image) => writeFile(image, "no disk".padEnd(4096, ".")),
      ["It can't be adopted"],
    ],
  ])("%s", async (_name, make, wanted) => {
    const image = await freshPath();
    await make(image);
    const terminal = await open(image);
    await terminal.see("is no lifeboat stick");
    for (const word of wanted) await terminal.see(word);
    await terminal.see("❯ Make a new stick: everything on it is lost");
    await terminal.see("Bring back a saved boot stage");
    expect(terminal.screen()).not.toContain("Adopt it");
    await terminal.press("enter");
    await terminal.see("Make a stick");
    await terminal.see(/Target +\S/);
    terminal.close();
  });
});

test("a disk that home lists leads to the same page, once it is chosen", async () => {
  const image = await freshVentoy();
  const theirs = testDisk("/dev/sdz", { removable: false, bus: "sata", system: true });
  const disks = { list: async () => [theirs, testDisk(image)] };
  const terminal = await openTerminal({ ...computer(), disks }, homeScreen);
  await terminal.see("No rescue stick yet");
  await terminal.press("enter");
  await terminal.see("It is Ventoy's");
  await terminal.see("❯ Adopt it");
  await terminal.press("escape");
  await terminal.see("Disks of this computer");
  // The system's own can't be chosen.
  await terminal.press("down", "enter");
  await terminal.see("Disks of this computer");
  terminal.close();
});

test("mistakes of the file system are found by the plan, and nothing is written", async () => {
  const image = await fresh({ scheme: "mbr", fileSystem: "exfat" });
  const disk = await openFile(image, { writable: true });
  // The copy of the boot sector is as good as the sector itself: without both there is no volume.
  await disk.write(2048 * 512 + 0x68, Buffer.alloc(4, 0xff));
  await disk.close();
  const before = await sha256OfFile(image);
  const terminal = await open(image);
  await terminal.see("Adopt it");
  await terminal.line("Adopt it");
  await terminal.see("Check and mend it first: chkdsk /f on Windows, fsck.exfat on Linux");
  await terminal.see("Back");
  terminal.close();
  expect(await sha256OfFile(image)).toBe(before);
});

test("without a kit the way to one is shown", async () => {
  const noKit = async () => {
    throw new LifeboatError("no-kit", { en: "There is no kit", zh: "没有 kit" });
  };
  const image = await freshVentoy();
  const terminal = await openTerminal({ ...computer(), openKit: noKit }, (app) =>
    diskScreen(app, image),
  );
  await terminal.see("Adopt it");
  await terminal.line("Adopt it");
  await terminal.see("There is no kit");
  await terminal.see("Collect the kit");
  terminal.close();
});

test("a disk that changed since the plan was shown isn't written", async () => {
  const image = await freshVentoy();
  const terminal = await open(image);
  await terminal.see("Adopt it");
  await terminal.line("Adopt it");
  await terminal.see("❯ Adopt it …");
  await terminal.press("enter");
  await terminal.see("to go on:");
  await foreignStick(image, { scheme: "gpt", fileSystem: "exfat", files });
  const before = await sha256OfFile(image);
  await terminal.type(image);
  await terminal.press("enter");
  await terminal.see("has changed since the plan was made");
  expect(await sha256OfFile(image)).toBe(before);
  await terminal.button("Try again");
  await terminal.see("❯ Adopt it …");
  terminal.close();
});

test("stopped in the middle it is as it was, and can be adopted again", async () => {
  const image = await freshVentoy();
  const table = await sfdiskTable(image);
  const data = await hashesByOthers(image, "exfat", PATHS, originals);
  const terminal = await open(image);
  await terminal.see("Adopt it");
  await terminal.line("Adopt it");
  await terminal.see("❯ Adopt it …");
  await terminal.press("enter");
  await terminal.see("to go on:");
  await terminal.type(image);
  const asked = stopAt(terminal, "Writing the boot partition");
  await terminal.press("enter");
  await terminal.see("Cancelled");
  await terminal.see("is as it was: its files, its partitions, and what started it");
  expect(asked()).toContain("stays what it was, with all its files");
  expect(await sfdiskTable(image)).toEqual(table);
  expect(await hashesByOthers(image, "exfat", PATHS, originals)).toEqual(data);
  await terminal.button("Try again");
  await terminal.see("❯ Adopt it …");
  await terminal.press("enter");
  await terminal.see("to go on:");
  await terminal.type(image);
  await terminal.press("enter");
  await terminal.see("is a lifeboat stick: 2 images in the menu");
  terminal.close();
  await expectAdopted(image, "exfat");
});

describe.skipIf(process.getuid?.() !== 0)("a block device (needs root for a loop device)", () => {
  test("is adopted, and what started it is brought back from the user's own folder", async () => {
    const image = await fresh({ scheme: "gpt", fileSystem: "ext4", freeMib: 300 });
    const before = await sfdiskTable(image);
    const device = (await judge("losetup", ["--find", "--show", image])).trim();
    onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
    vi.stubEnv("LIFEBOAT_STATE", join(folder, "state"));
    onTestFinished(() => void vi.unstubAllEnvs());

    const terminal = await open(device);
    await terminal.see("It has one partition, ext4.");
    await terminal.line("Adopt it");
    await terminal.see("❯ Adopt it …");
    await terminal.see("boot-backups");
    await terminal.press("enter");
    await terminal.see("to go on:");
    await terminal.type(device);
    await terminal.press("enter");
    await terminal.see("is a lifeboat stick: 2 images in the menu");
    await terminal.button("Open it");
    await terminal.see("Images (2)");
    await expectAdopted(image, "ext4");

    await terminal.button("More");
    await terminal.see("Bring back");
    await terminal.line("Bring back");
    await terminal.see(`_dev_${basename(device)}-`);
    await terminal.line(`_dev_${basename(device)}-`);
    await terminal.see("❯ Bring it back …");
    await terminal.press("enter");
    await terminal.see("to go on:");
    await terminal.type(device);
    await terminal.press("enter");
    await terminal.see("is as it was saved on");
    terminal.close();
    expect(await sfdiskTable(image)).toEqual(before);
  });
});
