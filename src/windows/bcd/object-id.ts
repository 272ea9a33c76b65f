/**
 * The identifiers of BCD objects: GUIDs in braces, lower case as Windows writes them; and the names that bcdedit has for the
 * well-known ones (Windows SDK, bcd constants; `bcdedit /? ID`).
 */
import { decodeGuid, encodeGuid, isGuid } from "../../disks/guid.ts";

/** `{9dea862c-5cdd-4e70-acc1-f32b344d4795}`. */
export type ObjectId = string;

export const OBJECT = {
  bootmgr: "{9dea862c-5cdd-4e70-acc1-f32b344d4795}",
  fwbootmgr: "{a5a30fa2-3d06-4e9f-b5f4-a01df9d1fcba}",
  memdiag: "{b2721d73-1db4-4c62-bf78-c548a880142d}",
  ntldr: "{466f5a88-0af2-4f76-9038-095b170dc21c}",
  current: "{fa926493-6f1c-4193-a414-58f0b2456d1e}",
  default: "{1cae1eb7-a0df-4d4d-9851-4860e34ef535}",
  globalsettings: "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}",
  bootloadersettings: "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}",
  resumeloadersettings: "{1afa9c49-16ab-4a5c-901b-212802da9460}",
  dbgsettings: "{4636856e-540f-4170-a130-a84776f4c654}",
  emssettings: "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}",
  badmemory: "{5189b25c-5558-4bf2-bca4-289b11bd29e2}",
  hypervisorsettings: "{7ff607e0-4395-11db-b0de-0800200c9a66}",
  kerneldbgsettings: "{313e8eed-7098-4586-a9bf-309c61f8d449}",
  ramdiskoptions: "{ae5534e0-a924-466c-b836-758539a3ee3a}",
} as const satisfies Readonly<Record<string, ObjectId>>;

/** Objects that Windows ISOs have, without a name in bcdedit. */
export const SETUP_RAMDISK_OPTIONS: ObjectId = "{7619dcc8-fafe-11d9-b411-000476eba25f}";
export const SETUP_LOADER: ObjectId = "{7619dcc9-fafe-11d9-b411-000476eba25f}";

export const NIL_OBJECT: ObjectId = "{00000000-0000-0000-0000-000000000000}";

const NAMES: ReadonlyMap<ObjectId, string> = new Map(
  Object.entries(OBJECT).map(([name, id]) => [id, `{${name}}`]),
);
const IDS: ReadonlyMap<string, ObjectId> = new Map(
  Object.entries(OBJECT).map(([name, id]) => [`{${name}}`, id]),
);

/** @returns the identifier as Windows writes it; undefined where the text isn't a GUID in braces. */
export function canonicalId(text: string): ObjectId | undefined {
  const inner = /^\{(.+)\}$/.exec(text)?.[1];
  return inner !== undefined && isGuid(inner) ? text.toLowerCase() : undefined;
}

/** `{bootmgr}`, or the GUID where bcdedit has no name for it. */
export function objectName(id: ObjectId): string {
  return NAMES.get(id) ?? id;
}

/** The other way round; also takes a GUID without braces. `{default}` stays the virtual object that Windows calls so. */
export function parseObjectName(text: string): ObjectId | undefined {
  return IDS.get(text.toLowerCase()) ?? canonicalId(text) ?? canonicalId(`{${text}}`);
}

export function idFromGuid(guid: string): ObjectId {
  return `{${guid.toLowerCase()}}`;
}

/** The 16 bytes at `at`, in the order of GUIDs on disk. */
export function decodeObjectId(from: Buffer, at: number): ObjectId {
  return idFromGuid(decodeGuid(from, at));
}

/** @throws RangeError where it is no identifier: foreign text is checked with `canonicalId` first. */
export function encodeObjectId(id: ObjectId): Buffer {
  return encodeGuid(id.slice(1, -1));
}
