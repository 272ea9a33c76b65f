/** Sticks that are mounted, on real block devices: loop devices with partitions, which only root may attach. */
import { mkdir, open, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openDevice } from "../../../src/block/device.ts";
import { diskLister } from "../../../src/disks/list.ts";
import { findMounted, unmountAll } from "../../../src/disks/unmount.ts";
import { STICK_SAFETY, openStickToWrite } from "../../../src/stick/target.ts";
import { run } from "../../../src/system/run.ts";
import { compile, lifeboatJson } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import { buildStick, fixtureIso } from "../../support/sticks.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const asRoot = process.getuid?.() === 0;

/** With partitions, as a stick has. */
async function loopDevice(folder: string): Promise<string> {
  const file = join(folder, "disk.bin");
  await writeFile(file, "");
  await truncate(file, 400 << 20);
  const device = (await judge("losetup", ["--find", "--partscan", "--show", file])).trim();
  onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
  return device;
}

async function partitionsOf(device: string): Promise<string[]> {
  const said = await judge("lsblk", ["--json", "--output", "NAME,PATH,TYPE", device]);
  const { blockdevices } = JSON.parse(said) as {
    blockdevices: { children?: { path: string; type: string }[] }[];
  };
  return (blockdevices[0]?.children ?? []).map(({ path }) => path);
}

/** Mounted until the test is over, or until somebody unmounts it. */
async function mount(volume: string, place: string): Promise<void> {
  await mkdir(place, { recursive: true });
  await judge("mount", [volume, place]);
  onTestFinished(async () => void (await judge("umount", [place], { accept: [0, 1, 32] })));
}

const isMounted = async (place: string) =>
  (await run("findmnt", ["--mountpoint", place], { accept: [0, 1] })).exitCode === 0;

describe.skipIf(!asRoot)("a stick that is mounted (needs root for a loop device)", () => {
  beforeAll(compile, 300_000);

  test("its partitions are there after build; it is refused, and unmounted with --unmount", async () => {
    const folder = await temporaryFolder();
    const env = { LIFEBOAT_STATE: join(folder, "state"), LIFEBOAT_KIT: (await testKit()).folder };
    process.env["LIFEBOAT_STATE"] = env.LIFEBOAT_STATE;
    const device = await loopDevice(folder);
    await buildStick(device, { fileSystem: "ext4", sizeBytes: 0 });
    const partitions = await partitionsOf(device);
    expect(partitions).toContain(`${device}p1`);
    expect(partitions).toContain(`${device}p2`);

    const place = join(folder, "a place, 挂载");
    await mount(`${device}p1`, place);
    // Twice, and once more inside.
    await judge("mount", ["--bind", place, place]);
    await judge("mkdir", [join(place, "inside")]);
    await mount(`${device}p1`, join(place, "inside"));
    const iso = await fixtureIso("memtest86+", folder);
    const refused = await lifeboatJson(["add", device, iso], { env });
    expect(refused).toMatchObject({ status: 3, json: { error: { code: "mounted" } } });
    expect((refused.json["error"] as { hint: string }).hint).toContain("--unmount");
    expect(await isMounted(place)).toBe(true);

    const added = await lifeboatJson(["add", device, iso, "--unmount"], { env });
    expect(added).toMatchObject({ status: 0, json: { changed: true } });
    expect(await isMounted(place)).toBe(false);
    expect(await partitionsOf(device)).toEqual(partitions);
    const verified = await lifeboatJson(["verify", device], { env });
    expect(verified).toMatchObject({ status: 0, json: { ok: true } });
  });

  test("what uses it is named, and nothing is written", async () => {
    const folder = await temporaryFolder();
    const device = await loopDevice(folder);
    await judge("mke2fs", ["-q", device]);
    const place = join(folder, "mnt");
    await mount(device, place);
    const file = await open(join(place, "open"), "w");
    try {
      const built = await lifeboatJson(["build", device, "--unmount", "--yes"]);
      expect(built).toMatchObject({ status: 3, json: { error: { code: "unmount-failed" } } });
      const { message } = built.json["error"] as { message: string };
      expect(message).toContain(place);
      expect(message).toContain(`(${process.pid})`);
    } finally {
      await file.close();
    }
    expect(await isMounted(place)).toBe(true);
    expect(await judge("blkid", ["-p", "-o", "value", "-s", "TYPE", device])).toBe("ext2\n");
  });

  test("what another disk has mounted over it stays mounted", async () => {
    const folder = await temporaryFolder();
    const [below, above] = [join(folder, "below"), join(folder, "above")];
    await mkdir(below);
    await mkdir(above);
    const [stick, other] = [await loopDevice(below), await loopDevice(above)];
    for (const device of [stick, other]) await judge("mke2fs", ["-q", device]);
    const place = join(folder, "mnt");
    await mount(stick, place);
    await mount(other, place);
    const found = await findMounted(stick, STICK_SAFETY, diskLister(run));
    expect(found?.places).toEqual([place]);
    if (found === undefined) return;
    await expect(unmountAll(found, run)).rejects.toMatchObject({
      code: "unmount-failed",
      kind: "refused",
      message: expect.stringContaining(other) as string,
    });
    expect((await judge("findmnt", ["-n", "-o", "SOURCE", place])).trim()).toContain(other);
    await judge("umount", [place]);
    await unmountAll(found, run);
    expect(await isMounted(place)).toBe(false);
  });

  test("what would be refused all the same isn't unmounted", async () => {
    const folder = await temporaryFolder();
    const device = await loopDevice(folder);
    await judge("mke2fs", ["-q", device]);
    const place = join(folder, "mnt");
    await mount(device, place);
    const args = ["build", device, "--unmount", "--yes", "--expect-serial", "other"];
    expect(await lifeboatJson(args)).toMatchObject({ status: 3 });
    expect(await lifeboatJson(["build", device, "--unmount", "--dry-run"])).toMatchObject({
      status: 3,
      json: { error: { code: "mounted" } },
    });
    expect(await isMounted(place)).toBe(true);
  });
});

describe.skipIf(!asRoot)("a device that is held (needs root for a loop device)", () => {
  test("nobody can mount its partitions, and udev's lock is taken until it is closed", async () => {
    const folder = await temporaryFolder();
    process.env["LIFEBOAT_STATE"] = join(folder, "state");
    const device = await loopDevice(folder);
    await buildStick(device, { fileSystem: "ext4", sizeBytes: 0 });
    const place = join(folder, "mnt");
    await mkdir(place);
    const locked = async () =>
      (await run("flock", ["--shared", "--nonblock", device, "true"], { accept: [0, 1] })).exitCode;
    const stick = await openStickToWrite(device, run);
    await expect(judge("mount", [`${device}p1`, place])).rejects.toThrow(/busy|already mounted/);
    expect(await locked()).toBe(1);
    await stick.disk.close();
    expect(await locked()).toBe(0);
    await mount(`${device}p1`, place);
    await judge("umount", [place]);
    // Past the cache as well.
    const direct = await openDevice(device, { writable: true, direct: true, run });
    expect(await locked()).toBe(1);
    await direct.close();
    expect(await locked()).toBe(0);
  });

  test("a table that is gone is gone for the kernel too", async () => {
    const folder = await temporaryFolder();
    process.env["LIFEBOAT_STATE"] = join(folder, "state");
    const device = await loopDevice(folder);
    await judge("sfdisk", ["-q", "--no-reread", device], { input: "label: gpt\nsize=20M\n" });
    await judge("partx", ["--update", device]);
    expect(await partitionsOf(device)).toEqual([`${device}p1`]);
    const iso = await fixtureIso("memtest86+", folder);
    await expect(buildStick(device, { isos: [iso, iso], sizeBytes: 0 })).rejects.toThrow();
    expect(await partitionsOf(device)).toEqual([`${device}p1`]);
    const stop = new AbortController();
    const job = {
      signal: stop.signal,
      report: ({ text }: { text: { en: string } }) => {
        if (text.en === "Writing the boot stage") stop.abort(new Error("stopped"));
      },
    };
    await expect(buildStick(device, { isos: [iso], sizeBytes: 0 }, job)).rejects.toThrow("stopped");
    expect(await partitionsOf(device)).toEqual([]);
  });
});
