/**
 * What a BCD object is: the `Type` of its description. Bits 28–31 are the kind of object, bits 20–23 the image (of applications) or
 * who may inherit (of settings), bits 0–19 the application (Microsoft's BCD reference, "BcdObject type").
 */
import { OBJECT, type ObjectId, SETUP_LOADER, SETUP_RAMDISK_OPTIONS } from "./object-id.ts";

export const OBJECT_TYPE = {
  fwbootmgr: 0x10100001,
  bootmgr: 0x10100002,
  firmwareApplication: 0x101fffff,
  osloader: 0x10200003,
  resume: 0x10200004,
  memdiag: 0x10200005,
  bootapp: 0x1020000a,
  ntldr: 0x10300006,
  setupldr: 0x10300007,
  bootsector: 0x10400008,
  startup: 0x10400009,
  settings: 0x20100000,
  bootmgrSettings: 0x20200002,
  osloaderSettings: 0x20200003,
  resumeSettings: 0x20200004,
  memdiagSettings: 0x20200005,
  deviceSettings: 0x20300000,
  deviceOptions: 0x30000000,
} as const;

/** Whose elements of class 2 an object has. */
export type Application =
  | "bootmgr"
  | "osloader"
  | "resume"
  | "memdiag"
  | "ntldr"
  | "startup"
  | "device"
  | "any";

const APPLICATIONS: Readonly<Record<number, Application>> = {
  1: "bootmgr",
  2: "bootmgr",
  3: "osloader",
  4: "resume",
  5: "memdiag",
  6: "ntldr",
  9: "startup",
};

export function applicationOf(type: number): Application {
  if (type >>> 28 === 3 || type === OBJECT_TYPE.deviceSettings) return "device";
  return APPLICATIONS[type & 0xfffff] ?? "any";
}

export function isApplication(type: number): boolean {
  return type >>> 28 === 1;
}

export function isInheritable(type: number): boolean {
  return type >>> 28 === 2;
}

/** What `bcdedit /create` takes after /application, and what it makes. */
export const APPLICATION_TYPES: ReadonlyMap<string, number> = new Map([
  ["osloader", OBJECT_TYPE.osloader],
  ["resume", OBJECT_TYPE.resume],
  ["bootsector", OBJECT_TYPE.bootsector],
  ["startup", OBJECT_TYPE.startup],
  ["bootapp", OBJECT_TYPE.bootapp],
  ["bootmgr", OBJECT_TYPE.bootmgr],
  ["memdiag", OBJECT_TYPE.memdiag],
  ["ntldr", OBJECT_TYPE.ntldr],
  ["fwbootmgr", OBJECT_TYPE.fwbootmgr],
]);

/** After /inherit; without one, settings that any object may inherit. */
export const INHERIT_TYPES: ReadonlyMap<string, number> = new Map([
  ["any", OBJECT_TYPE.settings],
  ["bootmgr", OBJECT_TYPE.bootmgrSettings],
  ["osloader", OBJECT_TYPE.osloaderSettings],
  ["resume", OBJECT_TYPE.resumeSettings],
  ["memdiag", OBJECT_TYPE.memdiagSettings],
  ["device", OBJECT_TYPE.deviceSettings],
]);

const WELL_KNOWN_TYPES: ReadonlyMap<ObjectId, number> = new Map<ObjectId, number>([
  [OBJECT.bootmgr, OBJECT_TYPE.bootmgr],
  [OBJECT.fwbootmgr, OBJECT_TYPE.fwbootmgr],
  [OBJECT.memdiag, OBJECT_TYPE.memdiag],
  [OBJECT.ntldr, OBJECT_TYPE.ntldr],
  [OBJECT.globalsettings, OBJECT_TYPE.settings],
  [OBJECT.bootloadersettings, OBJECT_TYPE.osloaderSettings],
  [OBJECT.resumeloadersettings, OBJECT_TYPE.resumeSettings],
  [OBJECT.dbgsettings, OBJECT_TYPE.settings],
  [OBJECT.emssettings, OBJECT_TYPE.settings],
  [OBJECT.badmemory, OBJECT_TYPE.settings],
  [OBJECT.hypervisorsettings, OBJECT_TYPE.osloaderSettings],
  [OBJECT.kerneldbgsettings, OBJECT_TYPE.osloaderSettings],
  [OBJECT.ramdiskoptions, OBJECT_TYPE.deviceOptions],
  [SETUP_RAMDISK_OPTIONS, OBJECT_TYPE.deviceOptions],
  [SETUP_LOADER, OBJECT_TYPE.osloader],
]);

/** The type that an object of this identifier has, where bcdedit knows the identifier. */
export function wellKnownType(id: ObjectId): number | undefined {
  return WELL_KNOWN_TYPES.get(id);
}
