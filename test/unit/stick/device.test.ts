/** The same code on a real block device: a loop device, which only root may attach. */
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { addFiles } from "../../../src/stick/add.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { openStickToWrite } from "../../../src/stick/target.ts";
import { run } from "../../../src/system/run.ts";
import { quietJob } from "../../support/jobs.ts";
import { buildStick, fixtureIso, refreshTools } from "../../support/sticks.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const asRoot = process.getuid?.() === 0;

async function loopDevice(folder: string): Promise<string> {
  const file = join(folder, "disk.bin");
  await writeFile(file, "");
  await truncate(file, 400 << 20);
  const device = (await judge("losetup", ["--find", "--show", file])).trim();
  onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
  return device;
}

describe.skipIf(!asRoot)("a block device (needs root for a loop device)", () => {
  test.each(["exfat", "ext4"] as const)(
    "%s: is built, added to and verified",
    async (fileSystem) => {
      const folder = await temporaryFolder();
      process.env["LIFEBOAT_STATE"] = join(folder, "state");
      const device = await loopDevice(folder);
      const isos = [await fixtureIso("debian-live", folder)];
      await buildStick(device, { isos, fileSystem, sizeBytes: 0 });
      expect(await judge("sgdisk", ["--verify", device])).toContain("No problems found");

      const stick = await openStickToWrite(device, run);
      try {
        const iso = await fixtureIso("memtest86+", folder);
        const added = await addFiles(stick, [iso], await refreshTools(), quietJob());
        expect(added.added).toHaveLength(1);
        expect(await verifyStick(stick, { deep: true }, run, quietJob())).toMatchObject({
          ok: true,
        });
      } finally {
        await stick.disk.close();
      }
    },
  );

  test("one that is mounted is refused before anything is written", async () => {
    const folder = await temporaryFolder();
    const device = await loopDevice(folder);
    await judge("mke2fs", ["-q", device]);
    await judge("mount", ["--mkdir", device, join(folder, "mnt")]);
    onTestFinished(async () => void (await judge("umount", [join(folder, "mnt")])));
    const building = buildStick(device, { sizeBytes: 0 });
    await expect(building).rejects.toMatchObject({ code: "mounted", kind: "refused" });
  });
});
