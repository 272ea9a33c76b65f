/**
 * A BCD store as data, over the tree of its registry hive: `Description`, and under `Objects` a key an object, with its own
 * `Description` and its `Elements`. Values stay as the registry has them (values.ts says what they mean), and so does every key and
 * value that isn't known: `storeTree` gives them back.
 */
import { LifeboatError } from "../../system/errors.ts";
import type { RegistryKey, RegistryValue } from "../registry/tree.ts";
import { elementKeyName, parseElementKeyName } from "./element-id.ts";
import { say } from "./messages.ts";
import type { ObjectId } from "./object-id.ts";
import { canonicalId, OBJECT } from "./object-id.ts";
import { childKey, childValue, newKey, withChild, withValue } from "./registry.ts";
import { ROOT_SECURITY } from "./security.ts";
import type { ElementData, ElementValue } from "./values.ts";
import { decodeValue, REG } from "./values.ts";

export interface BcdElement extends ElementData {
  readonly id: number;
}

export interface BcdObject {
  readonly id: ObjectId;
  /** Undefined where the store doesn't say it, or not as a number. */
  readonly type: number | undefined;
  readonly elements: readonly BcdElement[];
  /** The object's registry key, where it was read from one. */
  readonly key?: RegistryKey;
}

export interface BcdStore {
  /** Of the key `Description`: KeyName, System … */
  readonly description: readonly RegistryValue[];
  readonly objects: readonly BcdObject[];
  /** The hive's root, where the store was read from one. */
  readonly root?: RegistryKey;
}

/** Names of keys and values of a store. */
export const KEY = {
  description: "Description",
  objects: "Objects",
  elements: "Elements",
} as const;
export const VALUE = { element: "Element", type: "Type" } as const;

/** What bcdedit and bcdboot call the root of the hives they make. */
const ROOT_NAME = "NewStoreRoot";

/** @throws LifeboatError `bcd-not-a-store` where the hive has no key `Objects`. */
export function readStore(root: RegistryKey): BcdStore {
  const objects = childKey(root, KEY.objects);
  if (objects === undefined) {
    throw new LifeboatError("bcd-not-a-store", say.noObjects(), {
      kind: "usage",
      hint: say.noObjectsHint(),
    });
  }
  return {
    description: childKey(root, KEY.description)?.values ?? [],
    objects: objects.subkeys.flatMap((key) => readObject(key) ?? []),
    root,
  };
}

function readObject(key: RegistryKey): BcdObject | undefined {
  const id = canonicalId(key.name);
  if (id === undefined) return undefined;
  const description = childKey(key, KEY.description);
  const type = description && childValue(description, VALUE.type);
  const elements = childKey(key, KEY.elements)?.subkeys ?? [];
  return {
    id,
    type: type?.type === REG.dword && type.data.length === 4 ? type.data.readUInt32LE() : undefined,
    elements: elements.flatMap((element) => readElement(element) ?? []),
    key,
  };
}

function readElement(key: RegistryKey): BcdElement | undefined {
  const id = parseElementKeyName(key.name);
  const value = childValue(key, VALUE.element);
  if (id === undefined || value === undefined) return undefined;
  return { id, type: value.type, data: value.data };
}

/** The tree of a hive with this store in it; what was read and isn't known stays. */
export function storeTree({
  description,
  objects,
  root = newKey(ROOT_NAME, ROOT_SECURITY),
}: BcdStore): RegistryKey {
  const before = childKey(root, KEY.objects) ?? newKey(KEY.objects);
  // Keys that are no objects, whatever they are.
  const others = before.subkeys.filter(({ name }) => canonicalId(name) === undefined);
  const described = { ...(childKey(root, KEY.description) ?? newKey(KEY.description)) };
  described.values = [...description];
  const subkeys = [...objects.map(objectTree), ...others];
  return withChild(withChild(root, described), { ...before, subkeys });
}

function objectTree({ id, type, elements, key = newKey(id) }: BcdObject): RegistryKey {
  const description = childKey(key, KEY.description) ?? newKey(KEY.description);
  const described =
    type === undefined ? description : withValue(description, { name: VALUE.type, ...dword(type) });
  const before = childKey(key, KEY.elements) ?? newKey(KEY.elements);
  const others = before.subkeys.filter((element) => readElement(element) === undefined);
  const subkeys = elements.map((element) => elementTree(element, before));
  return withChild(withChild(key, described), { ...before, subkeys: [...subkeys, ...others] });
}

function elementTree({ id, type, data }: BcdElement, before: RegistryKey): RegistryKey {
  const name = elementKeyName(id);
  return withValue(childKey(before, name) ?? newKey(name), { name: VALUE.element, type, data });
}

export function dword(number: number): ElementData {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(number);
  return { type: REG.dword, data };
}

export function findObject(store: BcdStore, id: ObjectId): BcdObject | undefined {
  return store.objects.find((object) => object.id === id);
}

export function findElement(object: BcdObject, id: number): BcdElement | undefined {
  return object.elements.find((element) => element.id === id);
}

/** What an element of the object means; undefined where it has none of this identifier. */
export function elementValue(object: BcdObject, id: number): ElementValue | undefined {
  const element = findElement(object, id);
  return element && decodeValue(id, element);
}

/** Which object `{default}` means in this store: the boot manager's default entry. */
export function defaultObject(store: BcdStore): ObjectId | undefined {
  const bootmgr = findObject(store, OBJECT.bootmgr);
  const value = bootmgr && elementValue(bootmgr, ELEMENT.default);
  return value?.format === "object" ? value.id : undefined;
}

/** Elements that lifeboat's own code names. */
export const ELEMENT = {
  device: 0x11000001,
  path: 0x12000002,
  description: 0x12000004,
  locale: 0x12000005,
  inherit: 0x14000006,
  recoverysequence: 0x14000008,
  recoveryenabled: 0x16000009,
  badmemoryaccess: 0x1600000b,
  debugtype: 0x15000011,
  bootems: 0x16000020,
  isolatedcontext: 0x16000060,
  allowedinmemorysettings: 0x17000077,
  displayorder: 0x24000001,
  bootsequence: 0x24000002,
  default: 0x23000003,
  timeout: 0x25000004,
  bootmgrResumeobject: 0x23000006,
  toolsdisplayorder: 0x24000010,
  osdevice: 0x21000001,
  systemroot: 0x22000002,
  resumeobject: 0x23000003,
  detecthal: 0x26000010,
  nx: 0x25000020,
  winpe: 0x26000022,
  bootmenupolicy: 0x250000c2,
  ems: 0x260000b0,
  hypervisordebugtype: 0x250000f3,
  hypervisordebugport: 0x250000f4,
  hypervisorbaudrate: 0x250000f5,
  resumeBootmenupolicy: 0x25000008,
  debugoptionenabled: 0x26000006,
  ramdisksdidevice: 0x31000003,
  ramdisksdipath: 0x32000004,
} as const;
