/** Entries that start something else than an installation on a partition: Windows PE from a WIM file, Windows in a VHD file. */
import type { BcdDevice, DeviceDescriptor } from "../device/device.ts";
import type { ObjectId } from "../object-id.ts";
import { NIL_OBJECT, OBJECT } from "../object-id.ts";
import { OBJECT_TYPE } from "../object-type.ts";
import type { BcdObject } from "../store.ts";
import { ELEMENT, findElement } from "../store.ts";
import { decodeValue } from "../values.ts";
import type { BcdStore } from "../store.ts";
import {
  boolean,
  deviceElement,
  integer,
  object,
  reference,
  references,
  text,
} from "./elements.ts";
import type { VhdFile } from "./vhd.ts";
import { inVhd } from "./vhd.ts";

export interface RamdiskEntry {
  readonly loader: ObjectId;
  /** The object with the RAM disk's options. */
  readonly options: ObjectId;
  readonly firmware: "uefi" | "bios";
  /** Where the WIM file and boot.sdi lie; `boot` for the volume that the boot manager came from. */
  readonly device: DeviceDescriptor;
  /** `\sources\boot.wim` */
  readonly wim: string;
  /** `\boot\boot.sdi` */
  readonly sdi: string;
  readonly description: string;
  readonly locale: string;
}

/** The loader and the RAM disk's options, with the elements that a Windows ISO's own store has for its setup. */
export function ramdiskObjects(entry: RamdiskEntry): [BcdObject, BcdObject] {
  const ramdisk: BcdDevice = {
    options: entry.options,
    descriptor: { kind: "ramdisk", file: { device: entry.device, path: entry.wim } },
  };
  const isUefi = entry.firmware === "uefi";
  const loader = object(entry.loader, OBJECT_TYPE.osloader, [
    deviceElement(ELEMENT.device, ramdisk),
    text(ELEMENT.path, `\\windows\\system32\\boot\\winload.${isUefi ? "efi" : "exe"}`),
    text(ELEMENT.description, entry.description),
    text(ELEMENT.locale, entry.locale),
    references(ELEMENT.inherit, [OBJECT.bootloadersettings]),
    ...(isUefi ? [boolean(ELEMENT.isolatedcontext, true)] : []),
    deviceElement(ELEMENT.osdevice, ramdisk),
    text(ELEMENT.systemroot, "\\windows"),
    boolean(ELEMENT.detecthal, true),
    boolean(ELEMENT.winpe, true),
    boolean(ELEMENT.ems, true),
  ]);
  const options = object(entry.options, OBJECT_TYPE.deviceOptions, [
    deviceElement(ELEMENT.ramdisksdidevice, { options: NIL_OBJECT, descriptor: entry.device }),
    text(ELEMENT.ramdisksdipath, entry.sdi),
  ]);
  return [loader, options];
}

export interface VhdEntry extends VhdFile {
  readonly loader: ObjectId;
  /** The resume object that the loader names, where the store has one for it. */
  readonly resume?: ObjectId;
  readonly firmware: "uefi" | "bios";
  readonly description: string;
  readonly locale: string;
  /** `recoveryenabled No`. */
  readonly recovery?: boolean;
}

/** One more entry, for Windows in a VHD or VHDX file (native boot). */
export function vhdLoader(entry: VhdEntry): BcdObject {
  const isUefi = entry.firmware === "uefi";
  return object(entry.loader, OBJECT_TYPE.osloader, [
    deviceElement(ELEMENT.device, inVhd(entry, ELEMENT.path)),
    text(ELEMENT.path, `\\Windows\\system32\\winload.${isUefi ? "efi" : "exe"}`),
    text(ELEMENT.description, entry.description),
    text(ELEMENT.locale, entry.locale),
    references(ELEMENT.inherit, [OBJECT.bootloadersettings]),
    ...(entry.recovery === false ? [boolean(ELEMENT.recoveryenabled, false)] : []),
    ...(isUefi ? [boolean(ELEMENT.isolatedcontext, true)] : []),
    deviceElement(ELEMENT.osdevice, inVhd(entry, ELEMENT.systemroot)),
    text(ELEMENT.systemroot, "\\Windows"),
    ...(entry.resume === undefined ? [] : [reference(ELEMENT.resumeobject, entry.resume)]),
    boolean(ELEMENT.detecthal, true),
    integer(ELEMENT.nx, 0),
    integer(ELEMENT.bootmenupolicy, 1),
  ]);
}

/** The store with these objects in it, the first of them last in the boot manager's menu. */
export function withEntry(
  store: BcdStore,
  objects: readonly [BcdObject, ...BcdObject[]],
): BcdStore {
  const added = new Set(objects.map(({ id }) => id));
  const others = store.objects.filter(({ id }) => !added.has(id));
  const all = [...others.map((one) => inMenu(one, objects[0].id)), ...objects];
  return { ...store, objects: all.toSorted((one, other) => (one.id < other.id ? -1 : 1)) };
}

function inMenu(one: BcdObject, entry: ObjectId): BcdObject {
  if (one.id !== OBJECT.bootmgr) return one;
  const order = findElement(one, ELEMENT.displayorder);
  const value = order && decodeValue(ELEMENT.displayorder, order);
  const before = value?.format === "object-list" ? value.ids : [];
  if (before.includes(entry)) return one;
  const rest = one.elements.filter(({ id }) => id !== ELEMENT.displayorder);
  const elements = [...rest, references(ELEMENT.displayorder, [...before, entry])];
  return { ...one, elements: elements.toSorted((a, b) => a.id - b.id) };
}
