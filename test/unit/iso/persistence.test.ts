/** Which families keep their changes: the label and content of their file system, and the arguments of their entry. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { inspectIso, loadRecipes } from "../../../src/iso/index.ts";
import { withOwnRecipes } from "../../../src/iso/recipes/load.ts";
import { buildFixture, describeEntry, loadFixtures } from "../../support/iso-fixtures.ts";

const set = await loadRecipes(fileURLToPath(new URL("../../../grub/recipes", import.meta.url)));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lifeboat-persistence-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function reportOf(id: string) {
  const fixture = (await loadFixtures()).find((one) => one.id === id);
  if (fixture === undefined) throw new Error(`no fixture ${id}`);
  const range = await openFile(await buildFixture(fixture, folder));
  try {
    return await inspectIso(range, "fixture.iso", set);
  } finally {
    await range.close();
  }
}

test.each([
  [
    "debian-live",
    { label: "persistence", files: { "/persistence.conf": "/ union\n" }, folders: [] },
    "boot=live components quiet splash live-media=/dev/mapper/lifeboat persistence",
  ],
  ["kali", { label: "persistence", files: { "/persistence.conf": "/ union\n" } }, / persistence$/],
  ["ubuntu", { label: "casper-rw", files: {}, folders: [] }, / persistent ---/],
  [
    "fedora-live",
    { label: "lifeboat-live", folders: ["/overlayfs", "/ovlwork"] },
    / rd\.live\.overlay=\/dev\/mapper\/lifeboat-persistence:\/overlayfs$/,
  ],
  ["arch", { label: "lifeboat-cow" }, / cow_device=\/dev\/mapper\/lifeboat-persistence$/],
  ["systemrescue", { label: "lifeboat-cow" }, / cow_device=\/dev\/mapper\/lifeboat-persistence$/],
] as const)("%s", async (family, content, args) => {
  const { entries, persistence } = await reportOf(family);
  expect(persistence).toMatchObject(content);
  const [entry] = persistence?.entries ?? [];
  const [first] = entries;
  if (entry?.method.kind !== "linux" || first?.method.kind !== "linux") throw new Error("no entry");
  // The image's own first entry, but for title and arguments.
  expect(entry.title).toBe(`${first.title} (with persistence)`);
  expect({ ...entry.method, args: "" }).toEqual({ ...first.method, args: "" });
  if (typeof args === "string") expect(entry.method.args).toBe(args);
  else expect(entry.method.args).toMatch(args);
  expect(entries.map(describeEntry)).not.toContain(describeEntry(entry));
});

test.each(["opensuse-live", "memtest86+", "debian-netboot", "slax"])("%s: none", async (family) => {
  expect((await reportOf(family)).persistence).toBeUndefined();
});

test("a label that no ext4 can have is a mistake of the recipe", async () => {
  const text = [
    "family: x",
    "name: X",
    "detect:",
    "  - exists: [/x]",
    "persistence:",
    "  label: more-than-sixteen-letters",
  ].join("\n");
  const { mistakes } = await withOwnRecipes({ sources: [] }, [{ name: "x.yaml", text }]);
  expect(mistakes).toMatchObject([{ file: "x.yaml", line: 6 }]);
});
