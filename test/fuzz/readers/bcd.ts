/** BCD stores, and the device elements in them. */
import assert from "node:assert/strict";
import { ramdiskObjects, vhdLoader, withEntry } from "../../../src/windows/bcd/build/entries.ts";
import { bcdbootStore } from "../../../src/windows/bcd/build/bcdboot.ts";
import { checkStore } from "../../../src/windows/bcd/check/check.ts";
import { describeObject, describeValues, listed } from "../../../src/windows/bcd/describe.ts";
import { decodeDevice, deviceLengths } from "../../../src/windows/bcd/device/decode.ts";
import type { DeviceDescriptor } from "../../../src/windows/bcd/device/device.ts";
import { encodeDevice } from "../../../src/windows/bcd/device/encode.ts";
import { parseDevice } from "../../../src/windows/bcd/device/parse.ts";
import { formatDevice } from "../../../src/windows/bcd/device/text.ts";
import { elementFormat } from "../../../src/windows/bcd/element-id.ts";
import { editedBytes } from "../../../src/windows/bcd/in-place.ts";
import { namingOf } from "../../../src/windows/bcd/naming.ts";
import { OBJECT } from "../../../src/windows/bcd/object-id.ts";
import { planSet } from "../../../src/windows/bcd/plan-values.ts";
import type { BcdStore } from "../../../src/windows/bcd/store.ts";
import { storeTree } from "../../../src/windows/bcd/store.ts";
import { readStoreBytes, serialiseStore } from "../../../src/windows/bcd/store-file.ts";
import type { FuzzedReader } from "../reader.ts";
import { Tolerance } from "./volumes.ts";

const DISK = "01234567-89AB-4CDE-8F01-23456789ABCD";
const DEVICE_ELEMENT = 0x11000001;
const NOW = new Date("2026-12-01T00:00:00Z");

function partition(digit: number): DeviceDescriptor {
  const partitionGuid = `0000000${digit}-1111-4222-8333-444444444444`;
  return { kind: "partition", partition: { style: "gpt", partitionGuid, diskGuid: DISK } };
}

/** With entries of every kind in its menu. */
function fullStore(): BcdStore {
  const id = (digit: number) => `{0000000${digit}-2222-4222-8333-444444444444}`;
  const about = { firmware: "uefi", description: "entry", locale: "en-US" } as const;
  const store = bcdbootStore({
    ...about,
    systemDevice: partition(1),
    windowsDevice: partition(2),
    loader: id(1),
    resume: id(2),
  });
  const ramdisk = ramdiskObjects({
    ...about,
    loader: id(3),
    options: OBJECT.ramdiskoptions,
    device: { kind: "boot" },
    wim: "\\sources\\boot.wim",
    sdi: "\\boot\\boot.sdi",
  });
  const vhd = vhdLoader({ ...about, loader: id(4), vhd: "\\w.vhdx", device: partition(3) });
  return withEntry(withEntry(store, ramdisk), [vhd]);
}

export const bcd: FuzzedReader = {
  name: "bcd",
  what: "BCD stores by lifeboat: read, checked, listed, written anew, edited in place",
  kind: "image",
  makeSeeds: async () => [{ name: "store", bytes: serialiseStore(storeTree(fullStore())) }],
  // The checksum of the base block, and two sequence numbers that say the hive is whole.
  repair: (image) => {
    const block = image.change(0, 512);
    if (block.length < 512) return;
    block.writeUInt32LE(block.readUInt32LE(4), 8);
    let sum = 0;
    for (let at = 0; at < 508; at += 4) sum ^= block.readUInt32LE(at);
    block.writeUInt32LE(sum >>> 0 === 0xffffffff ? 0xfffffffe : sum >>> 0 || 1, 508);
  },
  read: async ({ bytes }) => {
    const file = await readStoreBytes("BCD", bytes);
    const { store, hive } = file;
    describeValues(store);
    const naming = namingOf(store);
    for (const object of listed(store)) JSON.stringify(describeObject(object, naming, "en"));
    const tolerance = new Tolerance();
    const isSound = checkStore(store, hive.dirty).every(({ severity }) => severity !== "error");
    await tolerance.try(async () => serialiseStore(storeTree(store), hive));
    await tolerance.try(async () => {
      await editedBytes(file, planSet(store, "{bootmgr}", "timeout", ["7"]), NOW);
    });
    return isSound ? tolerance.understood : "part";
  },
};

export const bcdDevice: FuzzedReader = {
  name: "bcd-device",
  what: "device elements of BCD stores, by lifeboat: read, put into words, read from them",
  kind: "document",
  makeSeeds: async () =>
    fullStore().objects.flatMap(({ id, elements }) =>
      elements
        .filter((element) => elementFormat(element.id) === "device")
        .map((element) => ({ name: `${id} ${element.id.toString(16)}`, bytes: element.data })),
    ),
  tokens: [0, 2, 3, 5, 6, 8, 0x1e, 0x48, 0xffff].map((value) =>
    String.fromCharCode(value & 0xff, value >> 8, 0, 0),
  ),
  read: async ({ bytes }) => {
    deviceLengths(bytes);
    const device = decodeDevice(bytes);
    if (device === undefined) return "part";
    const words = formatDevice(device);
    // Whatever is in the bytes, the device they are taken for has bytes of its own, which say the same.
    const own = decodeDevice(encodeDevice(device));
    assert.deepEqual(own && formatDevice(own), words);
    const tolerance = new Tolerance();
    await tolerance.try(async () => parseDevice(words, DEVICE_ELEMENT));
    return device.descriptor.kind === "other" ? "part" : tolerance.understood;
  },
};
