/** What can fail before the old tables are given up does so: the target is the same afterwards, byte for byte. */
import { appendFile, cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Kit } from "../../../src/boot/kit/kit.ts";
import { buildOnTarget } from "../../../src/stick/build/on-target.ts";
import { kitStage } from "../../../src/stick/build/stage-source.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import type { Run } from "../../../src/system/run.ts";
import { run } from "../../../src/system/run.ts";
import { VERSION } from "../../../src/system/version.ts";
import { quietJob } from "../../support/jobs.ts";
import { testKit } from "../../support/kit.ts";
import {
  buildStick,
  fixtureIso,
  named,
  planStick,
  refreshTools,
  sha256OfFile,
  suiteFolder,
} from "../../support/sticks.ts";

let folder = "";
let debian = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  debian = await fixtureIso("debian-live", folder);
});

describe("build", () => {
  test("that fails before its first write leaves an existing stick alone", async () => {
    const image = join(folder, "alone.img");
    await buildStick(image, { isos: [debian] });
    const before = await sha256OfFile(image);
    const { folder: kitFolder, manifest } = await testKit();
    const files = manifest.files.filter(({ path }) => !path.startsWith("bios/"));
    const kit = new Kit(kitFolder, { ...manifest, files });
    const plan = await planStick(image, { sizeBytes: 0 });
    const all = { ...tools, stage: kitStage(kit, VERSION) };
    await expect(buildOnTarget(plan, all, quietJob())).rejects.toMatchObject({ kind: "missing" });
    expect(await sha256OfFile(image)).toBe(before);
  });

  test("checks the whole kit before its first write", async () => {
    const image = join(folder, "kit.img");
    await buildStick(image, { isos: [debian] });
    const before = await sha256OfFile(image);
    const { folder: kitFolder, manifest } = await testKit();
    const damaged = join(folder, "damaged-kit");
    await cp(kitFolder, damaged, { recursive: true });
    // The last one that is read, and another: what fails second must not fail unseen.
    const paths = manifest.files
      .map(({ path }) => path)
      .filter((path) => /ipxe|memdisk/.test(path));
    expect(paths.length).toBeGreaterThan(1);
    const kit = new Kit(damaged, manifest);
    for (const path of paths) await appendFile(kit.pathOf(path), "!");
    const all = { ...tools, stage: kitStage(kit, VERSION) };
    const plan = await planStick(image, { sizeBytes: 0 });
    await expect(buildOnTarget(plan, all, quietJob())).rejects.toMatchObject({
      code: "kit-file-changed",
      kind: "damaged",
      message: expect.not.stringContaining("no partition table") as string,
    });
    expect(await sha256OfFile(image)).toBe(before);
  });

  test("has every file system accept label and size before its first write", async () => {
    const image = join(folder, "label.img");
    await buildStick(image, { isos: [debian] });
    const before = await sha256OfFile(image);
    const label = { sizeBytes: 0, fileSystem: "fat32", label: "a.b" } as const;
    await expect(buildStick(image, label)).rejects.toMatchObject({
      code: "invalid-label",
      kind: "usage",
    });
    expect(await sha256OfFile(image)).toBe(before);
  });

  test("looks at its sources once more before its first write", async () => {
    const image = join(folder, "sources.img");
    await buildStick(image);
    const before = await sha256OfFile(image);
    const iso = await named(debian, folder, "changing.iso");
    const plan = await planStick(image, { sizeBytes: 0, isos: [iso] });
    const all = { ...tools, stage: kitStage(await testKit(), VERSION) };
    await appendFile(iso, "more");
    const building = buildOnTarget(plan, all, quietJob());
    await expect(building).rejects.toMatchObject({ code: "source-changed", kind: "usage" });
    await rm(iso);
    await expect(buildOnTarget(plan, all, quietJob())).rejects.toMatchObject({ kind: "usage" });
    expect(await sha256OfFile(image)).toBe(before);
  });

  test("looks for mke2fs before its first write", async () => {
    const image = join(folder, "mke2fs.img");
    await buildStick(image);
    const before = await sha256OfFile(image);
    const plan = await planStick(image, { sizeBytes: 0, fileSystem: "ext4" });
    // Programs are looked for where there are none.
    const without: Run = async (program, args, options) =>
      run(join(folder, "no-such-folder", program), args, options);
    const all = { ...tools, run: without, stage: kitStage(await testKit(), VERSION) };
    await expect(buildOnTarget(plan, all, quietJob())).rejects.toMatchObject({
      code: "tool-missing",
      kind: "missing",
    });
    expect(await sha256OfFile(image)).toBe(before);
  });
});
