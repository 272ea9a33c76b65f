/** Devices from bcdedit's words, as text.ts writes them. */
import { isGuid } from "../../../disks/guid.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { parseElementKeyName } from "../element-id.ts";
import { say } from "../messages.ts";
import { NIL_OBJECT, parseObjectName } from "../object-id.ts";
import { decodeDevice } from "./decode.ts";
import type { BcdDevice, DeviceDescriptor, FilePath, PartitionReference } from "./device.ts";

/** Of `path` and `systemroot`: what bcdedit has `vhd=` and a bare `locate` look for. */
const PATH_ELEMENT = 0x12000002;
const SYSTEMROOT_ELEMENT = 0x22000002;

/** `osdevice` and the like: its path is the application's own. */
const OSDEVICE_ELEMENT = 0x21000001;

/**
 * @param element that the device is for: `vhd=` and `locate` look for the path that belongs to it.
 * @throws LifeboatError `bcd-bad-device`.
 */
export function parseDevice(text: string, element: number): BcdDevice {
  const trimmed = text.trim();
  const bytes = deviceBytes(trimmed);
  const decoded = bytes && decodeDevice(bytes);
  if (decoded !== undefined) return decoded;
  const options = /,(\{[^{},]*\})$/.exec(trimmed);
  const optionsId = options?.[1] === undefined ? NIL_OBJECT : parseObjectName(options[1]);
  const words = options === null ? trimmed : trimmed.slice(0, options.index);
  const descriptor = parseDescriptor(words, element);
  if (descriptor !== undefined && optionsId !== undefined)
    return { options: optionsId, descriptor };
  if (/(^|[=[])[a-z]:/i.test(trimmed)) {
    throw bad(say.driveLetter(text));
  }
  throw bad(say.badDevice(text));
}

function bad(what: ReturnType<typeof say.badDevice>): LifeboatError {
  return new LifeboatError("bcd-bad-device", what, { kind: "usage", hint: say.badDeviceHint() });
}

/**
 * The bytes of a device given as `bytes=`, which are stored as they are: others could mean the same to us and not to Windows.
 * @returns undefined where the text isn't of this form.
 * @throws LifeboatError `bcd-bad-device` where they are no device.
 */
export function deviceBytes(text: string): Buffer | undefined {
  const digits = /^bytes=(.*)$/is.exec(text.trim())?.[1];
  if (digits === undefined) return undefined;
  const data = /^([0-9a-f]{2})+$/i.test(digits) ? Buffer.from(digits, "hex") : Buffer.alloc(0);
  if (decodeDevice(data) === undefined) throw bad(say.badDevice(text));
  return data;
}

/** @returns undefined where it isn't one. */
function parseDescriptor(text: string, element: number): DeviceDescriptor | undefined {
  const [, word = "", value = ""] = /^([a-z]+)(?:=(.*))?$/is.exec(text) ?? [];
  switch (word.toLowerCase()) {
    case "boot":
      return text.length === word.length ? { kind: "boot" } : undefined;
    case "partition": {
      const partition = parsePartition(value);
      return partition && { kind: "partition", partition };
    }
    case "legacypartition":
      return parseLegacyPartition(value);
    case "locate":
      return parseLocate(value, element);
    case "ramdisk":
    case "file": {
      const file = parseFile(value);
      return file && { kind: word.toLowerCase() === "file" ? "file" : "ramdisk", file };
    }
    case "vhd":
      return parseVhd(value, element);
    default:
      return undefined;
  }
}

function parsePartition(text: string): PartitionReference | undefined {
  const [first = "", second = "", ...rest] = text.split("@");
  if (rest.length > 0) return undefined;
  const partitionGuid = guidIn(first);
  const diskGuid = guidIn(second);
  if (partitionGuid !== undefined && diskGuid !== undefined) {
    return { style: "gpt", partitionGuid, diskGuid };
  }
  const offsetBytes = parseNumber(first, 64);
  if (offsetBytes === undefined) return undefined;
  const diskNumber = parseNumber(/^disk(\d+)$/i.exec(second)?.[1] ?? "", 32);
  if (diskNumber !== undefined)
    return { style: "raw", offsetBytes, diskNumber: Number(diskNumber) };
  const signature = parseNumber(second, 32);
  if (signature === undefined) return undefined;
  return { style: "mbr", offsetBytes, signature: Number(signature) };
}

function parseLegacyPartition(text: string): DeviceDescriptor | undefined {
  const partition = parsePartition(text);
  if (partition === undefined || partition.style === "raw") return undefined;
  if (partition.style === "gpt") return { kind: "legacy-partition", partition };
  const { signature, offsetBytes } = partition;
  if (offsetBytes > 0xffffffffn) return undefined;
  const partitionNumber = Number(offsetBytes);
  return { kind: "legacy-partition", partition: { style: "mbr", partitionNumber, signature } };
}

function guidIn(text: string): string | undefined {
  const inner = text.replace(/^\{(.*)\}$/, "$1");
  return isGuid(inner) ? inner.toUpperCase() : undefined;
}

function parseNumber(text: string, bits: number): bigint | undefined {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text) || text.length > 24) return undefined;
  const value = BigInt(text);
  return value < 1n << BigInt(bits) ? value : undefined;
}

function parseLocate(value: string, element: number): DeviceDescriptor | undefined {
  if (value.startsWith("\\")) return { kind: "locate", by: { path: value } };
  const wanted = parseLocatedElement(value, element);
  return wanted === undefined ? undefined : { kind: "locate", by: { element: wanted } };
}

function parseLocatedElement(value: string, element: number): number | undefined {
  if (value === "") return element === OSDEVICE_ELEMENT ? SYSTEMROOT_ELEMENT : PATH_ELEMENT;
  if (/^path$/i.test(value)) return PATH_ELEMENT;
  if (/^systemroot$/i.test(value)) return SYSTEMROOT_ELEMENT;
  return parseElementKeyName(value.replace(/^custom:(0x)?/i, ""));
}

/** `[device]\path`; brackets may hold a device with brackets. */
function parseFile(text: string): FilePath | undefined {
  if (!text.startsWith("[")) return undefined;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "[") depth++;
    else if (text[at] === "]" && --depth === 0) {
      const device = parseDescriptor(text.slice(1, at), PATH_ELEMENT);
      const path = text.slice(at + 1);
      return device === undefined || !path.startsWith("\\") ? undefined : { device, path };
    }
  }
  return undefined;
}

function parseVhd(value: string, element: number): DeviceDescriptor | undefined {
  const [, path = value, located = ""] = /^(.*),locate=([^\\,]*)$/is.exec(value) ?? [];
  const wanted = parseLocatedElement(located, element);
  const file = parseFile(path);
  if (file === undefined || wanted === undefined) return undefined;
  const parent = { kind: "virtual-disk", disk: { kind: "file", file } } as const;
  return { kind: "locate", by: { element: wanted }, parent };
}
