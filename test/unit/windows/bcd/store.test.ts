/** The model over the registry tree: real stores come back as they were, and what isn't known stays. */
import { describe, expect, test } from "vitest";
import { withChanges } from "../../../../src/windows/bcd/edit.ts";
import { describeObject, describeValues, listed } from "../../../../src/windows/bcd/describe.ts";
import { byGuid, namingOf, resolveObject } from "../../../../src/windows/bcd/naming.ts";
import { NIL_OBJECT, OBJECT } from "../../../../src/windows/bcd/object-id.ts";
import {
  defaultObject,
  ELEMENT,
  elementValue,
  findObject,
  readStore,
  storeTree,
} from "../../../../src/windows/bcd/store.ts";
import { readStoreBytes, serialiseStore } from "../../../../src/windows/bcd/store-file.ts";
import {
  binary,
  digestOf,
  dword,
  hasSamples,
  key,
  sampleStore,
  sampleStores,
  text,
  treeOf,
} from "../registry/support.ts";
import { LOADER, RESUME, uefiStore } from "./support.ts";

describe.skipIf(!hasSamples)("real stores", () => {
  // That hivex reads them so when they are written anew, the tests of hives see to.
  test.each(sampleStores)("%s: the same tree again", async (name) => {
    const { store, tree } = await readStoreBytes(name, await sampleStore(name));
    expect(digestOf(storeTree(store))).toBe(digestOf(tree));
    const naming = namingOf(store);
    for (const object of listed(store)) {
      for (const element of describeObject(object, naming, "en").elements) {
        // The one sample with a text of an odd length would be the first.
        expect(element.format === "unknown" || element.value !== null).toBe(true);
      }
    }
  });
});

const OTHER = "{22222222-2222-4333-8444-555555555555}";

/** With keys and values that no store has, in every place. */
function strange() {
  const element = (name: string, value: string) =>
    key(name, { values: [text("Element", value), text("Extra", "kept")] });
  const object = key(LOADER.toUpperCase(), {
    values: [text("", "default")],
    subkeys: [
      key("DESCRIPTION", {
        values: [dword("type", 0x10200003), binary("FirmwareVariable", Buffer.from([1, 2]))],
      }),
      key("elements", {
        subkeys: [
          element("12000004", "old"),
          element("1f000001", "of no format"),
          key("nonsense", { values: [text("Element", "x")] }),
          key("12000005", { values: [text("NoElement", "x")] }),
        ],
      }),
      key("More"),
    ],
  });
  return key("Root", {
    values: [text("top", "kept")],
    subkeys: [
      key("description", {
        values: [text("KeyName", "BCD00000000"), binary("GuidCache", Buffer.alloc(24))],
      }),
      key("OBJECTS", { subkeys: [object, key("no object")] }),
      key("Other"),
    ],
  });
}

test("what isn't known is there again, and after a change still is", () => {
  const tree = strange();
  const store = readStore(tree);
  expect(store.objects.map(({ id, type }) => [id, type])).toEqual([[LOADER, 0x10200003]]);
  const sorted = (one: typeof tree): typeof tree => ({
    ...one,
    subkeys: one.subkeys.map(sorted).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  });
  expect(sorted(storeTree(store))).toEqual(sorted(tree));

  const data = Buffer.from("new\0", "utf16le");
  const later = withChanges(store, [
    { kind: "set-element", object: LOADER, element: { id: ELEMENT.description, type: 1, data } },
    { kind: "set-element", object: LOADER, element: { id: ELEMENT.path, type: 1, data } },
    { kind: "delete-element", object: LOADER, element: 0x1f000001 },
    { kind: "add-object", object: { id: OTHER, type: 0x30000000, elements: [] } },
  ]);
  const written = JSON.stringify(sorted(storeTree(later)), (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  for (const kept of ["Extra", "FirmwareVariable", "nonsense", "NoElement", "More", "no object"]) {
    expect(written).toContain(kept);
  }
  expect(written).not.toContain("1f000001");
  const again = readStore(storeTree(later));
  expect(again.objects.map(({ id }) => id)).toEqual([LOADER, OTHER]);
  const object = findObject(again, LOADER);
  expect(object && elementValue(object, ELEMENT.description)).toMatchObject({ text: "new" });
  const gone = withChanges(again, [{ kind: "delete-object", object: LOADER }]);
  expect(readStore(storeTree(gone)).objects.map(({ id }) => id)).toEqual([OTHER]);
});

test("a hive without Objects is no store", () => {
  expect(() => readStore(key("ROOT"))).toThrow(/no BCD store.*Objects/);
});

test("objects without a type, or with one that is no number", () => {
  const of = (...subkeys: ReturnType<typeof key>[]) =>
    readStore(key("R", { subkeys: [key("Objects", { subkeys: [key(OTHER, { subkeys })] })] }));
  for (const store of [
    of(),
    of(key("Description")),
    of(key("Description", { values: [text("Type", "1")] })),
    of(key("Description", { values: [{ name: "Type", type: 4, data: Buffer.alloc(3) }] })),
  ]) {
    expect(store.objects[0]?.type).toBeUndefined();
    expect(store.objects[0]?.elements).toEqual([]);
  }
});

test("names in a store", async () => {
  const store = uefiStore();
  expect(defaultObject(store)).toBe(LOADER);
  const naming = namingOf(store);
  expect([LOADER, RESUME, OBJECT.memdiag].map(naming)).toEqual(["{default}", RESUME, "{memdiag}"]);
  expect(byGuid(OBJECT.memdiag)).toBe(OBJECT.memdiag);
  expect(resolveObject(store, "{default}")).toBe(LOADER);
  expect(resolveObject(store, "{MEMDIAG}")).toBe(OBJECT.memdiag);
  expect(() => resolveObject(store, "memdiag")).toThrow(/no identifier/);
  const empty = readStore(key("R", { subkeys: [key("Objects")] }));
  expect(() => resolveObject(empty, "{default}")).toThrow(/has no \{default\}/);
  expect(resolveObject(empty, NIL_OBJECT)).toBe(NIL_OBJECT);
  const hive = serialiseStore(await treeOf(serialiseStore(strange())));
  const { store: read } = await readStoreBytes("x", hive);
  expect(describeValues(read)).toEqual({ KeyName: "BCD00000000", GuidCache: "00".repeat(24) });
});
