/** Edits of a store's file: what isn't changed keeps its bytes, and whatever is cut short, the old store or the new one is there. */
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withChanges } from "../../../../src/windows/bcd/edit.ts";
import type { StoreChange } from "../../../../src/windows/bcd/edit.ts";
import { editedBytes, editStore, plannedBytes } from "../../../../src/windows/bcd/in-place.ts";
import { OBJECT } from "../../../../src/windows/bcd/object-id.ts";
import { planAdd, planDelete } from "../../../../src/windows/bcd/plan-objects.ts";
import { planSet } from "../../../../src/windows/bcd/plan-values.ts";
import { storeTree } from "../../../../src/windows/bcd/store.ts";
import type { BcdStore } from "../../../../src/windows/bcd/store.ts";
import {
  openStore,
  readStoreBytes,
  serialiseStore,
} from "../../../../src/windows/bcd/store-file.ts";
import type { RegistryKey } from "../../../../src/windows/registry/index.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { hasSamples, key, sampleStore, sampleStores, treeOf, xmlOf } from "../registry/support.ts";
import { checkLayout } from "../../../support/hive-layout.ts";
import { hiveOf, LOADER, uefiStore } from "./support.ts";

const NOW = new Date("2026-12-01T00:00:00Z");
const GUID = "AAAAAAAA-0000-4000-8000-000000000000";

/** hivexml's view without times and places. */
async function plainXml(hive: Buffer): Promise<string> {
  const xml = await xmlOf(hive);
  return xml.replaceAll(/<mtime>[^<]*<\/mtime>|<byte_runs>.*?<\/byte_runs>/gs, "");
}

/** Without times, and in the order in which hives keep them. */
function contentOf(tree: RegistryKey, path = ""): string {
  const { name, values, subkeys } = tree;
  const here = `${path}\\${name}`;
  const own = values.map((one) => `${here} ${one.name} ${one.type} ${one.data.toString("hex")}`);
  const below = subkeys.map((key) => contentOf(key, here)).toSorted();
  return [here, ...own, ...below].join("\n");
}

/** Edits in place: the same tree as the same store written anew, and a sound hive. */
async function edited(bytes: Buffer, plan: (store: BcdStore) => StoreChange[]): Promise<Buffer> {
  const file = await readStoreBytes("BCD", bytes);
  const changes = plan(file.store);
  const later = await editedBytes(file, changes, NOW);
  const wanted = storeTree(withChanges(file.store, changes));
  expect(contentOf(await treeOf(later))).toBe(contentOf(wanted));
  checkLayout(later);
  return later;
}

function differences(one: Buffer, other: Buffer): number {
  expect(other.length).toBe(one.length);
  let count = 0;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) count++;
  return count;
}

/** Of each kind one, unless there is time for all. */
const SOME = ["italuH-GRUB4DOS-boot-bcd", "jclab-template-BCD"];
const stores = sampleStores.filter(
  (name) => process.env["LIFEBOAT_FUZZ"] !== undefined || SOME.includes(name),
);

describe.skipIf(!hasSamples)("real stores", () => {
  test.each(stores)("%s: a title, a copy, an entry gone", async (name) => {
    const bytes = await sampleStore(name);
    const { store } = await readStoreBytes(name, bytes);
    if (!store.objects.some(({ id }) => id === OBJECT.bootmgr)) {
      await edited(bytes, (one) => planAdd(one, { identifier: "{bootmgr}" }, () => GUID).changes);
      return;
    }
    const timed = await edited(bytes, (one) => planSet(one, "{bootmgr}", "timeout", ["7"]));
    const wanted = {
      copy: "{bootmgr}",
      type: 0x10200003,
      description: "A copy",
      menu: "last",
    } as const;
    const grown = await edited(timed, (one) => planAdd(one, wanted, () => GUID).changes);
    const id = `{${GUID.toLowerCase()}}`;
    const gone = await edited(grown, (one) => planDelete(one, id, false));
    const { store: grownStore, hive } = await readStoreBytes(name, grown);
    expect(await plainXml(grown)).toBe(await plainXml(serialiseStore(storeTree(grownStore), hive)));
    expect(contentOf(await treeOf(gone))).toBe(contentOf(await treeOf(timed)));
  });

  test("a number changes a few bytes, and no others", async () => {
    const bytes = await sampleStore("regipy-BCD");
    const later = await edited(bytes, (one) => planSet(one, "{bootmgr}", "timeout", ["7"]));
    // The number, its key's time, and the base block's sequence numbers, time and checksum with the first bin's time.
    expect(differences(bytes, later)).toBeLessThan(1 + 8 + 8 + 8 + 8 + 4);
  });
});

test("what is as it should be isn't written", async () => {
  const path = join(await temporaryFolder(), "BCD");
  await writeFile(path, hiveOf(uefiStore()));
  const { mtimeMs } = await stat(path);
  const file = await openStore(path);
  expect(
    await editStore(file, planSet(file.store, "{bootmgr}", "timeout", ["30"]), NOW),
  ).toBeUndefined();
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
  expect(await readdir(join(path, ".."))).toEqual(["BCD"]);
});

test("the new file has the old one's permissions; the old one is beside it", async () => {
  const path = join(await temporaryFolder(), "BCD");
  const before = hiveOf(uefiStore());
  await writeFile(path, before);
  await chmod(path, 0o600);
  const file = await openStore(path);
  const backup = await editStore(file, planSet(file.store, "{default}", "nx", ["OptOut"]), NOW);
  expect(backup).toBe(`${path}.bak`);
  expect((await readFile(`${path}.bak`)).equals(before)).toBe(true);
  for (const one of [path, `${path}.bak`]) expect((await stat(one)).mode & 0o777).toBe(0o600);
});

test("files of the user beside the store stay, and each edit keeps what it found", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "BCD");
  const before = hiveOf(uefiStore());
  await writeFile(path, before);
  const others = ["BCD.new", "BCD.bak.new", "BCD.bak"];
  for (const name of others) await writeFile(join(folder, name), "the user's");
  const states: Buffer[] = [];
  for (const [seconds, backup] of [
    ["5", "BCD.bak2"],
    ["6", "BCD.bak3"],
  ] as const) {
    const file = await openStore(path);
    states.push(file.bytes);
    const changes = planSet(file.store, "{bootmgr}", "timeout", [seconds]);
    expect(await editStore(file, changes, NOW)).toBe(join(folder, backup));
  }
  for (const name of others) expect(await readFile(join(folder, name), "utf8")).toBe("the user's");
  expect((await readFile(`${path}.bak2`)).equals(before)).toBe(true);
  expect((await readFile(`${path}.bak3`)).equals(states[1] ?? before)).toBe(true);
  expect(states[1]?.equals(before)).toBe(false);
  const all = ["BCD", "BCD.bak2", "BCD.bak3", ...others];
  expect((await readdir(folder)).toSorted()).toEqual(all.toSorted());
});

test("a store that nobody may write isn't replaced, and a dry run says so", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "BCD");
  const before = hiveOf(uefiStore());
  await writeFile(path, before);
  await chmod(path, 0o444);
  const file = await openStore(path);
  const changes = planSet(file.store, "{bootmgr}", "timeout", ["5"]);
  const refused = { code: "bcd-read-only", kind: "refused" };
  await expect(plannedBytes(file, changes, NOW)).rejects.toMatchObject(refused);
  await expect(editStore(file, changes, NOW)).rejects.toMatchObject(refused);
  expect((await readFile(path)).equals(before)).toBe(true);
  expect(await readdir(folder)).toEqual(["BCD"]);
});

test("a link to the store stays a link", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "BCD");
  await writeFile(path, hiveOf(uefiStore()));
  await symlink("BCD", join(folder, "link"));
  const file = await openStore(join(folder, "link"));
  const backup = await editStore(file, planSet(file.store, "{bootmgr}", "timeout", ["5"]), NOW);
  expect(backup).toBe(`${path}.bak`);
  expect((await readFile(path)).equals(file.bytes)).toBe(false);
  expect((await readdir(folder)).toSorted()).toEqual(["BCD", "BCD.bak", "link"]);
  expect(await readlink(join(folder, "link"))).toBe("BCD");
});

test("where the new file can't take the store's place, nothing is left beside it", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "BCD");
  await writeFile(path, hiveOf(uefiStore()));
  const file = await openStore(path);
  // A folder that isn't empty stands in the way, whoever runs the test.
  await rm(path);
  await mkdir(join(path, "x"), { recursive: true });
  const changes = planSet(file.store, "{default}", "nx", ["OptOut"]);
  await expect(editStore(file, changes, NOW)).rejects.toMatchObject({ code: "bcd-write-failed" });
  expect(await readdir(folder)).toEqual(["BCD"]);
});

test("a hive that would not say what was asked for is refused", async () => {
  // The object is there twice: an edit reaches one of them.
  const tree = storeTree(uefiStore());
  const twin = (name: string) => key(name, { subkeys: [key("Elements")] });
  const objects = tree.subkeys.find(({ name }) => name === "Objects");
  objects?.subkeys.push(twin("{22222222-2222-4333-8444-555555555555}"));
  const bytes = serialiseStore(tree);
  // serialiseHive makes no twins; their name in the file does.
  const at = bytes.indexOf("{22222222-2222-4333-8444-555555555555}");
  bytes.write(LOADER, at, "latin1");
  const file = await readStoreBytes("BCD", bytes);
  expect(file.store.objects.filter(({ id }) => id === LOADER).length).toBe(2);
  const changes = planSet(file.store, LOADER, "description", ["x"]);
  const failed = { code: "bcd-edit-failed" };
  await expect(editedBytes(file, changes, NOW)).rejects.toMatchObject(failed);
  expect((await treeOf(bytes)).subkeys.length).toBe(2);
});
