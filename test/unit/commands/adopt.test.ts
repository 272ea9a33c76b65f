/** `lifeboat adopt` as a user or a script starts it, on an image and, for root, on a loop device. */
import { mkdtemp, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { foreignStick, isoFiles } from "../../support/foreign-sticks.ts";
import type { ForeignStick } from "../../support/foreign-sticks.ts";
import { smallKit } from "../../support/small-kit.ts";
import { expectCleanStick, fixtureIso, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const folder = await suiteFolder();
let env: Record<string, string> = {};
let files: Record<string, Buffer> = {};

beforeAll(async () => {
  await compile();
  env = {
    LIFEBOAT_KIT: (await smallKit(join(folder, "kit"), "one")).folder,
    LIFEBOAT_STATE: join(folder, "state"),
  };
  files = await isoFiles({ "/救援 盘.iso": await fixtureIso("debian-live", folder) });
}, 240_000);

async function fresh(stick: Partial<ForeignStick> = {}): Promise<string> {
  const image = join(await mkdtemp(join(folder, "a folder, 带空格 ")), "stick 棒.img");
  await foreignStick(image, { scheme: "mbr", fileSystem: "exfat", ventoy: true, files, ...stick });
  return image;
}

test("--dry-run, no answer, and --yes", async () => {
  const image = await fresh();
  const before = await readFile(image);
  const dry = await lifeboatJson(["adopt", image, "--dry-run"], { env });
  expect(dry.status).toBe(0);
  expect(dry.json).toMatchObject({
    target: { kind: "image", path: image },
    layout: { scheme: "mbr", partitions: [{ role: "data" }, { role: "esp" }] },
    fileSystem: "exfat",
    ventoy: true,
    room: "file-system",
    notes: [expect.stringMatching(/Ventoy doesn't start/), expect.stringMatching(/smaller/)],
  });
  const asked = await lifeboat(["adopt", image], { env });
  expect(asked.status).toBe(3);
  expect(asked.stderr).toMatch(/Not confirmed/);
  expect((await readFile(image)).equals(before)).toBe(true);

  const { status, json } = await lifeboatJson(["adopt", image, "--yes"], { env });
  expect(status).toBe(0);
  expect(json).toMatchObject({ isos: 1, savedTo: expect.stringContaining(image) as string });
  await expectCleanStick(image, "exfat");
  expect((await lifeboat(["verify", image, "--deep"], { env })).status).toBe(0);
  const again = await lifeboatJson(["adopt", image, "--yes"], { env });
  expect(again).toMatchObject({ status: 3, json: { error: { code: "already-a-stick" } } });
}, 120_000);

test("a refusal says why and what to do, in both languages", async () => {
  const image = await fresh({
    ventoy: false,
    more: ["start=700000, size=2048, type=83"],
    freeMib: 70,
  });
  const { status, stderr } = await lifeboat(["adopt", image, "--lang", "zh"], { env });
  expect(status).toBe(3);
  expect(stderr).toMatch(/分区 2（.*）既不是存放 ISO 的分区/);
  expect(stderr).toMatch(/删除该分区/);
});

describe.skipIf(process.getuid?.() !== 0)("a block device (needs root for a loop device)", () => {
  test.each(["exfat", "ext4"] as const)(
    "%s",
    async (fileSystem) => {
      const room = fileSystem === "ext4" ? { freeMib: 120 } : {};
      const image = await fresh({ scheme: "gpt", fileSystem, ventoy: false, ...room });
      const device = (await judge("losetup", ["--find", "--show", image])).trim();
      onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
      const { status, json } = await lifeboatJson(["adopt", device, "--yes"], { env });
      expect({ status, json }).toMatchObject({ status: 0, json: { isos: 1 } });
      expect((await lifeboat(["verify", device, "--deep"], { env })).status).toBe(0);
      expect(await readdir(join(folder, "state", "boot-backups"))).not.toEqual([]);
      await expectCleanStick(image, fileSystem);
    },
    120_000,
  );
});
