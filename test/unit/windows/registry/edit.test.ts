/** Hives edited in place: what wasn't asked for stays, and hivex reads the result. */
import { readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import {
  HiveEditor,
  applyEdits,
  compareNames,
  editHive,
  readHive,
} from "../../../../src/windows/registry/index.ts";
import type { HiveEdit, RegistryKey } from "../../../../src/windows/registry/index.ts";
import { checkLayout } from "../../../support/hive-layout.ts";
import {
  SECURITY,
  TIME,
  binary,
  digestOf,
  dword,
  hasSamples,
  hivexsh,
  key,
  made,
  sampleStore,
  sampleStores,
  sampleSystem,
  text,
  treeOf,
  xmlOf,
} from "./support.ts";

const OTHER_SECURITY = Buffer.concat([
  SECURITY.subarray(0, 32),
  Buffer.from([0x19, 0, 6, 0]),
  SECURITY.subarray(36),
]);

function differences(a: Buffer, b: Buffer): number[] {
  const places: number[] = [];
  for (let at = 0; at < Math.max(a.length, b.length); at++) if (a[at] !== b[at]) places.push(at);
  return places;
}

/** Outside sequence numbers and checksum. */
function changedBytes(a: Buffer, b: Buffer): number[] {
  return differences(a, b).filter((at) => at >= 512 || (at >= 12 && at < 508));
}

const start = () =>
  key("Root", {
    values: [text("Text", "some text"), dword("Number", 1)],
    subkeys: [
      key("one", { values: [dword("x", 1)], className: "class" }),
      key("two", { subkeys: [key("below", { values: [binary("big", Buffer.alloc(50_000, 7))] })] }),
    ],
  });

/** Offset in the file. */
function firstFreeCell(hive: Buffer): number {
  const end = 4096 + hive.readUInt32LE(4096 + 8);
  for (let at = 4096 + 32; at < end; at += Math.abs(hive.readInt32LE(at))) {
    if (hive.readInt32LE(at) >= 64) return at;
  }
  throw new Error("the first bin has no room");
}

describe("HiveEditor", () => {
  test.each([3, 5] as const)(
    "sets values of all sizes, there or not, in 1.%i",
    async (minorVersion) => {
      const tree = start();
      let hive = made(tree, minorVersion);
      for (const length of [0, 3, 4, 5, 18, 26, 27, 300, 16_344, 16_345, 60_000, 40_000, 6, 2]) {
        const value = binary("TEXT", Buffer.alloc(length, "abc"));
        hive = await editHive(hive, [
          { kind: "set-value", key: "", value },
          { kind: "set-value", key: "ONE", value: { ...value, name: `new ${length}` } },
        ]);
        checkLayout(hive);
        tree.values[0] = { ...value, name: "Text" };
        tree.subkeys[0]?.values.push({ ...value, name: `new ${length}` });
        expect(digestOf(await treeOf(hive))).toBe(digestOf(tree));
      }
      expect(await hivexsh(hive, ["lsval Number", "cd one", "lsval x"])).toBe("1\n1\n");
    },
  );

  test("a value that is as it should be changes nothing", async () => {
    const hive = made(start());
    const edited = await editHive(hive, [{ kind: "set-value", key: "one", value: dword("X", 1) }]);
    expect(edited.equals(hive)).toBe(true);
  });

  test("keys are made with those above them, and deleted with what is below", async () => {
    const hive = made(start());
    const edited = await editHive(hive, [
      { kind: "create-key", key: "\\Two\\a\\b", security: OTHER_SECURITY, className: "own" },
      { kind: "set-value", key: "two\\A\\B", value: text("", "default") },
      { kind: "create-key", key: "ones" },
      { kind: "create-key", key: "one" },
    ]);
    checkLayout(edited);
    const own = key("b", { values: [text("", "default")], className: "own" });
    const tree = start();
    tree.subkeys[1]?.subkeys.unshift({
      ...key("a", { subkeys: [{ ...own, security: OTHER_SECURITY }] }),
      security: OTHER_SECURITY,
    });
    tree.subkeys.splice(1, 0, key("ones"));
    expect(digestOf(await treeOf(edited))).toBe(digestOf(tree));
    expect(await hivexsh(edited, ["ls", "cd two\\a\\b", "lsval @"])).toBe(
      "one\nones\ntwo\ndefault\n",
    );

    const back = await editHive(edited, [
      { kind: "delete-key", key: "two\\a" },
      { kind: "delete-key", key: "ONES" },
      { kind: "delete-key", key: "nothing" },
    ]);
    checkLayout(back);
    expect(digestOf(await treeOf(back))).toBe(digestOf(start()));
  });

  test("lists of subkeys are split and vanish again", async () => {
    const names = Array.from({ length: 511 }, (_, index) => `${(index * 7919) % 10_000}`);
    const edits = names.map((name): HiveEdit => ({ kind: "create-key", key: `many\\${name}` }));
    const full = key("many", { subkeys: names.slice(0, 505).map((name) => key(name)) });
    const hive = made(key("Root", { subkeys: [full] }), 3);
    const many = await editHive(hive, edits);
    checkLayout(many);
    const found = await (await readHive(new MemoryRange(many))).find("many");
    expect(found?.subkeyCount).toBe(511);
    expect((await hivexsh(many, ["cd many", "ls"])).trim().split("\n")).toHaveLength(511);
    const none = await editHive(
      many,
      edits.map(({ key }) => ({ kind: "delete-key", key })),
    );
    checkLayout(none);
    expect(digestOf(await treeOf(none))).toBe(digestOf(key("Root", { subkeys: [key("many")] })));
  });

  test("a security descriptor that is counted too low isn't lost", async () => {
    const hive = made(start());
    const item = hive.indexOf("sk\0\0", 4096, "latin1");
    hive.writeUInt32LE(1, item + 12);
    const edited = await editHive(hive, [{ kind: "delete-key", key: "one" }]);
    const tree = start();
    tree.subkeys.shift();
    expect(digestOf(await treeOf(edited))).toBe(digestOf(tree));
  });

  test("room that was freed is used before the hive grows", async () => {
    const hive = made(start(), 3);
    const edited = await editHive(hive, [
      { kind: "delete-key", key: "two" },
      { kind: "set-value", key: "", value: binary("new", Buffer.alloc(40_000)) },
    ]);
    expect(edited.length).toBe(hive.length);
    checkLayout(edited);
  });

  test("times are changed where one is given", async () => {
    const edits: HiveEdit[] = [{ kind: "set-value", key: "one", value: dword("x", 2) }];
    const hive = await readHive(
      new MemoryRange(await editHive(made(start()), edits, { timestamp: TIME + 5n })),
    );
    expect(hive.baseBlock.lastWrittenTimestamp).toBe(TIME + 5n);
    expect((await hive.find("one"))?.lastWritten).toBe(TIME + 5n);
    expect((await hive.find("two"))?.lastWritten).toBe(TIME);
  });

  test("what lies behind the hive stays, as long as the hive doesn't grow into it", async () => {
    const file = Buffer.concat([made(start()), Buffer.alloc(20_000, 0xee)]);
    const small = await editHive(file, [{ kind: "set-value", key: "", value: dword("Number", 2) }]);
    expect(small.subarray(-20_000).equals(Buffer.alloc(20_000, 0xee))).toBe(true);
    const large = await editHive(file, [
      { kind: "set-value", key: "", value: binary("a", Buffer.alloc(9000)) },
    ]);
    expect(large.length).toBe(file.length);
    checkLayout(large);
  });

  test("a dirty hive, one whose cells make no sense, and a missing key are refused", async () => {
    const dirty = made(start());
    const torn = new MemoryRange(dirty);
    torn.write = async (offset, data) => {
      if (offset > 0) throw new Error("cut");
      await MemoryRange.prototype.write.call(torn, offset, data);
    };
    const editor = await HiveEditor.open(torn);
    await editor.setValue("", dword("x", 1));
    await expect(editor.commit()).rejects.toThrow("cut");
    expect((await readHive(torn)).dirty).toBe(true);
    await expect(HiveEditor.open(torn)).rejects.toMatchObject({
      code: "hive-dirty",
      kind: "refused",
    });

    const broken = made(start());
    broken.writeInt32LE(-12, 4096 + 32);
    await expect(HiveEditor.open(new MemoryRange(broken))).rejects.toMatchObject({
      code: "hive-bad-cell",
    });

    const edit: HiveEdit = { kind: "set-value", key: "no\\where", value: dword("x", 1) };
    await expect(editHive(made(start()), [edit])).rejects.toMatchObject({
      code: "registry-no-such-key",
      kind: "usage",
    });
  });

  test("an edit that changes nothing is none, where free cells lie side by side as well", async () => {
    const hive = made(start());
    const at = firstFreeCell(hive);
    const size = hive.readInt32LE(at);
    hive.writeInt32LE(16, at);
    hive.writeInt32LE(size - 16, at + 16);
    const editor = await HiveEditor.open(new MemoryRange(hive));
    expect(await editor.deleteValue("one", "none")).toBe(false);
    expect(await editor.changes()).toEqual([]);
    // And room that spans both is one cell once it is needed.
    const edit: HiveEdit = { kind: "set-value", key: "one", value: binary("new", Buffer.alloc(8)) };
    checkLayout(await editHive(hive, [edit]));
  });

  test("a count of keys that has no room for one more, and a key that isn't to be deleted, are refused", async () => {
    const hive = made(start());
    hive.writeUInt32LE(0xffff_ffff, hive.indexOf("sk", 4096, "latin1") + 12);
    await expect(editHive(hive, [{ kind: "create-key", key: "three" }])).rejects.toMatchObject({
      code: "hive-bad-field",
      kind: "damaged",
    });

    const kept = made(start());
    const below = kept.indexOf("below", 4096, "latin1") - 76;
    kept.writeUInt16LE(kept.readUInt16LE(below + 2) | 8, below + 2);
    for (const path of ["two\\below", "two"]) {
      await expect(editHive(kept, [{ kind: "delete-key", key: path }])).rejects.toMatchObject({
        code: "registry-no-delete",
        kind: "refused",
      });
    }
    checkLayout(await editHive(kept, [{ kind: "delete-key", key: "one" }]));
  });

  test("is committed in the order of the specification, and only where there is room", async () => {
    const writes: (number | string)[] = [];
    const range = new MemoryRange(made(start()));
    range.write = async (offset, data) => {
      const what = `${Buffer.from(data).readUInt32LE(4)}/${Buffer.from(data).readUInt32LE(8)}`;
      writes.push(offset === 0 ? what : offset);
      await MemoryRange.prototype.write.call(range, offset, data);
    };
    range.flush = async () => void writes.push("flush");
    const editor = await HiveEditor.open(range);
    await applyEdits(editor, [{ kind: "set-value", key: "one", value: dword("x", 2) }]);
    await editor.commit();
    const value = expect.any(Number) as number;
    expect(writes).toEqual(["2/1", "flush", value, "flush", "2/2", "flush"]);
    checkLayout(range.bytes);

    const full = new MemoryRange(made(start()));
    const before = Buffer.from(full.bytes);
    const growing = await HiveEditor.open(full);
    await growing.setValue("", binary("large", Buffer.alloc(9000)));
    await expect(growing.commit()).rejects.toMatchObject({ code: "hive-no-room" });
    expect(full.bytes.equals(before)).toBe(true);
    expect(growing.sizeBytes).toBeGreaterThan(full.size);
  });

  const names = fc.constantFrom("a", "B", "c", "中", "long name of a key");
  const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("\\"));
  const edits: fc.Arbitrary<HiveEdit> = fc.oneof(
    fc.record({
      kind: fc.constant("create-key" as const),
      key: paths,
      security: fc.constantFrom(SECURITY, OTHER_SECURITY),
    }),
    fc.record({ kind: fc.constant("delete-key" as const), key: paths }),
    fc.record({ kind: fc.constant("delete-value" as const), key: paths, name: names }),
    fc.record({
      kind: fc.constant("set-value" as const),
      key: paths,
      value: fc.record({
        name: names,
        type: fc.nat(11),
        data: fc.oneof(fc.nat(40), fc.nat(40_000)).map((size) => Buffer.alloc(size, "data")),
      }),
    }),
  );

  test("any edits do what they do to the tree, and leave a sound hive", async () => {
    const property = fc.asyncProperty(
      fc.array(edits, { maxLength: 25 }),
      fc.constantFrom(3, 5),
      async (list, version) => {
        const tree = key("Root", { subkeys: [key("a")] });
        const possible = list.filter((edit) => apply(tree, edit));
        const edited = await editHive(
          made(key("Root", { subkeys: [key("a")] }), version),
          possible,
        );
        checkLayout(edited);
        expect(digestOf(await treeOf(edited))).toBe(digestOf(tree));
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});

/** The same edit of a tree. @returns false where it names a key that isn't there. */
function apply(tree: RegistryKey, edit: HiveEdit): boolean {
  let at = tree;
  const path = edit.key.split("\\");
  for (const [index, name] of path.entries()) {
    const next = at.subkeys.find((one) => compareNames(one.name, name) === 0);
    if (next === undefined) {
      if (edit.kind !== "create-key") return edit.kind === "delete-key";
      const added = { ...key(name), security: edit.security ?? at.security };
      at.subkeys.push(added);
      at.subkeys.sort((a, b) => compareNames(a.name, b.name));
      at = added;
    } else if (edit.kind === "delete-key" && index === path.length - 1) {
      at.subkeys.splice(at.subkeys.indexOf(next), 1);
      return true;
    } else at = next;
  }
  if (edit.kind === "set-value") {
    const present = at.values.find(({ name }) => compareNames(name, edit.value.name) === 0);
    if (present === undefined) at.values.push({ ...edit.value });
    else Object.assign(present, edit.value, { name: present.name });
  }
  if (edit.kind === "delete-value") {
    at.values = at.values.filter(({ name }) => compareNames(name, edit.name) !== 0);
  }
  return true;
}

describe.skipIf(!hasSamples)("real hives", () => {
  test.each(sampleStores)("%s: a string more, and back", async (name) => {
    const store = await sampleStore(name);
    const value = text("lifeboat", "x");
    const edited = await editHive(store, [{ kind: "set-value", key: "Description", value }]);
    checkLayout(edited);
    const tree = await treeOf(store);
    tree.subkeys.find(({ name }) => name === "Description")?.values.push(value);
    expect(digestOf(await treeOf(edited))).toBe(digestOf(tree));
    // The value with its name and data, the list of values, the key, and what is left free of three cells.
    expect(changedBytes(store, edited.subarray(0, store.length)).length).toBeLessThan(150);
    const back = await editHive(edited, [
      { kind: "delete-value", key: "Description", name: "lifeboat" },
    ]);
    checkLayout(back);
    expect(await xmlOf(back)).toBe(await xmlOf(store));
  });

  const PARTMGR = "ControlSet001\\Services\\partmgr\\Parameters";

  test("SanPolicy in a SYSTEM hive is one byte, there or not", async () => {
    const system = await readFile(await sampleSystem());
    const edited = await editHive(system, [
      { kind: "set-value", key: PARTMGR, value: dword("SanPolicy", 4) },
    ]);
    expect(changedBytes(system, edited)).toHaveLength(1);
    const lsval = [`cd ${PARTMGR}`, "lsval SanPolicy"];
    expect(await hivexsh(edited, lsval)).toBe("4\n");

    const again = await editHive(system, [
      { kind: "delete-value", key: PARTMGR, name: "SanPolicy" },
      { kind: "set-value", key: PARTMGR, value: dword("SanPolicy", 4) },
    ]);
    expect(await hivexsh(again, lsval)).toBe("4\n");
    expect(again.length).toBe(system.length);
    expect(changedBytes(system, again).length).toBeLessThan(100);
  });
});
