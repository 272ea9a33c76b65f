import { describe, expect, test } from "vitest";
import {
  RESERVED_RUN,
  installedBootCode,
  placedCore,
  upgradedBootCode,
} from "../../../../src/boot/ventoy/boot-area.ts";

/** Every byte tells where it came from, and none is one that is patched in. */
const bootImage = Buffer.from(Uint8Array.from({ length: 512 }, (_, at) => 0x80 + (at % 97)));
const coreImage = Buffer.alloc(2047 * 512);
for (let at = 0; at < coreImage.length; at++) coreImage[at] = 0x40 + (at % 61);
const uuid = Buffer.alloc(16, 0x11);
const signature = Buffer.alloc(4, 0x33);

/** Where two buffers differ, as first byte and length of each run. */
function differences(a: Buffer, b: Buffer): [number, number][] {
  const runs: [number, number][] = [];
  for (let at = 0; at < a.length; at++) {
    if (a[at] === b[at]) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === at) last[1]++;
    else runs.push([at, 1]);
  }
  return runs;
}

describe("Ventoy's boot code", () => {
  test("is boot.img up to the table, with the disk's identifiers", () => {
    const code = installedBootCode(bootImage, "mbr", { uuid, signature });
    expect(code).toHaveLength(446);
    expect(differences(code, bootImage)).toEqual([
      [384, 16],
      [440, 4],
    ]);
    expect(code.subarray(384, 400)).toEqual(uuid);
    expect(code.subarray(440, 444)).toEqual(signature);
  });

  test("with GPT starts the core image behind the table", () => {
    const code = installedBootCode(bootImage, "gpt", { uuid, signature });
    expect(differences(code, bootImage)).toEqual([
      [92, 1],
      [384, 16],
      [440, 4],
    ]);
    expect(code[92]).toBe(0x22);
  });

  test.each(["mbr", "gpt"] as const)(
    "of an upgrade with %s ends before the signature",
    (scheme) => {
      const code = upgradedBootCode(bootImage, scheme, uuid);
      expect(code).toHaveLength(440);
      expect(code[92]).toBe(scheme === "gpt" ? 0x22 : bootImage[92]);
      expect(code.subarray(384, 400)).toEqual(uuid);
    },
  );

  test("of a wrong length is a mistake of the caller", () => {
    const short = bootImage.subarray(1);
    expect(() => installedBootCode(short, "mbr", { uuid, signature })).toThrow("511 bytes");
    expect(() => upgradedBootCode(bootImage, "mbr", signature)).toThrow("4 bytes");
  });
});

describe("Ventoy's core image", () => {
  test("lies whole behind an MBR", () => {
    expect(placedCore(coreImage, "mbr").equals(coreImage)).toBe(true);
  });

  test("behind a GPT ends earlier, and says where its second sector is", () => {
    const core = placedCore(coreImage, "gpt");
    expect(core).toHaveLength(2014 * 512);
    expect(differences(core, coreImage.subarray(0, core.length))).toEqual([[500, 1]]);
    // Byte 17908 of the disk.
    expect(34 * 512 + 500).toBe(17908);
    expect(core[500]).toBe(0x23);
  });

  test.each([
    ["mbr", 1],
    ["gpt", 34],
  ] as const)("with %s keeps the disk's reserved sectors", (scheme, startLba) => {
    const reserved = Buffer.alloc(4096, 0x07);
    const core = placedCore(coreImage, scheme, reserved);
    const at = (RESERVED_RUN.startLba - startLba) * 512;
    expect(core.subarray(at, at + 4096).equals(reserved)).toBe(true);
    expect(at + 4096).toBe(core.length);
    expect(core.subarray(0, at).equals(placedCore(coreImage, scheme).subarray(0, at))).toBe(true);
  });

  test("of a wrong length is a mistake of the caller, and none of the images is changed", () => {
    expect(() => placedCore(coreImage.subarray(512 * 100), "gpt")).toThrow("core.img");
    expect(coreImage[500]).toBe(0x40 + (500 % 61));
    expect(bootImage[92]).toBe(0x80 + 92);
  });
});
