/** `bcd` as it is called: what it prints, what it writes, and its exit statuses. */
import { createHash } from "node:crypto";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withChanges } from "../../../src/windows/bcd/edit.ts";
import { planSet } from "../../../src/windows/bcd/plan-values.ts";
import { readStoreBytes } from "../../../src/windows/bcd/store-file.ts";
import { baseBlock } from "../../support/hive-logs.ts";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/tools.ts";
import { hiveOf, LOADER, uefiStore } from "../windows/bcd/support.ts";
import { key, made, xmlOf } from "../windows/registry/support.ts";

let store = "";
let folder = "";

beforeAll(async () => {
  await compile();
}, 300_000);

beforeEach(async () => {
  folder = await temporaryFolder();
  store = join(folder, "BCD");
  await writeFile(store, hiveOf(uefiStore()));
});

async function hash(path = store): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** With the sequence numbers of a hive whose last write wasn't finished. */
async function makeDirty(): Promise<void> {
  const bytes = await readFile(store);
  bytes.writeUInt32LE(bytes.readUInt32LE(4) + 1, 4);
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= bytes.readUInt32LE(at);
  bytes.writeUInt32LE(sum >>> 0, 508);
  await writeFile(store, bytes);
}

describe("show", () => {
  test("as bcdedit /enum lists it", async () => {
    const { status, stdout } = await lifeboat(["bcd", "show", store]);
    expect(status).toBe(0);
    expect(stdout).toContain(`Windows Boot Manager
--------------------
identifier              {bootmgr}
device                  partition={2d9b7ebd-0f16-41ef-b06a-fd6526496b24}@{dc4fadf5-0301-43b1-a92e-fa050e941b2a}
path                    \\EFI\\Microsoft\\Boot\\bootmgfw.efi
description             Windows Boot Manager
locale                  en-US
inherit                 {globalsettings}
default                 {default}
`);
    expect(stdout).toContain(`inherit                 {dbgsettings}
                        {emssettings}
                        {badmemory}
`);
    expect(stdout.match(/^-+$/gm)?.length).toBe(11);
  });

  test("one object, in Chinese, with GUIDs in full", async () => {
    const args = ["bcd", "show", store, "{default}", "--guids", "--lang", "zh"];
    const { stdout } = await lifeboat(args);
    expect(stdout).toMatch(/^Windows 启动加载器\n-{18}\n标识符 {18}\{11111111-/);
    expect(stdout).toContain("inherit                 {6efb52bf-1766-41db-a6b3-0ee5eff72bd7}");
    expect(stdout).not.toContain("{bootmgr}");
  });

  test("as JSON: values as numbers, texts, lists and devices", async () => {
    const { json } = await lifeboatJson(["bcd", "show", store, "{default}", "{bootmgr}"]);
    expect(json).toMatchObject({
      store,
      dirty: false,
      description: { KeyName: "BCD00000001", System: 1 },
      objects: [
        { name: "{bootmgr}", type: "0x10100002" },
        { id: LOADER, name: "{default}", type: "0x10200003", heading: "Windows Boot Loader" },
      ],
    });
    const [bootmgr, loader] = json["objects"] as { elements: { name: string }[] }[];
    const element = (of: typeof loader, name: string) =>
      of?.elements.find((one) => one.name === name);
    expect(element(bootmgr, "timeout")).toEqual({
      id: "25000004",
      name: "timeout",
      format: "integer",
      value: 30,
      text: ["30"],
    });
    expect(element(loader, "osdevice")).toMatchObject({
      format: "device",
      value: { kind: "partition", style: "gpt", diskGuid: "DC4FADF5-0301-43B1-A92E-FA050E941B2A" },
      bytes: expect.stringMatching(/^0{32}06000000/) as string,
    });
    expect(element(loader, "isolatedcontext")).toMatchObject({ value: true, text: ["Yes"] });
    expect(element(loader, "nx")).toMatchObject({ value: 0, text: ["OptIn"] });
    expect(element(bootmgr, "displayorder")).toMatchObject({ value: [LOADER] });
  });

  test("what is no hive, and a hive that is no store", async () => {
    const other = join(folder, "SOFTWARE");
    await writeFile(other, made(key("ROOT", { subkeys: [key("Microsoft")] })));
    const text = join(folder, "text");
    await writeFile(text, "hello");
    const asked = [
      [[text], "text is no BCD store: it is no registry hive"],
      [[other], "it has no key Objects"],
    ] as const;
    for (const [args, said] of asked) {
      const { status, stderr } = await lifeboat(["bcd", "show", ...args]);
      expect(status).toBe(2);
      expect(stderr).toContain(said);
    }
  });
});

describe("check", () => {
  test("a sound store", async () => {
    const { status, stdout } = await lifeboat(["bcd", "check", store, "--lang", "zh"]);
    expect([status, stdout]).toEqual([0, "存储完好\n"]);
  });

  test("a damaged one: exit status 4, and what mends it", async () => {
    const sound = uefiStore();
    const changes = planSet(sound, "{bootmgr}", "default", ["{ntldr}"]);
    await writeFile(store, hiveOf(withChanges(sound, changes)));
    const { status, json } = await lifeboatJson(["bcd", "check", store]);
    expect(status).toBe(4);
    expect(json).toMatchObject({
      ok: false,
      findings: [
        {
          id: "dangling-reference",
          severity: "error",
          what: "default names {default}, which the store doesn't have",
          where: "{bootmgr} default",
          fix: expect.stringContaining("bcd set <store> {bootmgr} default") as string,
        },
      ],
    });
  });

  test("a dirty one", async () => {
    await makeDirty();
    const { status, json } = await lifeboatJson(["bcd", "check", store]);
    expect(status).toBe(4);
    expect(json).toMatchObject({ findings: [{ id: "dirty-hive" }] });
  });
});

describe("set, deletevalue, add, delete", () => {
  test("what is written is what hivex and show read; the store as it was is kept", async () => {
    const before = await hash();
    const { status, json } = await lifeboatJson(["bcd", "set", store, "{bootmgr}", "timeout", "5"]);
    expect(status).toBe(0);
    expect(json).toMatchObject({
      dryRun: false,
      backup: `${store}.bak`,
      changes: [{ object: "{bootmgr}", element: "timeout", before: ["30"], after: ["5"] }],
    });
    expect(await hash(`${store}.bak`)).toBe(before);
    expect((await readdir(folder)).toSorted()).toEqual(["BCD", "BCD.bak"]);
    const [now, then] = [await readFile(store), await readFile(`${store}.bak`)];
    const values = (xml: string) =>
      xml.replaceAll(/<mtime>[^<]*<\/mtime>|<byte_runs>.*?<\/byte_runs>/g, "");
    const [after, was] = [values(await xmlOf(now)), values(await xmlOf(then))];
    expect(after).toBe(was.replace("HgAAAAAAAAA=", "BQAAAAAAAAA="));
  });

  test("a dry run shows the change and writes nothing", async () => {
    const before = await hash();
    const args = ["bcd", "set", store, "{default}", "osdevice", "boot", "--dry-run"];
    const { status, stdout } = await lifeboat(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\{default\} osdevice: partition=\{25db.* → boot\n$/);
    expect(await hash()).toBe(before);
    expect(await readdir(folder)).toEqual(["BCD"]);
  });

  test("an entry for safe mode, and away with it again", async () => {
    const copy = ["bcd", "add", store, "--copy", "{default}", "--description", "Safe mode"];
    const { json } = await lifeboatJson([...copy, "--menu", "last"]);
    const id = String(json["id"]);
    expect(await lifeboat(["bcd", "set", store, id, "safeboot", "Minimal"])).toMatchObject({
      status: 0,
    });
    expect((await lifeboat(["bcd", "deletevalue", store, id, "safeboot"])).status).toBe(0);
    expect((await lifeboat(["bcd", "delete", store, id])).status).toBe(0);
    const { json: shown } = await lifeboatJson(["bcd", "show", store, "{bootmgr}"]);
    expect(JSON.stringify(shown)).not.toContain(id);
  });

  test.each([
    [["add", "STORE", "--application", "game"], 2, "--application takes one of osloader"],
    [["delete", "STORE", "{memdiag}"], 3, "well-known"],
    [["set", "STORE", "{bootmgr}", "displayorder", "{default}", LOADER], 2, "each identifier once"],
  ])("%j is refused", async (args, expected, said) => {
    const before = await hash();
    const words = args.map((word) => (word === "STORE" ? store : word));
    const { status, stderr } = await lifeboat(["bcd", ...words]);
    expect(status).toBe(expected);
    expect(stderr).toContain(said);
    expect(await hash()).toBe(before);
  });

  test("a dry run refuses what the edit would", async () => {
    await chmod(store, 0o444);
    const dry = await lifeboat(["bcd", "set", store, "{bootmgr}", "timeout", "5", "--dry-run"]);
    expect([dry.status, dry.stderr]).toMatchObject([3, expect.stringContaining("read-only")]);
  });

  test("a type by --inherit", async () => {
    const { json } = await lifeboatJson(["bcd", "add", store, "--inherit", "osloader"]);
    const { store: read } = await readStoreBytes("BCD", await readFile(store));
    expect(read.objects.find(({ id }) => id === json["id"])?.type).toBe(0x20200003);
  });

  test("a dirty store isn't edited, and says what to do", async () => {
    await makeDirty();
    const before = await hash();
    const { status, stderr } = await lifeboat(["bcd", "set", store, "{bootmgr}", "timeout", "5"]);
    expect(status).toBe(3);
    expect(stderr).toContain("bcd export");
    expect(await hash()).toBe(before);
  });
});

describe("export", () => {
  test("the same tree to hivex; a file that is there stays", async () => {
    const fresh = join(folder, "fresh");
    const { status, json } = await lifeboatJson(["bcd", "export", store, fresh]);
    expect(status).toBe(0);
    expect(json).toEqual({
      file: fresh,
      bytes: (await stat(fresh)).size,
      objects: 11,
      recovered: false,
    });
    expect(await xmlOf(await readFile(fresh))).toBe(await xmlOf(await readFile(store)));
    const again = await lifeboat(["bcd", "export", store, fresh]);
    expect(again.status).toBe(3);
    expect(again.stderr).toContain("is there already");
    expect((await readdir(folder)).toSorted()).toEqual(["BCD", "fresh"]);
  });

  test("it is one write later than the store, and the old logs are spoken of", async () => {
    const fresh = join(folder, "fresh");
    const bytes = await readFile(store);
    baseBlock(bytes, { primary: 41, secondary: 41 }).copy(bytes);
    await writeFile(store, bytes);
    const { stdout } = await lifeboat(["bcd", "export", store, fresh]);
    expect(stdout).toContain("delete the BCD.LOG, BCD.LOG1 and BCD.LOG2");
    const written = await readFile(fresh);
    expect([written.readUInt32LE(4), written.readUInt32LE(8)]).toEqual([42, 42]);
  });

  test("where it can't be written, the hint is of the export and nothing is left", async () => {
    const { status, stderr } = await lifeboat(["bcd", "export", store, join(folder, "no", "x")]);
    expect(status).toBe(1);
    expect(stderr).toContain("No file was left there");
    expect(await readdir(folder)).toEqual(["BCD"]);
  });

  test("a dirty store comes out clean, with a warning", async () => {
    await makeDirty();
    const fresh = join(folder, "fresh");
    const { status, stderr } = await lifeboat(["bcd", "export", store, fresh]);
    expect(status).toBe(0);
    expect(stderr).toContain("not closed properly");
    const { hive, store: read } = await readStoreBytes("BCD", await readFile(fresh));
    expect([hive.dirty, read.objects.length]).toEqual([false, 11]);
  });
});
