/** Stores for these tests, made by lifeboat's own builder with fixed identifiers. */
import type { BcdbootOptions } from "../../../../src/windows/bcd/build/bcdboot.ts";
import { bcdbootStore } from "../../../../src/windows/bcd/build/bcdboot.ts";
import type { DeviceDescriptor } from "../../../../src/windows/bcd/device/device.ts";
import type { BcdElement, BcdObject, BcdStore } from "../../../../src/windows/bcd/store.ts";
import { storeTree } from "../../../../src/windows/bcd/store.ts";
import { serialiseStore } from "../../../../src/windows/bcd/store-file.ts";
import { decodeString } from "../../../../src/windows/bcd/values.ts";

export const LOADER = "{11111111-2222-4333-8444-555555555555}";
export const RESUME = "{11111111-2222-4333-8444-666666666666}";

export function gptPartition(partitionGuid: string, diskGuid: string): DeviceDescriptor {
  return { kind: "partition", partition: { style: "gpt", partitionGuid, diskGuid } };
}

export const DISK = "DC4FADF5-0301-43B1-A92E-FA050E941B2A";
export const ESP = gptPartition("2D9B7EBD-0F16-41EF-B06A-FD6526496B24", DISK);
export const WINDOWS = gptPartition("25DB1717-FB0A-484D-986D-92AE59953C88", DISK);

export const UEFI: BcdbootOptions = {
  firmware: "uefi",
  systemDevice: ESP,
  windowsDevice: WINDOWS,
  description: "Windows 11",
  locale: "en-US",
  loader: LOADER,
  resume: RESUME,
};

export function uefiStore(): BcdStore {
  return bcdbootStore(UEFI);
}

export function hiveOf(store: BcdStore): Buffer {
  return serialiseStore(storeTree(store));
}

/** Elements as texts that are easy to compare: bytes, but for texts, which some tools end with two NULs. */
export function elementsOf({ elements }: BcdObject, without: readonly number[] = []): string[] {
  return elements
    .filter(({ id }) => !without.includes(id))
    .map(({ id, type, data }: BcdElement) => {
      const value = type === 1 ? decodeString(data) : data.toString("hex");
      return `${id.toString(16)} ${type} ${value}`;
    });
}
