/** Each finding of the check, on a sound store with one thing wrong. */
import { describe, expect, test } from "vitest";
import {
  deviceElement,
  reference,
  references,
  text,
} from "../../../../src/windows/bcd/build/elements.ts";
import { checkStore } from "../../../../src/windows/bcd/check/check.ts";
import { listed } from "../../../../src/windows/bcd/describe.ts";
import type { StoreChange } from "../../../../src/windows/bcd/edit.ts";
import { withChanges } from "../../../../src/windows/bcd/edit.ts";
import { NIL_OBJECT, OBJECT } from "../../../../src/windows/bcd/object-id.ts";
import type { BcdElement, BcdStore } from "../../../../src/windows/bcd/store.ts";
import { ELEMENT, findObject, readStore, storeTree } from "../../../../src/windows/bcd/store.ts";
import {
  hasSamples,
  key,
  sampleStore,
  sampleStores,
  text as textValue,
  treeOf,
} from "../registry/support.ts";
import { ESP, LOADER, RESUME, uefiStore } from "./support.ts";

const TAIL = "-0000-4000-8000-000000000000";
const OTHER = "{22222222-2222-4333-8444-555555555555}";

function set(object: string, element: BcdElement): StoreChange {
  return { kind: "set-element", object, element };
}

function unset(object: string, element: number): StoreChange {
  return { kind: "delete-element", object, element };
}

function found(store: BcdStore, dirty = false): string[] {
  return checkStore(store, dirty).map(({ id, severity, where }) =>
    `${severity} ${id} ${where}`.trim(),
  );
}

function afterwards(...changes: StoreChange[]): string[] {
  return found(withChanges(uefiStore(), changes));
}

test("nothing, in a store from nothing", () => {
  expect(found(uefiStore())).toEqual([]);
  expect(found(uefiStore(), true)).toEqual(["error dirty-hive"]);
});

describe("the boot manager", () => {
  test.each<[string, StoreChange[], string[]]>([
    [
      "is missing",
      [{ kind: "delete-object", object: OBJECT.bootmgr }],
      ["error no-bootmgr {bootmgr}"],
    ],
    [
      "has an empty menu",
      [unset(OBJECT.bootmgr, ELEMENT.displayorder)],
      ["warning empty-displayorder {bootmgr} displayorder"],
    ],
    [
      "has a menu without members",
      [set(OBJECT.bootmgr, references(ELEMENT.displayorder, []))],
      ["warning empty-displayorder {bootmgr} displayorder"],
    ],
    [
      "has no default entry",
      [unset(OBJECT.bootmgr, ELEMENT.default)],
      ["warning no-default {bootmgr} default"],
    ],
    [
      "has neither",
      [unset(OBJECT.bootmgr, ELEMENT.displayorder), unset(OBJECT.bootmgr, ELEMENT.default)],
      ["error empty-displayorder {bootmgr} displayorder", "warning no-default {bootmgr} default"],
    ],
  ])("%s", (_what, changes, expected) => {
    expect(afterwards(...changes)).toEqual(expected);
  });
});

test("a long menu takes time in proportion: each list is read once", () => {
  const ids = (count: number, first: number) =>
    Array.from({ length: count }, (_, at) => `{${String(first + at).padStart(8, "0")}${TAIL}}`);
  let reads = 0;
  const element = references(ELEMENT.displayorder, ids(2000, 0));
  const counted = {
    ...element,
    get data() {
      reads++;
      return element.data;
    },
  };
  const loaders = ids(2000, 1_000_000).map((id) => ({ id, type: 0x10200003, elements: [] }));
  const bootmgr = { id: OBJECT.bootmgr, type: 0x10100002, elements: [counted] };
  const store: BcdStore = { description: [], objects: [bootmgr, ...loaders] };
  expect(found(store).filter((one) => one.includes("dangling-reference")).length).toBe(2000);
  expect(reads).toBeLessThan(20);
  const menu = {
    ...element,
    ...references(ELEMENT.displayorder, ids(2000, 1_000_000).toReversed()),
  };
  const listing = listed({ ...store, objects: [{ ...bootmgr, elements: [menu] }, ...loaders] });
  expect(listing.slice(1).map(({ id }) => id)).toEqual(ids(2000, 1_000_000).toReversed());
});

describe("references that lead nowhere", () => {
  test.each<[string, StoreChange, string[]]>([
    [
      "of the menu",
      set(OBJECT.bootmgr, references(ELEMENT.displayorder, [LOADER, OTHER])),
      ["error dangling-reference {bootmgr} displayorder"],
    ],
    [
      "to the default entry",
      set(OBJECT.bootmgr, reference(ELEMENT.default, OTHER)),
      ["error dangling-reference {bootmgr} default"],
    ],
    [
      "to a resume object",
      { kind: "delete-object", object: RESUME },
      [
        "warning dangling-reference {default} resumeobject",
        "warning dangling-reference {bootmgr} resumeobject",
      ],
    ],
    [
      "to Windows RE",
      set(LOADER, references(ELEMENT.recoverysequence, [OTHER])),
      ["warning dangling-reference {default} recoverysequence"],
    ],
    [
      "to settings",
      { kind: "delete-object", object: OBJECT.badmemory },
      ["warning dangling-reference {globalsettings} inherit"],
    ],
    [
      "to a RAM disk's options",
      set(
        LOADER,
        deviceElement(ELEMENT.device, {
          options: OTHER,
          descriptor: { kind: "ramdisk", file: { device: ESP, path: "\\a.wim" } },
        }),
      ),
      ["error dangling-reference {default} device"],
    ],
    [
      "to what Windows stands for",
      set(LOADER, references(ELEMENT.recoverysequence, [OBJECT.current])),
      [],
    ],
  ])("%s", (_what, change, expected) => {
    expect(afterwards(change)).toEqual(expected);
  });
});

describe("elements", () => {
  const raw = (id: number, type: number, hex: string) =>
    set(LOADER, { id, type, data: Buffer.from(hex, "hex") });
  test.each<[string, StoreChange, string[]]>([
    ["of a wrong type", raw(ELEMENT.nx, 4, "00000000"), ["error element-type {default} nx"]],
    [
      "of a wrong length",
      raw(ELEMENT.nx, 3, "00".repeat(9)),
      ["error element-length {default} nx"],
    ],
    [
      "of a device cut short",
      raw(ELEMENT.osdevice, 3, `${"00".repeat(16)}050000000000000048000000${"00".repeat(12)}`),
      ["error device-length {default} osdevice"],
    ],
    [
      "of a format that isn't known",
      raw(0x1f000001, 3, "00"),
      ["warning unknown-format {default} custom:1f000001"],
    ],
    [
      "of a device that isn't known",
      raw(ELEMENT.osdevice, 3, `${"00".repeat(16)}040000000000000014000000${"00".repeat(8)}`),
      ["info unknown-device {default} osdevice"],
    ],
    [
      "of a RAM disk without options",
      set(
        LOADER,
        deviceElement(ELEMENT.device, {
          options: NIL_OBJECT,
          descriptor: { kind: "ramdisk", file: { device: ESP, path: "\\a.wim" } },
        }),
      ),
      ["error ramdisk-options {default} device"],
    ],
    [
      "that are searched for",
      set(
        LOADER,
        deviceElement(ELEMENT.osdevice, {
          options: NIL_OBJECT,
          descriptor: { kind: "locate", by: { path: "\\Windows" } },
        }),
      ),
      ["info locate-device {default} osdevice"],
    ],
    ["that a loader needs", unset(LOADER, ELEMENT.path), ["error loader-incomplete {default}"]],
  ])("%s", (_what, change, expected) => {
    expect(afterwards(change)).toEqual(expected);
  });
});

describe("objects", () => {
  test("without a type, and with another one than all others have", () => {
    const store = uefiStore();
    const objects = store.objects.map((object) => {
      if (object.id === LOADER) return { ...object, type: undefined };
      return object.id === OBJECT.memdiag ? { ...object, type: 0x10200003 } : object;
    });
    expect(found({ ...store, objects })).toEqual([
      "error object-type {default}",
      "warning object-type {memdiag}",
      "error loader-incomplete {memdiag}",
      "error loader-incomplete {memdiag}",
    ]);
  });

  test("twice, and elements twice", () => {
    const store = uefiStore();
    const loader = findObject(store, LOADER);
    if (loader === undefined) throw new Error("no loader");
    expect(found({ ...store, objects: [...store.objects, loader] })).toEqual([
      "error duplicate-object {default}",
    ]);
    const tree = storeTree(store);
    const elements = tree.subkeys
      .find(({ name }) => name === "Objects")
      ?.subkeys.find(({ name }) => name === LOADER)
      ?.subkeys.find(({ name }) => name === "Elements");
    const first = elements?.subkeys[0];
    if (first !== undefined) elements?.subkeys.push(first, key("nonsense"));
    expect(found(readStore(tree))).toEqual([
      "error duplicate-element {default} 11000001",
      "warning element-key {default} nonsense",
    ]);
  });

  test("that start the same Windows", () => {
    const loader = findObject(uefiStore(), LOADER);
    if (loader === undefined) throw new Error("no loader");
    const elements = [
      ...loader.elements.filter(({ id }) => id !== ELEMENT.systemroot),
      text(ELEMENT.systemroot, "\\WINDOWS"),
    ];
    const object = { ...loader, id: OTHER, elements };
    expect(afterwards({ kind: "add-object", object })).toEqual([`info same-entry ${OTHER}`]);
  });
});

test("what the store says of itself, and keys that belong to none", () => {
  const { root: _root, ...store } = uefiStore();
  expect(found({ ...store, description: [textValue("KeyName", "\u4290")] })).toEqual([
    "info no-key-name Description",
    "info no-system Description",
  ]);
  const tree = storeTree(store);
  tree.subkeys.push(key("Other"));
  tree.subkeys.find(({ name }) => name === "Objects")?.subkeys.push(key("none"));
  expect(found(readStore(tree))).toEqual(["info foreign-key Other", "info foreign-key none"]);
});

describe.skipIf(!hasSamples)("real stores", () => {
  /** What is wrong with them, as their makers left them. */
  const WRONG: Readonly<Record<string, readonly string[]>> = {
    "jclab-template-BCD": ["error no-bootmgr {bootmgr}"],
  };

  test.each(sampleStores)("%s", async (name) => {
    const store = readStore(await treeOf(await sampleStore(name)));
    const errors = found(store).filter((line) => line.startsWith("error"));
    expect(errors).toEqual(WRONG[name] ?? []);
  });
});
