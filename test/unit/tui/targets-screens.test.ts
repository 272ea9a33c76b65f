/** Choosing where to write: one target or several, with the reason where there can be none. */
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Disk } from "../../../src/disks/disk.ts";
import { diskLister } from "../../../src/disks/list.ts";
import { run } from "../../../src/system/run.ts";
import type { ChosenTarget } from "../../../src/tui/targets/target.ts";
import {
  examineChosen,
  freeImageName,
  withTarget,
  withoutTarget,
} from "../../../src/tui/targets/target.ts";
import type { TargetsOptions } from "../../../src/tui/targets/targets-screen.ts";
import { targetsScreen } from "../../../src/tui/targets/targets-screen.ts";
import { testDisk } from "../../support/listed-disk.ts";
import { buildStick, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import type { TerminalOptions } from "../../support/tui.tsx";
import { openTerminal, testApp } from "../../support/tui.tsx";
import { LAYOUTS } from "../../support/layout.ts";
import { expectWholeScreen } from "../../support/whole-screen.ts";

let folder: string;
let stick: string;

beforeAll(async () => {
  folder = await suiteFolder();
  stick = join(folder, "stick 中.img");
  await buildStick(stick, { sizeBytes: 400 << 20 });
});

const long = {
  model: "Kingston DataTraveler 3.0",
  serial: "E0D55EA574E4F4A0F8D5028B",
  size: 61_907_927_040,
};

async function open(
  disks: readonly Disk[] | (() => Promise<Disk[]>),
  options: Partial<TargetsOptions> = {},
  size: TerminalOptions = {},
) {
  const chosen: (readonly ChosenTarget[])[] = [];
  const list = typeof disks === "function" ? disks : async () => [...disks];
  const terminal = await openTerminal(
    { ...testApp(folder), disks: { list } },
    (app) =>
      targetsScreen(app, {
        title: "Targets",
        several: true,
        done: (targets) => chosen.push(targets),
        ...options,
      }),
    size,
  );
  onTestFinished(() => terminal.close());
  return { terminal, chosen };
}

describe("several targets", () => {
  test("are ticked, unticked, and taken in the order in which they were ticked", async () => {
    const { terminal, chosen } = await open(
      ["/dev/lifeboat-a", "/dev/lifeboat-b", "/dev/lifeboat-c"].map((path) => testDisk(path)),
    );
    await terminal.see("[ ] /dev/lifeboat-c");
    await terminal.press("down", "down", "down", "enter");
    await terminal.see("[×] /dev/lifeboat-c");
    await terminal.press("up", "enter", "up", "enter", "enter");
    await terminal.see("[ ] /dev/lifeboat-a");
    await terminal.see("[×] /dev/lifeboat-b");
    await terminal.button("Take 2 targets");
    expect(chosen).toEqual([
      [
        { kind: "device", path: "/dev/lifeboat-c" },
        { kind: "device", path: "/dev/lifeboat-b" },
      ],
    ]);
  });

  test("an image file stands among them with its size, and goes again", async () => {
    const { terminal, chosen } = await open([]);
    await terminal.see("No disks found");
    await terminal.line("An image file");
    await terminal.see("Size: 8G");
    await terminal.press("down", "backspace", "backspace");
    await terminal.type("600M");
    await terminal.press("enter");
    await terminal.see(/\[×\] stick\.img +600M/);
    await terminal.line("An image file");
    // The name of the first is taken.
    await terminal.see("stick-2.img");
    await terminal.button("Take it");
    await terminal.line("[×] stick.img");
    await terminal.see("Take 1 target");
    await terminal.button("Take 1 target");
    expect(chosen).toEqual([[{ kind: "image", path: join(folder, "stick-2.img"), size: "8G" }]]);
  });

  test("those chosen before are ticked; one that was pulled out meanwhile isn't", async () => {
    const path = "/dev/lifeboat-a";
    const { terminal, chosen } = await open([testDisk(path)], {
      chosen: [
        { kind: "device", path },
        { kind: "device", path: "/dev/lifeboat-gone" },
      ],
    });
    await terminal.see("[×] /dev/lifeboat-a");
    await terminal.see("Take 1 target");
    await terminal.button("Take 1 target");
    expect(chosen).toEqual([[{ kind: "device", path }]]);
  });

  test("one that is plugged in later is found when it is looked again", async () => {
    const disks: Disk[] = [];
    const { terminal } = await open(async () => [...disks]);
    await terminal.see("No disks found");
    disks.push(testDisk("/dev/lifeboat-late"));
    await terminal.button("Look again");
    await terminal.see("[ ] /dev/lifeboat-late");
  });
});

describe("what can't be chosen", () => {
  test("the system's disk and the stick that is copied say why", async () => {
    const { terminal, chosen } = await open(
      [testDisk(stick), testDisk("/dev/lifeboat-root", { system: true, removable: false })],
      {
        except: { path: stick, why: { en: "This one is copied", zh: "这是源盘" } },
      },
    );
    await terminal.see("/dev/lifeboat-root");
    await terminal.press("down", "enter");
    await terminal.see("This one is copied");
    await terminal.press("down", "enter");
    await terminal.see("is the disk that this system runs from");
    expect(terminal.screen()).not.toContain("[×]");
    await terminal.button("Take 0 targets");
    expect(chosen).toEqual([[]]);
  });

  test("a stick that would be lost is named, with its serial number", async () => {
    const { terminal } = await open([testDisk(stick, { serial: "4C530001231" })]);
    await terminal.see("[ ]");
    await terminal.press("down");
    await terminal.see(/4C530001231\. This is the rescue stick LIFEBOAT-[0-9A-F]{8} already/);
  });
});

test.skipIf(process.getuid?.() !== 0)(
  "one that is mounted is unmounted from here, and can be ticked then (needs root for a loop device)",
  async () => {
    const file = join(folder, "loop.bin");
    await writeFile(file, "");
    await truncate(file, 64 << 20);
    const device = (await judge("losetup", ["--find", "--show", file])).trim();
    onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
    await judge("mke2fs", ["-q", device]);
    const place = join(folder, "挂 载");
    await mkdir(place);
    await judge("mount", [device, place]);
    onTestFinished(async () => void (await judge("umount", [place], { accept: [0, 1, 32] })));
    const { terminal } = await open(async () =>
      (await diskLister(run).list()).filter(({ path }) => path === device),
    );
    await terminal.see(device);
    await terminal.press("down");
    await terminal.see("Enter unmounts it");
    await terminal.press("enter");
    await terminal.see(`${device} is unmounted`);
    const mounted = await run("findmnt", ["--mountpoint", place], { accept: [0, 1] });
    expect(mounted.exitCode).toBe(1);
    await terminal.press("enter");
    await terminal.see(`[ ] ${device}`);
  },
);

test("a disk that is also held otherwise isn't offered to be unmounted", async () => {
  const { terminal, chosen } = await open([
    testDisk("/dev/lifeboat-md", { mounts: ["/srv"], holders: ["md0"] }),
  ]);
  await terminal.see("/dev/lifeboat-md");
  await terminal.press("down", "enter");
  await terminal.see("/srv");
  expect(terminal.screen()).not.toContain("Enter unmounts it");
  expect(chosen).toEqual([]);
});

describe.each(LAYOUTS)("$columns × $rows, $language", (size) => {
  test("the list, and an image file's fields, are whole", async () => {
    const disks = [
      testDisk("/dev/sdx", long),
      testDisk("/dev/sdy", { ...long, mounts: ["/media/技术员/LIFEBOAT"] }),
      testDisk("/dev/nvme0n1", {
        system: true,
        removable: false,
        model: "Samsung SSD",
        serial: "",
      }),
    ];
    const { terminal } = await open(disks, {}, size);
    await terminal.see("/dev/nvme0n1");
    await terminal.press("down");
    // Where the line is too narrow for the serial number, the note has it.
    await terminal.see(long.serial);
    expect(terminal.screen()).toContain("57.7 GiB");
    expectWholeScreen(terminal, size);
    await terminal.press("down");
    await terminal.press("up");
    await terminal.press("enter", "up", "enter");
    await terminal.see("8G");
    expectWholeScreen(terminal, size);
  });
});

describe("what was chosen", () => {
  test("one of the same path is put in place of the other", () => {
    const first: ChosenTarget = { kind: "image", path: "/a", size: "1G" };
    const other: ChosenTarget = { kind: "device", path: "/b" };
    const changed: ChosenTarget = { kind: "image", path: "/a", size: "2G" };
    expect(withTarget([first, other], changed)).toEqual([changed, other]);
    expect(withoutTarget([first, other], "/a")).toEqual([other]);
    expect(freeImageName("/f", ["/f/stick.img", "/f/stick-2.img"])).toBe("/f/stick-3.img");
  });

  test("an image is looked at with the size that was typed, or with its own", async () => {
    const sized = { kind: "image", path: join(folder, "new.img"), size: "600M" } as const;
    const target = await examineChosen(sized, { run });
    expect(target).toMatchObject({ create: true, exists: false, sizeBytes: 600 << 20 });
    const there = await examineChosen({ kind: "image", path: stick, size: "" }, { run });
    expect(there).toMatchObject({ create: false, exists: true, sizeBytes: 400 << 20 });
    await expect(examineChosen({ ...sized, size: "" }, { run })).rejects.toMatchObject({
      code: "no-target",
    });
  });
});
