/** Folders as submenus, the order of names, the entry that starts by itself, passwords: through GRUB's own parser. */
import * as fc from "fast-check";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareNames } from "../../../src/menu/compare.ts";
import { findDefault } from "../../../src/menu/default-entry.ts";
import type { FolderItem } from "../../../src/menu/folders.ts";
import { nestInFolders } from "../../../src/menu/folders.ts";
import type { MenuEntry, MenuNode } from "../../../src/menu/model.ts";
import { ALL_FIRMWARE, placeEntries } from "../../../src/menu/model.ts";
import { renderMenu } from "../../../src/menu/render.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 300);

function entry(title: string, extra: Partial<MenuEntry> = {}): MenuEntry {
  return { kind: "entry", title, firmware: ALL_FIRMWARE, script: ["true"], mark: title, ...extra };
}

function item(path: string, rank?: number): FolderItem {
  const names = path.split("/").slice(1, -1);
  const folders = names.map((title, index) => {
    return { path: `/${names.slice(0, index + 1).join("/")}`, title };
  });
  const nodes = [entry(path.slice(path.lastIndexOf("/") + 1), { mark: path })];
  return { folders, nodes, ...(rank === undefined ? {} : { rank }) };
}

/** `folder(a, b)`. */
function outline(nodes: readonly MenuNode[]): string {
  const one = (node: MenuNode) =>
    node.kind !== "submenu" ? node.title : `${node.title}(${outline(node.children)})`;
  return nodes.map(one).join(", ");
}

const nested = (...items: FolderItem[]) => outline(nestInFolders(items));

describe("folders", () => {
  test("come first, by their names; what lies in them keeps its order", () => {
    const items = ["/z.iso", "/b10/y.iso", "/b9/x.iso", "/b9/deep/w.iso", "/a.iso"];
    expect(nested(...items.map((path) => item(path)))).toBe(
      "b9(deep(w.iso), x.iso), b10(y.iso), z.iso, a.iso",
    );
  });

  test("one that holds everything is no submenu, unless the settings speak of it", () => {
    const items = [item("/iso/linux/a.iso"), item("/iso/b.iso")];
    expect(nested(...items)).toBe("linux(a.iso), b.iso");
    expect(nested(item("/iso/linux/a.iso"))).toBe("a.iso");
    const named = items.map((one) => ({
      ...one,
      folders: one.folders.map((folder, index) => ({ ...folder, named: index === 0 })),
    }));
    expect(nested(...named)).toBe("iso(linux(a.iso), b.iso)");
  });

  test("a rank brings an item to the front, and its folder with it", () => {
    const items = [item("/a/1.iso"), item("/b/2.iso", 1), item("/3.iso", 0), item("/4.iso")];
    expect(nested(...items)).toBe("3.iso, b(2.iso), a(1.iso), 4.iso");
  });

  test("one with nothing to show isn't there", () => {
    const empty = { ...item("/a/1.iso"), nodes: [] };
    expect(nested(empty, item("/2.iso"))).toBe("2.iso");
    expect(nestInFolders([])).toEqual([]);
  });
});

test("names are in an order that is one: numbers as numbers, whatever the case", () => {
  const sorted = ["b", "A10", "a9", "a09", "", "a", "ä", "a10b"].toSorted(compareNames);
  expect(sorted).toEqual(["", "a", "a09", "a9", "A10", "a10b", "b", "ä"]);
  const name = fc.string({ unit: fc.constantFrom("a", "B", "0", "1", "9", "-", "救") });
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(compareNames(a, b)) + Math.sign(compareNames(b, a))).toBe(0);
      expect(compareNames(a, b) === 0).toBe(a === b);
      if (compareNames(a, b) <= 0 && compareNames(b, c) <= 0) {
        expect(compareNames(a, c)).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: RUNS },
  );
});

/** The positions that GRUB comes to when it follows the ids of `default` on that firmware. */
function follow(nodes: readonly MenuNode[], firmware: "bios" | "x64", wanted: string, as?: string) {
  const found = findDefault(nodes, {
    mark: (mark) => mark === wanted,
    ...(as === undefined ? {} : { entry: as }),
  });
  if (found === undefined) return undefined;
  let level = nodes;
  const titles: string[] = [];
  for (const id of found.value.split(">")) {
    const placed = new Set(placeEntries(level, firmware).map(({ positions }) => positions[0] ?? 0));
    const shown = level.filter((node) => placeEntries([node], firmware).length > 0);
    expect(shown).toHaveLength(placed.size);
    const node = shown.find((one) => found.ids.get(one) === id);
    if (node === undefined) return undefined;
    titles.push(node.title);
    level = node.kind === "submenu" ? node.children : [];
  }
  return titles.join(" › ");
}

describe("the default entry", () => {
  const nodes: MenuNode[] = [
    {
      kind: "submenu",
      title: "folder",
      children: [
        {
          kind: "submenu",
          title: "iso",
          mark: "/a.iso",
          children: [entry("bios only", { firmware: ["bios"] }), entry("live"), entry("safe mode")],
        },
      ],
    },
    entry("on a BIOS", { firmware: ["bios"], mark: "computer" }),
    entry("elsewhere", { firmware: ["x64", "ia32"], mark: "computer" }),
  ];

  test.each([
    ["/a.iso", undefined, "bios", "folder › iso › bios only"],
    ["/a.iso", undefined, "x64", "folder › iso › live"],
    ["/a.iso", "SAFE*", "x64", "folder › iso › safe mode"],
    ["/a.iso", "nothing", "x64", undefined],
    ["computer", undefined, "bios", "on a BIOS"],
    ["computer", undefined, "x64", "elsewhere"],
    ["/b.iso", undefined, "x64", undefined],
  ] as const)("%s, %s on %s is %s", (mark, as, firmware, wanted) => {
    expect(follow(nodes, firmware, mark, as)).toBe(wanted);
  });

  test("is named in the menu, in each menu on the way", async () => {
    const defaultEntry = findDefault(nodes, { mark: (mark) => mark === "/a.iso" });
    const menu = renderMenu(nodes, {
      language: "en",
      timeoutSeconds: 7,
      ...(defaultEntry && { defaultEntry }),
    });
    await parsed(menu);
    expect(menu).toContain("set default='lifeboat-0>lifeboat-1>lifeboat-2'\nset timeout=7\n");
    expect(menu).toContain("submenu folder --id lifeboat-0 {");
    expect(menu).toContain("submenu iso --id lifeboat-1 {");
    expect(menu).toContain("menuentry live --id lifeboat-2 {");
    expect(menu).not.toContain("restricted");
  });
});

async function parsed(menu: string): Promise<void> {
  const path = join(await temporaryFolder(), "menu.cfg");
  await writeFile(path, menu);
  await judge("grub-script-check", [path]);
}

test("passwords: superusers are known to submenus too, and every entry says who may open it", async () => {
  const inner: MenuNode = { kind: "submenu", title: "more", children: [entry("b")], users: ["u"] };
  const menu = renderMenu([entry("a"), inner, entry("c", { users: ["u", "v"] })], {
    language: "en",
    passwords: { users: { root: "grub.x", u: "grub.y" }, superusers: ["root"], menuUsers: ["u"] },
  });
  await parsed(menu);
  expect(menu).toContain("password_pbkdf2 root grub.x\npassword_pbkdf2 u grub.y\n");
  expect(menu).toContain("set superusers=root\nexport superusers\nuntil authenticate u; do");
  expect(menu).toContain("menuentry a --unrestricted {");
  expect(menu).toContain("submenu more --users u {");
  expect(menu).toContain("menuentry b --unrestricted {");
  expect(menu).toContain("menuentry c --users 'u v' {");
});

test("GRUB's parser takes folders and titles with anything in them", async () => {
  const hostile = fc.string({
    minLength: 1,
    unit: fc.constantFrom(...Array.from("'\"\\${};|&<>()[]!#`~ \n-救abc")),
  });
  const samples = fc.sample(fc.tuple(hostile, hostile, hostile), RUNS);
  const items = samples.map(([folder, name, user]): FolderItem => ({
    folders: [{ path: folder, title: folder, users: [user] }],
    nodes: [entry(name, { users: [name] })],
  }));
  const nodes = nestInFolders(items);
  expect(placeEntries(nodes, "x64")).toHaveLength(samples.length);
  const users = Object.fromEntries(samples.map(([, name, user]) => [user, name]));
  const menu = renderMenu(nodes, { language: "zh", passwords: { users, superusers: ["a'b"] } });
  await parsed(menu);
});
