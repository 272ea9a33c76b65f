import { expect, test } from "vitest";
import * as fc from "fast-check";
import type { ReadableVolume, VolumeEntry } from "../../../src/filesystems/volume.ts";
import { walk } from "../../../src/filesystems/walk.ts";
import type { WalkOptions } from "../../../src/filesystems/walk.ts";

interface Tree {
  [name: string]: Tree | null;
}

/** A volume of nested objects; an object that contains itself is a tree that contains itself. */
function volumeOf(tree: Tree): ReadableVolume {
  const refuse = () => Promise.reject(new Error("not asked for"));
  return {
    fileSystem: "ext4",
    label: "",
    uuid: "",
    allocationUnitBytes: 512,
    list: async (path) => {
      let at = tree;
      for (const name of path.split("/").filter(Boolean)) at = at[name] ?? {};
      return Object.entries(at).map(([name, child]): VolumeEntry => ({
        path: path === "/" ? `/${name}` : `${path}/${name}`,
        name,
        kind: child === null ? "file" : "directory",
        sizeBytes: 0,
        modified: undefined,
      }));
    },
    find: refuse,
    extents: refuse,
    open: refuse,
  };
}

async function paths(tree: Tree, options?: WalkOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of walk(volumeOf(tree), options)) found.push(entry.path);
  return found;
}

const SAMPLE: Tree = { a: { b: { c: null }, d: null }, e: null, f: {} };

test("each directory comes before its content, in order", async () => {
  expect(await paths(SAMPLE)).toEqual(["/a", "/a/b", "/a/b/c", "/a/d", "/e", "/f"]);
  expect(await paths(SAMPLE, { from: "/a" })).toEqual(["/a/b", "/a/b/c", "/a/d"]);
  const enter = (directory: VolumeEntry) => directory.name !== "b";
  expect(await paths(SAMPLE, { enter })).toEqual(["/a", "/a/b", "/a/d", "/e", "/f"]);
});

test("limits are errors, and only what lies beyond them counts", async () => {
  expect((await paths(SAMPLE, { maxDepth: 3, maxEntries: 6 })).length).toBe(6);
  await expect(paths(SAMPLE, { maxEntries: 5 })).rejects.toMatchObject({
    code: "too-many-entries",
  });
  await expect(paths(SAMPLE, { maxDepth: 2 })).rejects.toMatchObject({ code: "tree-too-deep" });
});

test("a tree that contains itself ends with an error", async () => {
  const loop: Tree = { name: null };
  loop["again"] = loop;
  await expect(paths(loop)).rejects.toMatchObject({ code: "tree-too-deep" });
  loop["twice"] = loop;
  await expect(paths(loop, { maxDepth: 1000 })).rejects.toMatchObject({ code: "tree-too-deep" });
});

test("any tree is walked whole", async () => {
  const { tree } = fc.letrec<{ tree: Tree; node: Tree | null }>((tie) => ({
    tree: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie("node"), { maxKeys: 4 }),
    node: fc.oneof({ depthSize: "small" }, fc.constant(null), tie("tree")),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async (sample) => {
      const count = (one: Tree): number =>
        Object.values(one).reduce((sum, child) => sum + 1 + (child === null ? 0 : count(child)), 0);
      const found = await paths(sample);
      expect(found.length).toBe(count(sample));
      expect(new Set(found).size).toBe(found.length);
    }),
  );
});
