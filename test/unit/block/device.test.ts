import { readFile, writeFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { openDevice, openTarget } from "../../../src/block/device.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

/** A loop device over a file, where this user may make one. */
async function loopDevice(path: string, sectorSize: number): Promise<string> {
  const options = ["--find", "--show", "--sector-size", String(sectorSize), path];
  const device = (await judge("losetup", options)).trim();
  onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
  return device;
}

const mayMakeLoops = await judge("losetup", ["--find"])
  .then((device) => process.getuid?.() === 0 && device.startsWith("/dev/loop"))
  .catch(() => false);

describe.skipIf(!mayMakeLoops)("a loop device (needs root)", () => {
  test.each([512, 4096])("%i-byte sectors: size, sector size, bytes", async (sectorSize) => {
    const folder = await temporaryFolder();
    const image = join(folder, "disk.img");
    await writeFile(image, Buffer.alloc(3 << 20, 0x41));
    const device = await loopDevice(image, sectorSize);
    const link = join(folder, "by-name");
    await symlink(device, link);

    const range = await openTarget(link, { writable: true });
    expect(range).toMatchObject({ size: 3 << 20, sectorSize, writable: true });
    await range.write(1000, Buffer.from("across a sector"));
    await range.flush();
    await range.close();

    const seen = await judge("dd", [`if=${image}`, "bs=1", "skip=999", "count=17", "status=none"]);
    expect(seen).toBe("Aacross a sectorA");
  });

  test.each([512, 4096])(
    "%i-byte sectors past the cache: bytes of any place",
    async (sectorSize) => {
      const image = join(await temporaryFolder(), "disk.img");
      const bytes = Buffer.alloc(3 << 20, "what the medium holds: ");
      await writeFile(image, bytes);
      const device = await loopDevice(image, sectorSize);
      const range = await openDevice(device, { writable: true, direct: true });
      expect(range).toMatchObject({ size: 3 << 20, sectorSize, writable: true });
      // More than one transfer, from and to the middle of sectors.
      const across = bytes.subarray(1000, 1000 + (2 << 20));
      expect((await readBytes(range, 1000, 2 << 20)).equals(across)).toBe(true);
      const written = Buffer.alloc((1 << 20) + 5, "past the cache ");
      await Promise.all([
        range.write(700, written),
        range.write(2 << 20, Buffer.from("at the same time")),
      ]);
      await range.flush();
      await range.close();
      bytes.set(written, 700);
      bytes.set(Buffer.from("at the same time"), 2 << 20);
      // The kernel's own view of the device, whose cache must not be an old one.
      const copy = `${image}.copy`;
      await judge("dd", [`if=${device}`, `of=${copy}`, "bs=1M", "status=none"]);
      expect((await readFile(copy)).equals(bytes)).toBe(true);
    },
  );

  test("refuses to write to a device that something else holds", async () => {
    const image = join(await temporaryFolder(), "disk.img");
    await writeFile(image, Buffer.alloc(1 << 20));
    const device = await loopDevice(image, 512);
    const held = await openDevice(device, { writable: true });
    await expect(openDevice(device, { writable: true })).rejects.toMatchObject({
      code: "device-busy",
      kind: "refused",
    });
    const reader = await openDevice(device);
    await reader.close();
    await held.close();
  });
});

describe("openTarget", () => {
  test("opens an image file with the sector size that it is told", async () => {
    const path = join(await temporaryFolder(), "disk.img");
    await writeFile(path, Buffer.from("0123456789"));
    const range = await openTarget(path, { sectorSize: 4096 });
    expect(range).toMatchObject({ size: 10, sectorSize: 4096, writable: false });
    expect((await readBytes(range, 8, 2)).toString()).toBe("89");
    await range.close();
  });

  test("a character device has no size", async () => {
    await expect(openTarget("/dev/zero")).rejects.toMatchObject({ code: "device-size-unknown" });
  });

  test("elsewhere than on Linux size and sectors come from the listing, accesses are whole sectors", async () => {
    const range = await openDevice("/dev/zero", {
      platform: "darwin",
      sizeBytes: 8192,
      sectorSize: 4096,
    });
    expect(range).toMatchObject({ size: 8192, sectorSize: 4096 });
    expect(await readBytes(range, 4000, 200)).toEqual(Buffer.alloc(200));
    await range.close();
  });
});
