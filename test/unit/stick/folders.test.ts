/** `add --to`: folders that aren't there are made, those that are there are found however they are spelled. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { addFiles } from "../../../src/stick/add.ts";
import { inspectStick } from "../../../src/stick/inspect.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { openStick } from "../../../src/stick/stick.ts";
import { MIB } from "../../../src/system/sizes.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";

const FOLDER = "/Linux/rescue 救援";
let folder = "";
let iso = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  iso = await fixtureIso("gparted", folder);
  tools = await refreshTools();
});

const add = async (image: string, to: string, source = iso) =>
  withStick(image, async (stick) =>
    addFiles(stick, [source], tools, quietJob(), { folder: to, replace: true }),
  );

async function pathsOn(image: string): Promise<string[]> {
  const stick = await openStick(image);
  try {
    return (await inspectStick(stick)).isos.map(({ path }) => path);
  } finally {
    await stick.disk.close();
  }
}

describe.each(["exfat", "fat32", "ntfs", "ext4"] as const)("on %s", (fileSystem) => {
  test("folders are made, and the judges find nothing", async () => {
    const image = join(folder, `${fileSystem}.img`);
    await buildStick(image, { fileSystem, sizeBytes: 768 * MIB });
    await add(image, FOLDER);
    const path = `${FOLDER}/gparted.iso`;
    expect(await pathsOn(image)).toEqual([path]);
    await expectCleanStick(image, fileSystem);
    expect(await hashesByOthers(image, fileSystem, [path], [iso])).toEqual([
      await sha256OfFile(iso),
    ]);
    await add(image, FOLDER);
    expect(await pathsOn(image)).toEqual([path]);
  });
});

test("a folder that is there is found in other letters, and a new one below it is made in it", async () => {
  const image = join(folder, "letters.img");
  await buildStick(image);
  await add(image, "/Linux");
  await add(image, "/LINUX/more/../tools");
  expect(await pathsOn(image)).toEqual(["/Linux/gparted.iso", "/Linux/tools/gparted.iso"]);
});

test("a file in its place is named, and nothing is written", async () => {
  const image = join(folder, "file.img");
  await buildStick(image, { isos: [iso] });
  const before = await sha256OfFile(image);
  await expect(add(image, "/gparted.iso/more")).rejects.toMatchObject({
    code: "folder-missing",
    hint: { en: expect.stringContaining("/gparted.iso is no folder") as string },
  });
  await expect(add(image, "/new", join(folder, "nowhere.iso"))).rejects.toMatchObject({
    code: "no-such-file",
  });
  expect(await sha256OfFile(image)).toBe(before);
});
