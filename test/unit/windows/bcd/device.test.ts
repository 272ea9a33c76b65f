/** Device elements: the bytes that real stores have, the words for them, and whatever else comes. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeDevice, deviceLengths } from "../../../../src/windows/bcd/device/decode.ts";
import type { BcdDevice, DeviceDescriptor } from "../../../../src/windows/bcd/device/device.ts";
import { encodeDevice } from "../../../../src/windows/bcd/device/encode.ts";
import { parseDevice } from "../../../../src/windows/bcd/device/parse.ts";
import { formatDevice } from "../../../../src/windows/bcd/device/text.ts";
import {
  NIL_OBJECT,
  OBJECT,
  SETUP_RAMDISK_OPTIONS,
} from "../../../../src/windows/bcd/object-id.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";

const DEVICE = 0x11000001;
const OSDEVICE = 0x21000001;
const NIL = "00".repeat(16);

function hexOf(...parts: string[]): string {
  return parts.join("").replaceAll(/\s/g, "");
}

function utf16(text: string): string {
  return Buffer.from(`${text}\0`, "utf16le").toString("hex");
}

const BOOT = hexOf("05000000 00000000 48000000 00000000", "00".repeat(0x38));
const GPT = hexOf(
  "06000000 00000000 48000000 00000000",
  "1717db25 0afb4d48 986d92ae 59953c88",
  "00000000 00000000 f5ad4fdc 0103b143",
  "a92efa05 0e941b2a 00000000 00000000 00000000 00000000",
);
const MBR = hexOf(
  "06000000 00000000 48000000 00000000",
  "00001000 00000000 00000000 00000000",
  "00000000 01000000 bb6bbadd 00000000",
  "00".repeat(0x18),
);

/** As stores that Windows' own tools wrote have them; vhd, whose only sample has a path of 255 letters, with a short one. */
const VECTORS: readonly (readonly [string, number, string, string])[] = [
  ["boot", DEVICE, "boot", NIL + BOOT],
  [
    "a GPT partition",
    OSDEVICE,
    "partition={25db1717-fb0a-484d-986d-92ae59953c88}@{dc4fadf5-0301-43b1-a92e-fa050e941b2a}",
    NIL + GPT,
  ],
  ["an MBR partition", DEVICE, "partition=0x100000@0xddba6bbb", NIL + MBR],
  [
    "a disk without a table",
    DEVICE,
    "partition=0x0@disk2",
    hexOf(
      NIL,
      "06000000 00000000 48000000 00000000",
      "00".repeat(20),
      "02000000 02000000",
      "00".repeat(28),
    ),
  ],
  [
    "locate by the path of device",
    DEVICE,
    "locate=custom:12000002",
    hexOf(NIL, "08000000 00000000 1e000000 00000000", "00000000 02000012 00000000 0000"),
  ],
  [
    "locate by systemroot",
    OSDEVICE,
    "locate=custom:22000002",
    hexOf(NIL, "08000000 00000000 1e000000 00000000", "00000000 02000022 00000000 0000"),
  ],
  [
    "locate by a path",
    DEVICE,
    "locate=\\Windows",
    hexOf(
      NIL,
      "08000000 00000000 2e000000 00000000 01000000 00000000 00000000 5c005700",
      "69006e00 64006f00 77007300 0000",
    ),
  ],
  [
    "the RAM disk of a Windows ISO",
    DEVICE,
    `ramdisk=[boot]\\sources\\boot.wim,${SETUP_RAMDISK_OPTIONS}`,
    hexOf(
      "c8dc1976fefad911b411000476eba25f 00000000 01000000 a0000000 00000000 03000000",
      "00".repeat(20),
      "01000000 78000000 05000000",
      BOOT,
      utf16("\\sources\\boot.wim"),
    ),
  ],
  [
    "a file on a partition",
    DEVICE,
    "file=[partition=0x100000@0xddba6bbb]\\disk.img",
    hexOf(
      NIL,
      "00000000 00000000 7c000000 00000000 05000000 01000000 68000000 05000000",
      MBR,
      utf16("\\disk.img"),
    ),
  ],
  [
    "a VHD as bcdedit writes it",
    OSDEVICE,
    "vhd=[partition=0x100000@0xddba6bbb]\\w.vhdx,locate=custom:22000002",
    hexOf(
      NIL,
      "08000000 00000000 be000000 00000000 00000000 02000022 1e000000 0000",
      "00000000 00000000 a0000000 00000000 06000000",
      "00".repeat(20),
      "00000000 00000000 78000000 00000000 05000000 01000000 64000000 05000000",
      MBR,
      utf16("\\w.vhdx"),
    ),
  ],
];

test.each(VECTORS)("%s", (_what, element, words, hex) => {
  const data = Buffer.from(hex, "hex");
  const device = decodeDevice(data);
  expect(device).toBeDefined();
  if (device === undefined) return;
  expect(formatDevice(device)).toBe(words);
  expect(encodeDevice(device).toString("hex")).toBe(hex);
  expect(parseDevice(words, element)).toEqual(device);
  expect(deviceLengths(data)).toEqual({ stated: data.length, present: data.length });
});

const guid = fc.uuid().map((text) => text.toUpperCase());
const path = fc
  .string({ unit: "grapheme", maxLength: 40 })
  .filter((text) => !/[\0[\],{}@]/.test(text) && text.isWellFormed())
  .map((text) => `\\${text}`);
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

const flat: fc.Arbitrary<DeviceDescriptor> = fc.oneof(
  fc.constant({ kind: "boot" } as const),
  fc.record({
    kind: fc.constant("partition" as const),
    partition: fc.oneof(
      fc.record({ style: fc.constant("gpt" as const), partitionGuid: guid, diskGuid: guid }),
      fc.record({ style: fc.constant("mbr" as const), offsetBytes: u64, signature: u32 }),
      fc.record({ style: fc.constant("raw" as const), offsetBytes: u64, diskNumber: u32 }),
    ),
  }),
  fc.record({
    kind: fc.constant("legacy-partition" as const),
    partition: fc.oneof(
      fc.record({ style: fc.constant("gpt" as const), partitionGuid: guid, diskGuid: guid }),
      fc.record({ style: fc.constant("mbr" as const), partitionNumber: u32, signature: u32 }),
    ),
  }),
);
const onFlat = fc.record({ device: flat, path });
const descriptor: fc.Arbitrary<DeviceDescriptor> = fc.oneof(
  flat,
  fc.record({ kind: fc.constant("ramdisk" as const), file: onFlat }),
  fc.record({ kind: fc.constant("file" as const), file: onFlat }),
  fc.record({
    kind: fc.constant("locate" as const),
    by: fc.oneof(fc.record({ element: u32 }), fc.record({ path })),
  }),
  fc.record({
    kind: fc.constant("locate" as const),
    by: fc.record({ element: u32 }),
    parent: fc.record({
      kind: fc.constant("virtual-disk" as const),
      disk: fc.record({ kind: fc.constant("file" as const), file: onFlat }),
    }),
  }),
  fc.record({
    kind: fc.constant("other" as const),
    deviceType: fc.constantFrom(0, 3, 4, 7, 9),
    flags: u32,
    // Local devices of a type that isn't known.
    body: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from([9, 0, 0, 0, ...bytes])),
  }),
);
const device: fc.Arbitrary<BcdDevice> = fc.record({
  options: fc.oneof(
    fc.constant(NIL_OBJECT),
    fc.constant(OBJECT.ramdiskoptions),
    guid.map((text) => `{${text.toLowerCase()}}`),
  ),
  descriptor,
});

describe("any device", () => {
  test("is the same after its bytes", () => {
    fc.assert(
      fc.property(device, (one) => {
        expect(decodeDevice(encodeDevice(one))).toEqual(one);
      }),
    );
  });

  test("is the same after its words", () => {
    fc.assert(
      fc.property(device, (one) => {
        expect(parseDevice(formatDevice(one), DEVICE)).toEqual(one);
      }),
    );
  });

  test("in a RAM disk's fields that no store has: words are bytes", () => {
    const ramdisk: BcdDevice = {
      options: NIL_OBJECT,
      descriptor: {
        kind: "ramdisk",
        file: { device: { kind: "boot" }, path: "\\a" },
        imageBase: 1n,
        imageSize: 2n,
        imageOffset: 3,
      },
    };
    expect(formatDevice(ramdisk)).toMatch(/^bytes=/);
    expect(parseDevice(formatDevice(ramdisk), DEVICE)).toEqual(ramdisk);
  });
});

describe("hostile bytes", () => {
  test("any bytes: an answer, whose words can be read again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const found = decodeDevice(Buffer.from(bytes));
        expect(found === undefined).toBe(bytes.length < 32);
        if (found !== undefined)
          parseDevice(`bytes=${encodeDevice(found).toString("hex")}`, DEVICE);
      }),
    );
  });

  test("every length cut short, every number of a header changed", () => {
    for (const [, , , hex] of VECTORS) {
      const whole = Buffer.from(hex, "hex");
      for (let length = 0; length < whole.length; length++) {
        const found = decodeDevice(whole.subarray(0, length));
        if (found !== undefined) formatDevice(found);
      }
      for (let at = 16; at + 4 <= Math.min(whole.length, 0x90); at += 2) {
        for (const value of [0, 1, 0x10, 0xffff, 0x7fffffff, 0xffffffff]) {
          const copy = Buffer.from(whole);
          copy.writeUInt32LE(value, at);
          const found = decodeDevice(copy);
          if (found !== undefined) formatDevice(found);
        }
      }
    }
  });

  test("disks in disks in disks: the deepest are kept as bytes", () => {
    let inner: DeviceDescriptor = { kind: "boot" };
    for (let depth = 0; depth < 500; depth++) inner = { kind: "virtual-disk", disk: inner };
    const data = encodeDevice({ options: NIL_OBJECT, descriptor: inner });
    const found = decodeDevice(data);
    expect(found?.descriptor.kind).toBe("virtual-disk");
    if (found !== undefined) expect(encodeDevice(found)).toEqual(data);
  });
});

test.each([
  ["partition=C:", "drive letter"],
  ["vhd=[D:]\\x.vhd", "drive letter"],
  ["partition=1@2@3", "is no device"],
  ["partition={25db1717-fb0a-484d-986d-92ae59953c88}", "is no device"],
  ["partition=0x10000000000000000@0x1", "is no device"],
  ["ramdisk=[boot]sources", "is no device"],
  ["ramdisk=[boot", "is no device"],
  ["bytes=00", "is no device"],
  ["boot=1", "is no device"],
  ["locate=custom:1", "is no device"],
  ["", "is no device"],
])("%s is refused", (words, said) => {
  const refused = expect(() => parseDevice(words, DEVICE));
  refused.toThrow(LifeboatError);
  refused.toThrow(said);
});

test("a bare locate, and vhd= without one, look for the path that belongs to the element", () => {
  expect(formatDevice(parseDevice("locate", OSDEVICE))).toBe("locate=custom:22000002");
  expect(formatDevice(parseDevice("locate=", DEVICE))).toBe("locate=custom:12000002");
  expect(formatDevice(parseDevice("locate=path", OSDEVICE))).toBe("locate=custom:12000002");
  expect(formatDevice(parseDevice("VHD=[boot]\\w.vhd", OSDEVICE))).toBe(
    "vhd=[boot]\\w.vhd,locate=custom:22000002",
  );
});
