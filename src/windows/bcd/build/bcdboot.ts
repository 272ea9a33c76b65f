/**
 * A store from nothing, with the objects and elements that Microsoft's bcdboot writes for one installation of Windows 10 or 11.
 * Nothing in it belongs to a computer: no firmware variables, no {fwbootmgr}.
 */
import { randomGuid } from "../../../disks/guid.ts";
import type { GuidSource } from "../../../disks/guid.ts";
import type { BcdDevice, DeviceDescriptor } from "../device/device.ts";
import type { ObjectId } from "../object-id.ts";
import { idFromGuid, NIL_OBJECT, OBJECT } from "../object-id.ts";
import { OBJECT_TYPE } from "../object-type.ts";
import type { BcdObject, BcdStore } from "../store.ts";
import { dword, ELEMENT } from "../store.ts";
import { encodeString, REG } from "../values.ts";
import {
  boolean,
  deviceElement,
  integer,
  integers,
  object,
  reference,
  references,
  text,
} from "./elements.ts";
import { settingsObjects } from "./settings.ts";
import type { VhdFile } from "./vhd.ts";
import { inVhd } from "./vhd.ts";

export interface BcdbootOptions {
  readonly firmware: "uefi" | "bios";
  /** Where the boot manager and its store lie: the EFI system partition, or the active partition. */
  readonly systemDevice: DeviceDescriptor;
  /** The partition that Windows is on, or the VHD or VHDX file. */
  readonly windowsDevice: DeviceDescriptor | VhdFile;
  /** Default: `\Windows`. */
  readonly systemRoot?: string;
  /** Of the loader's entry: "Windows 11". */
  readonly description: string;
  /** As Windows names it: `en-US`, `zh-CN`. */
  readonly locale: string;
  /** Seconds that the menu is shown where there is more than one entry. Default: 30. */
  readonly timeout?: number;
  /** `recoveryenabled No`: no Windows RE after failed starts. For sticks, which have none. */
  readonly recovery?: boolean;
  /** GUIDs of the loader and of its resume object; by default from `newGuid`. */
  readonly loader?: ObjectId;
  readonly resume?: ObjectId;
  readonly newGuid?: GuidSource;
  /** Tells Windows that the store was written without the firmware's variables, to be brought in line later. */
  readonly firmwareModified?: boolean;
}

/** `XN_IN_MEMORY_…`: 0x15000075, the only setting that Windows allows to come from memory. */
const ALLOWED_IN_MEMORY = 0x15000075n;

const DEFAULT_TIMEOUT_SECONDS = 30;

/** Where the store was mounted in the registry of who made it: bcdboot's, for one that isn't the running system's. */
const KEY_NAME = "BCD00000001";

export function bcdbootStore(options: BcdbootOptions): BcdStore {
  const newGuid = options.newGuid ?? randomGuid;
  const resume = options.resume ?? idFromGuid(newGuid());
  const loader = options.loader ?? idFromGuid(newGuid());
  const modified = options.firmwareModified ?? options.firmware === "uefi";
  return {
    description: [
      { name: "KeyName", type: REG.sz, data: encodeString(KEY_NAME) },
      { name: "System", ...dword(1) },
      ...(modified ? [{ name: "FirmwareModified", ...dword(1) }] : []),
    ],
    objects: sorted([
      loaderObject(loader, resume, options),
      resumeObject(resume, options),
      bootManager(loader, resume, options),
      memoryTest(options),
      ...settingsObjects(),
    ]),
  };
}

/** As keys of a registry are: by name. */
function sorted(objects: readonly BcdObject[]): BcdObject[] {
  return objects.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function on(descriptor: DeviceDescriptor): BcdDevice {
  return { options: NIL_OBJECT, descriptor };
}

/** @param path the element whose path tells the volume in a VHD file. */
function windowsOn({ windowsDevice }: BcdbootOptions, path: number): BcdDevice {
  return "vhd" in windowsDevice ? inVhd(windowsDevice, path) : on(windowsDevice);
}

function extension(options: BcdbootOptions): string {
  return options.firmware === "uefi" ? "efi" : "exe";
}

function loaderObject(id: ObjectId, resume: ObjectId, options: BcdbootOptions): BcdObject {
  const root = options.systemRoot ?? "\\Windows";
  return object(id, OBJECT_TYPE.osloader, [
    deviceElement(ELEMENT.device, windowsOn(options, ELEMENT.path)),
    text(ELEMENT.path, `${root}\\system32\\winload.${extension(options)}`),
    text(ELEMENT.description, options.description),
    text(ELEMENT.locale, options.locale),
    references(ELEMENT.inherit, [OBJECT.bootloadersettings]),
    ...(options.recovery === false ? [boolean(ELEMENT.recoveryenabled, false)] : []),
    ...isolated(options),
    integers(ELEMENT.allowedinmemorysettings, [ALLOWED_IN_MEMORY]),
    deviceElement(ELEMENT.osdevice, windowsOn(options, ELEMENT.systemroot)),
    text(ELEMENT.systemroot, root),
    reference(ELEMENT.resumeobject, resume),
    integer(ELEMENT.nx, 0),
    integer(ELEMENT.bootmenupolicy, 1),
  ]);
}

function resumeObject(id: ObjectId, options: BcdbootOptions): BcdObject {
  const root = options.systemRoot ?? "\\Windows";
  const isUefi = options.firmware === "uefi";
  return object(id, OBJECT_TYPE.resume, [
    deviceElement(ELEMENT.device, windowsOn(options, ELEMENT.path)),
    text(ELEMENT.path, `${root}\\system32\\winresume.${extension(options)}`),
    text(ELEMENT.description, "Windows Resume Application"),
    text(ELEMENT.locale, options.locale),
    references(ELEMENT.inherit, [OBJECT.resumeloadersettings]),
    ...isolated(options),
    integers(ELEMENT.allowedinmemorysettings, [ALLOWED_IN_MEMORY]),
    // Of hibernation: the device of hiberfil.sys, which bcdboot names on UEFI alone.
    ...(isUefi ? [deviceElement(ELEMENT.osdevice, windowsOn(options, ELEMENT.systemroot))] : []),
    text(ELEMENT.systemroot, "\\hiberfil.sys"),
    integer(ELEMENT.resumeBootmenupolicy, 1),
    ...(isUefi ? [boolean(ELEMENT.debugoptionenabled, false)] : []),
  ]);
}

function isolated({ firmware }: BcdbootOptions) {
  return firmware === "uefi" ? [boolean(ELEMENT.isolatedcontext, true)] : [];
}

function bootManager(loader: ObjectId, resume: ObjectId, options: BcdbootOptions): BcdObject {
  const isUefi = options.firmware === "uefi";
  return object(OBJECT.bootmgr, OBJECT_TYPE.bootmgr, [
    deviceElement(ELEMENT.device, on(options.systemDevice)),
    ...(isUefi ? [text(ELEMENT.path, "\\EFI\\Microsoft\\Boot\\bootmgfw.efi")] : []),
    text(ELEMENT.description, "Windows Boot Manager"),
    text(ELEMENT.locale, options.locale),
    references(ELEMENT.inherit, [OBJECT.globalsettings]),
    reference(ELEMENT.default, loader),
    reference(ELEMENT.bootmgrResumeobject, resume),
    references(ELEMENT.displayorder, [loader]),
    references(ELEMENT.toolsdisplayorder, [OBJECT.memdiag]),
    integer(ELEMENT.timeout, options.timeout ?? DEFAULT_TIMEOUT_SECONDS),
  ]);
}

function memoryTest(options: BcdbootOptions): BcdObject {
  const path =
    options.firmware === "uefi" ? "\\EFI\\Microsoft\\Boot\\memtest.efi" : "\\boot\\memtest.exe";
  return object(OBJECT.memdiag, OBJECT_TYPE.memdiag, [
    deviceElement(ELEMENT.device, on(options.systemDevice)),
    text(ELEMENT.path, path),
    text(ELEMENT.description, "Windows Memory Diagnostic"),
    text(ELEMENT.locale, options.locale),
    references(ELEMENT.inherit, [OBJECT.globalsettings]),
    boolean(ELEMENT.badmemoryaccess, true),
  ]);
}
