/** What scripts rely on: the JSON documents of the command-line contract, the plan of --dry-run, paths of every kind. */
import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import {
  buildStick,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  named,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

let folder = "";
let iso = "";
let stick = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  await compile();
  folder = join(await suiteFolder(), "a folder, 带空格 & 'quotes'");
  await mkdir(folder);
  env = { LIFEBOAT_KIT: (await testKit()).folder };
  iso = await named(await fixtureIso("debian-live", join(folder, "..")), folder, "救援 盘 1.iso");
  stick = join(folder, "stick 棒.img");
}, 300_000);

const json = async (args: string[], status = 0) => {
  const result = await lifeboatJson(args, { env });
  expect({ status: result.status, stderr: result.stderr }).toEqual({ status, stderr: "" });
  return result.json;
};

const text = expect.any(String) as string;
const number = expect.any(Number) as number;

test("build --dry-run shows the plan and makes nothing", async () => {
  const args = ["build", stick, "--size", "384M", "--iso", iso, "--dry-run"];
  const plan = await json(args);
  expect(plan).toMatchObject({
    target: { kind: "image", path: stick, sizeBytes: 384 << 20, create: true, exists: false },
    layout: { scheme: "gpt", sectorSize: 512 },
    fileSystem: "exfat",
    name: expect.stringMatching(/^LIFEBOAT-[0-9A-F]{8}$/) as string,
    files: [{ source: iso, path: "/救援 盘 1.iso", sizeBytes: (await stat(iso)).size }],
    notes: [],
  });
  const { status, stdout, stderr } = await lifeboat(args, { env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const word of [stick, "384 MiB", "gpt", "LIFEBOAT-", "exfat", "/救援 盘 1.iso"]) {
    expect(stdout).toContain(word);
  }
  expect(await readdir(folder)).toEqual(["救援 盘 1.iso"]);
  // On an existing stick neither.
  await buildStick(stick);
  const before = await sha256OfFile(stick);
  expect(await json(["build", stick, "--dry-run", "--fs", "ntfs"])).toMatchObject({
    target: { create: false, exists: true },
    fileSystem: "ntfs",
  });
  expect(await sha256OfFile(stick)).toBe(before);
});

test("build does what the plan says", async () => {
  const built = await json(["build", stick, "--iso", iso, "--label", "RESCUE 1", "--yes"]);
  const sha256 = await sha256OfFile(iso);
  expect(built).toMatchObject({ entries: 5, files: [{ path: "/救援 盘 1.iso", sha256 }] });
  await expectCleanStick(stick, "exfat");
  expect(await hashesByOthers(stick, "exfat", ["/救援 盘 1.iso"], [iso])).toEqual([sha256]);
  const { layout } = built as {
    layout: { partitions: { number: number; startLba: number; sectors: number }[] };
  };
  const { partitions } = await sfdiskTable(stick);
  const places = (list: { number: number; start: number; size: number }[]) =>
    list
      .map(({ number, start, size }) => ({ number, start, size }))
      .toSorted((a, b) => a.number - b.number);
  expect(places(partitions)).toEqual(
    places(
      layout.partitions.map(({ number, startLba, sectors }) => ({
        number,
        start: startLba,
        size: sectors,
      })),
    ),
  );
});

test("add, refresh and remove", async () => {
  const other = await named(await fixtureIso("memtest86+", join(folder, "..")), folder, "test.iso");
  expect(await json(["refresh", stick])).toEqual({
    changed: false,
    added: [],
    removed: [],
    updated: [],
    entries: 5,
  });
  const sha256 = await sha256OfFile(other);
  expect(await json(["add", stick, other])).toEqual({
    changed: true,
    added: ["/test.iso"],
    removed: [],
    updated: [],
    entries: 7,
    files: [{ path: "/test.iso", sizeBytes: (await stat(other)).size, sha256 }],
    notes: [],
  });
  expect(await json(["add", stick, iso, "--replace"])).toMatchObject({
    updated: ["/救援 盘 1.iso"],
    entries: 7,
  });
  expect(await json(["remove", stick, "test.iso"])).toEqual({
    changed: true,
    added: [],
    removed: ["/test.iso"],
    updated: [],
    entries: 5,
  });
  expect((await lifeboat(["refresh", stick], { env })).stdout).toBe(
    "Nothing changed; nothing was written\n",
  );
  await expectCleanStick(stick, "exfat");
});

test("backup-boot, upgrade and restore-boot", async () => {
  const saved = join(folder, "saved boot.lifeboat-boot");
  expect(await json(["backup-boot", stick, "--output", saved])).toMatchObject({
    file: saved,
    bytes: (await stat(saved)).size,
    disk: { scheme: "gpt", sectorSize: 512 },
    sections: expect.arrayContaining([
      { kind: "esp", bytes: number, sha256: text },
      { kind: "boot-sector", bytes: 512, sha256: text },
    ]) as unknown,
  });
  const before = await sha256OfFile(stick);
  expect(await json(["upgrade", stick])).toMatchObject({
    upToDate: true,
    changed: false,
    files: [],
    savedTo: null,
  });
  expect(await sha256OfFile(stick)).toBe(before);

  const start = (await sfdiskTable(stick)).partitions.find((one) => one.number === 2)?.start ?? 0;
  await judge("mdel", ["-i", `${stick}@@${start * 512}`, "::/lifeboat/hook.cpio"]);
  const expected = {
    upToDate: false,
    files: [{ path: "/lifeboat/hook.cpio", change: "add", before: null }],
    bios: null,
  };
  expect(await json(["upgrade", stick, "--dry-run"])).toMatchObject(expected);
  const upgraded = await json(["upgrade", stick]);
  expect(upgraded).toMatchObject({ ...expected, changed: true });
  expect(await readdir(folder)).toContain(basename(String(upgraded["savedTo"])));
  expect(await json(["verify", stick])).toMatchObject({ ok: true });

  const restore = ["restore-boot", stick, saved];
  expect(await json([...restore, "--dry-run"])).toMatchObject({ target: stick, differences: [] });
  expect(await lifeboatJson(restore, { env })).toMatchObject({
    status: 3,
    json: { error: { code: "not-confirmed" } },
  });
  const { writtenBytes } = await json([...restore, "--yes"]);
  expect(writtenBytes).toBeGreaterThan(0);
  expect(await json([...restore, "--yes"])).toMatchObject({ writtenBytes: 0 });
  expect(await json(["verify", stick])).toMatchObject({ ok: true });
});

test("inspect of a stick", async () => {
  const found = await json(["inspect", stick]);
  expect(found).toMatchObject({
    kind: "stick",
    scheme: "gpt",
    sectorSize: 512,
    bootStage: { kind: "grub", secureBoot: true, versions: { "shim-signed": text } },
    isos: [
      {
        path: "/救援 盘 1.iso",
        size: (await stat(iso)).size,
        extents: [{ start: number, sectors: (await stat(iso)).size / 512 }],
        family: "debian-live",
        sha256: await sha256OfFile(iso),
      },
    ],
  });
  const { partitions } = found as { partitions: Record<string, unknown>[] };
  expect(partitions).toEqual([
    {
      number: 1,
      name: found["name"],
      type: text,
      start: 2048,
      sectors: number,
      fileSystem: "exfat",
      label: "RESCUE 1",
    },
    {
      number: 2,
      name: "LIFEBOAT-EFI",
      type: text,
      start: number,
      sectors: number,
      fileSystem: "fat32",
      label: "LIFEBOATEFI",
    },
    {
      number: 3,
      name: "LIFEBOAT-BIOS",
      type: text,
      start: 40,
      sectors: number,
      fileSystem: "",
      label: "",
    },
  ]);
  // The extent is where the bytes are: read past every driver, they are the ISO's.
  const { isos } = found as { isos: { extents: { start: number; sectors: number }[] }[] };
  const [extent] = isos[0]?.extents ?? [];
  const copy = `${stick}.iso`;
  const skip = 2048 + (extent?.start ?? 0);
  await judge("dd", [
    `if=${stick}`,
    `of=${copy}`,
    "bs=512",
    `skip=${skip}`,
    `count=${extent?.sectors ?? 0}`,
    "status=none",
  ]);
  expect(await sha256OfFile(copy)).toBe(await sha256OfFile(iso));
});

test("inspect of an ISO and of a disk", async () => {
  expect(await json(["inspect", iso])).toMatchObject({ kind: "iso", family: "debian-live" });
  const disk = join(folder, "disk.img");
  await judge("truncate", ["-s", "64M", disk]);
  await judge("sfdisk", ["-q", disk], { input: "label: dos\n,32M,c\n" });
  expect(await json(["inspect", disk])).toMatchObject({
    kind: "disk",
    scheme: "mbr",
    partitions: [{ number: 1, start: 2048 }],
  });
});

test("scan", async () => {
  const { isos } = (await json(["scan", iso, iso])) as { isos: Record<string, unknown>[] };
  expect(isos).toHaveLength(2);
  expect(isos[0]).toMatchObject({
    file: iso,
    size: (await stat(iso)).size,
    volumeId: "d-live 13.4.0 gn amd64",
    uuid: expect.stringMatching(/^2026-01-02-03-04-05-00$/) as string,
    family: "debian-live",
    name: "Debian GNU/Linux Live",
    version: "13.4.0",
    arch: ["x86_64"],
    firmware: [],
    problems: [{ id: "secure-boot-unsigned", severity: "warning", what: text }],
  });
  const { entries } = isos[0] as { entries: unknown[] };
  expect(entries).toHaveLength(5);
  expect(entries[0]).toMatchObject({
    title: "Live system (amd64)",
    kernel: "/live/vmlinuz-6.12.73+deb13-amd64",
    initrd: ["/live/initrd.img-6.12.73+deb13-amd64"],
    args: expect.stringContaining("boot=live") as string,
    via: "hook",
  });
  const empty = join(folder, "empty.iso");
  await judge("truncate", ["-s", "0", empty]);
  expect(await json(["scan", empty])).toMatchObject({
    isos: [{ family: "unknown", entries: [], problems: [{ id: "empty-file" }] }],
  });
});

test("disks", async () => {
  const { disks } = (await json(["disks"])) as { disks: Record<string, unknown>[] };
  const listed = JSON.parse(await judge("lsblk", ["-J", "-d", "-b", "-o", "PATH,SIZE"])) as {
    blockdevices: { path: string; size: number }[];
  };
  for (const disk of disks) {
    expect(disk).toEqual({
      path: text,
      size: number,
      model: text,
      serial: text,
      bus: text,
      removable: expect.any(Boolean) as boolean,
      usable: expect.any(Boolean) as boolean,
      reason: text,
    });
    expect(disk["usable"]).toBe(disk["reason"] === "");
    expect(listed.blockdevices).toContainEqual({ path: disk["path"], size: disk["size"] });
  }
});

test("boot --list numbers the entries", async () => {
  const { entries } = (await json(["boot", stick, "--list", "--firmware", "bios"])) as {
    entries: { number: number; titles: string[] }[];
  };
  expect(entries.slice(0, 5).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(entries[0]?.titles).toEqual(["Debian GNU/Linux Live 13.4.0", "Live system (amd64)"]);
});

test("in Chinese, and in JSON the words too", async () => {
  const { stdout } = await lifeboat(["refresh", stick, "--lang", "zh", "--quiet"], { env });
  expect(stdout).toBe("没有变化；未写入任何内容\n");
  const { isos } = (await json(["scan", iso, "--lang", "zh"])) as {
    isos: { problems: { what: string }[] }[];
  };
  expect(isos[0]?.problems[0]?.what).toMatch(/\p{Script=Han}/u);
});

describe.skipIf(process.getuid?.() !== 0)("a loop device, as root", () => {
  test("is built, changed and verified like an image; a mounted one is refused", async () => {
    const image = join(folder, "loop.img");
    await judge("truncate", ["-s", "384M", image]);
    const device = (await judge("losetup", ["-f", "--show", image])).trim();
    try {
      const state = { ...env, LIFEBOAT_STATE: join(folder, "state") };
      const built = await lifeboatJson(["build", device, "--fs", "ext4", "--iso", iso, "--yes"], {
        env: state,
      });
      expect(built).toMatchObject({ status: 0, json: { entries: 5 } });
      // The tables that were there before can be brought back.
      const [saved] = await readdir(join(folder, "state", "tables"));
      expect((await stat(join(folder, "state", "tables", saved ?? ""))).size).toBe(2 << 20);
      expect(await json(["refresh", device])).toMatchObject({ changed: false });
      expect(await json(["verify", device, "--deep"])).toMatchObject({ ok: true });
      await expectCleanStick(image, "ext4");
    } finally {
      await judge("losetup", ["-d", device]);
    }
    const offset = join(folder, "mounted");
    await mkdir(offset);
    await judge("mount", ["-o", `loop,offset=${1 << 20}`, image, offset]);
    try {
      const refused = await lifeboatJson(["build", image, "--yes"], { env });
      expect(refused).toMatchObject({ status: 3, json: { error: { code: "mounted" } } });
      const change = await lifeboatJson(["remove", image, "救援 盘 1.iso"], { env });
      expect(change).toMatchObject({ status: 3, json: { error: { code: "mounted" } } });
    } finally {
      await judge("umount", [offset]);
    }
  });
});
