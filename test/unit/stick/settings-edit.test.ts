/** Changing single settings in a file that somebody wrote: the rest of it stays, and what would be a mistake isn't written. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashPassword } from "../../../src/menu/password.ts";
import { settingsChanges } from "../../../src/stick/settings/changes.ts";
import type { SettingEdit } from "../../../src/stick/settings/edit.ts";
import { withEdits, withTitle } from "../../../src/stick/settings/edit.ts";
import { exampleSettings } from "../../../src/stick/settings/file.ts";
import { parseSettings } from "../../../src/stick/settings/read.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 200);
const HASH = await hashPassword("x", 1000);

async function settingsIn(text: string) {
  const { settings, mistakes } = await parseSettings(Buffer.from(text));
  expect(mistakes).toEqual([]);
  return settings ?? {};
}

const comments = (text: string) => (text.match(/#.*$/gm) ?? []).map((one) => one.trimEnd());

const OWN = `# mine
menu:
  # the boss wanted ten
  timeout: 10 # seconds
  sort: name
#hide: [/private]   # not now
users: {123: ${HASH}}
superusers: ["123"]
# the end
`;

describe("edits", () => {
  test("a value changes, and every comment and other line stays", async () => {
    const changed = await withEdits(OWN, [{ path: ["menu", "timeout"], value: 30 }]);
    expect(changed.split("\n").filter(Boolean)).toEqual(
      OWN.replace("timeout: 10", "timeout: 30").split("\n").filter(Boolean),
    );
  });

  test("what is taken out leaves the comments above it", async () => {
    const changed = await withEdits(OWN, [
      { path: ["users", "123"], value: undefined },
      { path: ["superusers"], value: undefined },
    ]);
    expect(comments(changed)).toEqual(comments(OWN));
    expect(await settingsIn(changed)).toEqual({ menu: { timeout: 10, sort: "name" } });
  });

  test("of a file of comments alone, every language's example, all stays, there and back", async () => {
    for (const language of ["en", "zh"] as const) {
      const example = await exampleSettings(language);
      const changed = await withEdits(example, [{ path: ["menu", "timeout"], value: 5 }]);
      expect(changed.startsWith(example.trimEnd())).toBe(true);
      expect(await settingsIn(changed)).toEqual({ menu: { timeout: 5 } });
      const back = await withEdits(changed, [{ path: ["menu", "timeout"], value: undefined }]);
      expect(back.trimEnd()).toBe(example.trimEnd());
    }
  });

  test("items of a list that stay keep their comments", async () => {
    const text = "hide:\n  - /a  # one\n  - /b  # two\n";
    const changed = await withEdits(text, [{ path: ["hide"], value: ["/b", "/c"] }]);
    expect(changed).toBe("hide:\n  - /b # two\n  - /c\n");
  });

  test("a file that Notepad wrote keeps its line ends", async () => {
    const text = "\uFEFF# eigen\r\nmenu:\r\n  timeout: 5 # s\r\n  # why\r\n  sort: name\r\n";
    const changed = await withEdits(text, [{ path: ["menu", "timeout"], value: 6 }]);
    expect(changed.replace("\uFEFF", "")).toBe(text.slice(1).replace("5", "6"));
  });

  test("groups that are empty then are taken out as well", async () => {
    const text = await withTitle("", "/a b/中.iso", "T");
    expect(await settingsIn(text)).toEqual({ images: { "/a b/中.iso": { title: "T" } } });
    expect(await settingsIn(await withTitle(text, "/a b/中.iso", undefined))).toEqual({});
  });

  test.each([
    ["menu:\n  timeout: x\n", [], "lifeboat/stick.yaml:2: menu › timeout must be a number"],
    ["", [{ path: ["menu", "timeout"], value: 0 }], "from 1 to 3600"],
    ["", [{ path: ["images", "/a", "inject"], value: ["x"] }], "a path begins with /"],
    [OWN, [{ path: ["users", "123"], value: undefined }], 'there is no user "123"'],
    [
      "images:\n  /a: &x {hide: true}\n  /b: *x\n",
      [{ path: ["images", "/b", "title"], value: "T" }],
      "images › /b › title can't be changed by itself",
    ],
    [
      "images:\n  /a: &x {hide: true}\n  /b: *x\n",
      [{ path: ["images", "/a"], value: undefined }],
      "images › /a can't be changed by itself",
    ],
  ] as [string, SettingEdit[], string][])("%j, %j is refused", async (text, edits, wanted) => {
    await expect(withEdits(text, edits)).rejects.toThrow(wanted);
  });

  test("any edits come to what they say, whatever order they come in, and lose no comment above a key", async () => {
    const name = fc.constantFrom("/a.iso", "/b b.iso", "*中*", "x: y", "#no", "null", "-");
    const edit: fc.Arbitrary<SettingEdit> = fc.oneof(
      fc.record({
        path: fc.constant(["menu", "timeout"]),
        value: fc.option(fc.integer({ min: 1, max: 3600 }), { nil: undefined }),
      }),
      fc.record({
        path: fc.constant(["hide"]),
        value: fc.option(fc.array(name, { minLength: 1, maxLength: 4 }), { nil: undefined }),
      }),
      fc.record({
        path: name.map((one) => ["images", one, "title"]),
        value: fc.option(fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }), {
          nil: undefined,
        }),
      }),
      fc.record({
        path: name.map((one) => ["folders", one, "title"]),
        value: fc.option(name, { nil: undefined }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 12 }), async (edits) => {
        let text = OWN;
        const wanted = new Map<string, unknown>();
        for (const one of edits) {
          text = await withEdits(text, [one]);
          wanted.set(JSON.stringify(one.path), one.value);
        }
        const settings = await settingsIn(text);
        for (const [path, value] of wanted) {
          const found = (JSON.parse(path) as string[]).reduce<unknown>(
            (at, key) => (at as Record<string, unknown> | undefined)?.[key],
            settings,
          );
          expect(found).toEqual(value);
        }
        expect(settings.users).toEqual({ 123: HASH });
        // The comment behind a value goes with it.
        const stay = comments(OWN).filter((comment) => comment !== "# seconds");
        expect(comments(text)).toEqual(expect.arrayContaining(stay));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("changes", () => {
  test("each is a line with its key; a password is never said", async () => {
    const after = await withEdits(OWN, [
      { path: ["menu", "timeout"], value: 30 },
      { path: ["menu", "sort"], value: undefined },
      { path: ["hide"], value: ["/a", "*.old"] },
      { path: ["users", "123"], value: await hashPassword("y", 1000) },
      { path: ["users", "bench"], value: HASH },
    ]);
    const changes = settingsChanges(await settingsIn(OWN), await settingsIn(after));
    expect(changes.map(({ kind, text }) => `${kind} ${text.en}`)).toEqual([
      "changed menu › timeout: 10 → 30",
      "removed menu › sort: name",
      "changed users › 123: another password",
      "added users › bench: with a password",
      "added hide: [/a, *.old]",
    ]);
    expect(changes[2]?.text.zh).toMatch(/\p{Script=Han}/u);
  });

  test("none where nothing differs", async () => {
    const settings = await settingsIn(OWN);
    expect(settingsChanges(settings, structuredClone(settings))).toEqual([]);
  });
});
