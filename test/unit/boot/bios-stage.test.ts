import { expect, test } from "vitest";
import { MemoryRange } from "../../../src/block/memory.ts";
import {
  checkBiosStage,
  makeBiosStage,
  writeBiosCore,
  writeBootCode,
} from "../../../src/boot/bios-stage.ts";

function images(coreBytes = 3000) {
  const boot = Buffer.alloc(512, 0x11);
  boot.writeUInt16LE(0xaa55, 510);
  return { boot, core: Buffer.alloc(coreBytes, 0x22) };
}

test("boot.img and core.img are told where core.img lies", () => {
  const { boot, core } = images();
  const stage = makeBiosStage(boot, core, 40, 100);
  expect(stage.bootCode.length).toBe(440);
  expect(stage.bootCode.readBigUInt64LE(0x5c)).toBe(40n);
  expect(stage.bootCode.subarray(0x66, 0x68)).toEqual(Buffer.from([0x90, 0x90]));
  expect(stage.core.length).toBe(6 * 512);
  expect(stage.core.readBigUInt64LE(500)).toBe(41n);
  expect(stage.core.readUInt16LE(508)).toBe(5);
  expect(stage.core.readUInt16LE(510)).toBe(0x820);
});

test("boot code leaves the disk signature and the partition table alone", async () => {
  const { boot, core } = images();
  const disk = new MemoryRange(1 << 20);
  disk.bytes.fill(0x77, 440, 512);
  const stage = makeBiosStage(boot, core, 40, 100);
  await writeBiosCore(disk, stage);
  await writeBootCode(disk, stage);
  expect(disk.bytes.subarray(440, 510)).toEqual(Buffer.alloc(70, 0x77));
  expect(disk.bytes.readUInt16LE(510)).toBe(0xaa55);
  expect(await checkBiosStage(disk, stage)).toEqual([]);

  disk.bytes[0] = 0;
  disk.bytes[40 * 512 + 700] = 0;
  expect(await checkBiosStage(disk, stage)).toEqual(["boot-code", "core-image"]);
});

test("a core that doesn't fit, and what isn't GRUB's, is refused", () => {
  const { boot, core } = images();
  expect(() => makeBiosStage(boot, core, 40, 5)).toThrow("needs 6 sectors");
  expect(() => makeBiosStage(Buffer.alloc(512), core, 40, 100)).toThrow("not a GRUB image");
  expect(() => makeBiosStage(boot, Buffer.alloc(100), 40, 100)).toThrow("not a GRUB image");
});
