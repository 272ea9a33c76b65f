/** The rules of a sync: which files are taken, and mistakes in them by file and line. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SyncAction } from "../../../src/stick/sync/action.ts";
import { layRoom } from "../../../src/stick/sync/room.ts";
import { parseRules } from "../../../src/stick/sync/rules.ts";
import { selectFiles } from "../../../src/stick/sync/select.ts";
import { isSafePath } from "../../../src/stick/sync/source.ts";
import { packageRoot } from "../../../src/system/places.ts";

const rules = (text: string) => parseRules({ bytes: Buffer.from(text), where: "/isos/r.yaml" });

const taken = (text: string, paths: string[], times: Readonly<Record<string, string>> = {}) => {
  const files = paths.map((path) => {
    const time = times[path];
    return {
      path,
      sizeBytes: 1,
      sums: [],
      ...(time !== undefined && { modified: new Date(time) }),
    };
  });
  return selectFiles(files, rules(text)).map(({ path }) => path);
};

function mistakeOf(text: string): { code: string; en: string; zh: string } {
  try {
    rules(text);
  } catch (error) {
    const { code, text: said } = error as { code: string; text: { en: string; zh: string } };
    return { code, ...said };
  }
  throw new Error("no mistake");
}

describe("which files are taken", () => {
  test("without rules: what the menu starts, but nothing hidden", () => {
    const paths = ["a.iso", "sub/b.IMG", "c.txt", "SHA256SUMS", ".d.iso", ".x/e.iso", "._f.iso"];
    expect(taken("", paths)).toEqual(["a.iso", "sub/b.IMG"]);
    expect(taken("# comments only\n", ["$RECYCLE.BIN/a.iso"])).toEqual([]);
  });

  test("include and exclude, by name, by folder and by path", () => {
    const paths = ["old/a.iso", "linux/a.iso", "linux/b.iso", "tools/x.zip", "lifeboat-sync.yaml"];
    expect(taken("include: [linux]", paths)).toEqual(["linux/a.iso", "linux/b.iso"]);
    expect(taken("include: ['*']\nexclude: [old, /linux/b*]", paths)).toEqual([
      "linux/a.iso",
      "tools/x.zip",
    ]);
  });

  test("the newest of a family, by the numbers in its names or by time", () => {
    const paths = [
      "debian-9.iso",
      "debian-10.iso",
      "debian-12.1.iso",
      "x/debian-12.10.iso",
      "u.iso",
    ];
    expect(taken("keep: [{files: 'debian-*.iso', newest: 2}]", paths)).toEqual([
      "debian-12.1.iso",
      "u.iso",
      "x/debian-12.10.iso",
    ]);
    expect(
      taken("keep: [{files: 'debian-*.iso', newest: 1, by: time}]", paths, {
        "debian-9.iso": "2026-01-01",
        "debian-10.iso": "2025-01-01",
      }),
    ).toEqual(["debian-9.iso", "u.iso"]);
  });
});

describe("mistakes are told by file and line", () => {
  test.each([
    ["include: [a]\n\nexlude: [b]\n", /^\/isos\/r\.yaml:3: there is no setting "exlude" here$/],
    ["to: /\nremove: always\n", /^\/isos\/r\.yaml:2: remove must be one of retired, never$/],
    ["to: /a/../b\n", /:1: to: this must be a folder of the stick/],
    ["to: /LifeBoat/x\n", /:1: to: this must be a folder of the stick/],
    ["keep:\n  - files: a\n    newest: 0\n", /:3: keep › 0 › newest: .*from 1 to 1000/],
    ["keep:\n  - files: a\n    newest: 1.5\n", /:3: keep › 0 › newest: .*from 1 to 1000/],
    ["include: linux\n", /:1: include must be a list/],
    ["include: [/]\n", /:1: include › 0: this must be a path or a name/],
    ["a: [\n", /:\d+: this is not YAML/],
    ["- a\n", /:1: lifeboat-sync\.yaml must be a group of settings/],
  ])("%j", (text, expected) => {
    const { code, en, zh } = mistakeOf(text);
    expect(code).toBe("sync-rules");
    expect(en).toMatch(expected);
    expect(zh).toMatch(/^\/isos\/r\.yaml:\d+: .*[\u4e00-\u9fff]/);
  });

  test("all of them at once", () => {
    expect(mistakeOf("remove: x\nto: y\n").en.split("; ")).toHaveLength(2);
  });

  test("a file that isn't text", () => {
    expect(() => parseRules({ bytes: Buffer.from([0xff, 0xfe, 0]), where: "r.yaml" })).toThrow(
      /r\.yaml: it is not UTF-8 text/,
    );
  });

  test("the example in the documentation is right, and says the defaults", async () => {
    const page = await readFile(join(packageRoot(), "docs", "sync.md"), "utf8");
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    expect(rules(example)).toMatchObject({ to: "/isos", keep: [{ newest: 2, by: "name" }] });
    const uncommented = example.replaceAll(/^# (?=[a-z]+:)/gm, "");
    expect(rules(uncommented)).toMatchObject({ name: "shop", remove: "never" });
  });
});

test("paths that could lead elsewhere are none", () => {
  const bad = [
    "",
    "/a",
    "a/",
    "a//b",
    "../a",
    "a/../b",
    "./a",
    "C:a",
    "c:/a",
    "a\\b",
    "a\nb",
    "a\u0085",
  ];
  for (const path of [...bad, "\ud800", "x".repeat(2000), "a/".repeat(40) + "a"]) {
    expect(isSafePath(path), JSON.stringify(path)).toBe(false);
  }
  for (const path of ["a", "..a/b..", "深/空 (x).iso", "ab:c"]) expect(isSafePath(path)).toBe(true);
});

test("with room for it, no step needs more than there is, and nothing is lost for nothing", () => {
  const action = fc.record({
    action: fc.constantFrom("add", "replace", "remove", "keep"),
    sizeBytes: fc.nat(50),
    oldBytes: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), fc.nat(150), (some, freeBytes) => {
      const all = some.map(({ oldBytes, ...one }, index) => ({
        ...one,
        ...(one.action === "replace" && { oldBytes }),
        path: `/${index}`,
        reason: "new",
        why: { en: "", zh: "" },
      })) as SyncAction[];
      const room = layRoom(all, { freeBytes, allocationUnitBytes: 1 });
      expect(room.actions.map(({ path }) => path).toSorted()).toEqual(
        all.map(({ path }) => path).toSorted(),
      );
      let free = freeBytes;
      let least = free;
      for (const one of room.actions) {
        const { sizeBytes, oldBytes = 0 } = one;
        if (one.action === "remove") free += sizeBytes;
        if (one.action !== "add" && one.action !== "replace") continue;
        if (one.oldFirst) free += oldBytes;
        free -= sizeBytes;
        least = Math.min(least, free);
        if (!one.oldFirst) free += oldBytes;
      }
      expect(free).toBe(room.freeAfter);
      expect(least < 0).toBe(room.missingBytes > 0);
    }),
  );
});
