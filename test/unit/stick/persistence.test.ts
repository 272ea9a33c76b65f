/** Persistence files on every file system: made, in the menu, found again, given up; and what can't be done. */
import { open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { rangeOfExtents } from "../../../src/block/concatenation.ts";
import { addFiles, removeFiles } from "../../../src/stick/add.ts";
import { rangeOf } from "../../../src/stick/data/volume.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import { createPersistence, removePersistence } from "../../../src/stick/persistence/create.ts";
import { listPersistence } from "../../../src/stick/persistence/list.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { openData } from "../../../src/stick/stick.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { run } from "../../../src/system/run.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const SIZE = 80 * MIB;
const PATH = "/lifeboat/persistence/debian-live.iso.img";

let folder = "";
let tools: RefreshTools;
const isos: Record<string, string> = {};

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  for (const id of ["debian-live", "ubuntu", "fedora-live", "slax"]) {
    isos[id] = await fixtureIso(id, folder);
  }
});

const create = async (image: string, name: string, sizeBytes = SIZE, label?: string) =>
  withStick(image, async (stick) => {
    const options = { sizeBytes, ...(label === undefined ? {} : { label }) };
    return createPersistence(stick, name, options, tools, quietJob());
  });
const refresh = async (image: string) =>
  withStick(image, async (stick) => refreshStick(stick, tools, quietJob()));
const slotOf = async (image: string) =>
  withStick(image, async ({ bootVolume: esp }) => {
    const slot = await readSlot(esp, await readActiveSlot(esp));
    if (slot === undefined) throw new Error("no menu");
    await writeFile(`${image}.cfg`, slot.menu);
    await judge("grub-script-check", [`${image}.cfg`]);
    return { isos: slot.records.isos, menu: slot.menu };
  });

/** The persistence file as a file of its own, put together from the extents that the record has. */
async function extract(image: string, isoPath: string): Promise<string> {
  const { isos: records } = await slotOf(image);
  const file = records.find(({ path }) => path === isoPath)?.persistenceFile;
  if (file === undefined) throw new Error("no persistence file");
  const source = await open(image);
  const target = await open(`${image}.persistence`, "w");
  let at = 0;
  for (const { start, length } of file.extents) {
    const bytes = Buffer.alloc(length);
    // The data partition begins at 1 MiB.
    await source.read(bytes, 0, length, MIB + start);
    await target.write(bytes, 0, length, at);
    at += length;
  }
  await source.close();
  await target.close();
  return `${image}.persistence`;
}

/** The bytes that the check names, as dd reads them from the partition and sha256sum hashes them. */
async function judgedCheck(image: string, check: string): Promise<boolean> {
  const [sum, list = ""] = check.split("@");
  const parts = list.split(",").map((part) => part.split("+").map(Number));
  const reads = parts.map(([start = 0, length = 0]) => {
    const flags = "iflag=skip_bytes,count_bytes status=none";
    return `dd if='${image}' ${flags} skip=${MIB + start} count=${length}`;
  });
  return (await judge("sh", ["-c", `{ ${reads.join("; ")}; } | sha256sum`])).startsWith(sum ?? "x");
}

async function superblockOf(volume: string): Promise<Record<string, string>> {
  const said = await judge("dumpe2fs", ["-h", volume]);
  const lines = said.split("\n").map((line) => /^([^:]+):\s+(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1], match[2]]] : [])));
}

describe.each(["exfat", "ntfs", "fat32", "ext4"] as const)("%s", (fileSystem) => {
  const image = () => join(folder, `${fileSystem}.img`);
  const iso = "/debian-live.iso";

  test("is made; e2fsck, the stick's judges and dumpe2fs are content", async () => {
    // Whatever lay there before must not be taken for a part of the new file system.
    const file = await open(image(), "w");
    await file.truncate(384 * MIB);
    for (let at = 1; at < 300; at += 2) await file.write(Buffer.alloc(MIB, 0xa5), 0, MIB, at * MIB);
    await file.close();
    await buildStick(image(), { fileSystem, sizeBytes: 0, isos: [isos["debian-live"] ?? ""] });
    const result = await create(image(), "debian-live.iso", SIZE + 1000);
    expect(result).toMatchObject({ path: PATH, iso, sizeBytes: SIZE, label: "persistence" });
    expect(result).toMatchObject({ changed: true, updated: [iso] });
    await expectCleanStick(image(), fileSystem);
    const volume = await extract(image(), iso);
    await judge("e2fsck", ["-f", "-n", volume]);
    const superblock = await superblockOf(volume);
    expect(superblock).toMatchObject({
      "Filesystem volume name": "persistence",
      "Filesystem UUID": result.uuid,
      "Filesystem state": "clean",
      "Block count": String(SIZE / 4096),
    });
    expect(superblock["Filesystem features"]).toMatch(/has_journal/);
    expect(await judge("debugfs", ["-R", "cat /persistence.conf", volume])).toMatch(/^\/ union$/m);
    const stat = await judge("debugfs", ["-R", "stat /persistence.conf", volume]);
    expect(stat).toMatch(/User:\s+0\s+Group:\s+0/);
  });

  test("has an entry of its own, behind the one without", async () => {
    const { menu, isos: records } = await slotOf(image());
    const [record] = records;
    const file = record?.persistenceFile;
    expect(menu.match(/lifeboat\.persist=/g)).toHaveLength(1);
    const list = file?.extents.map((one) => `${one.start / 512}+${one.length / 512}`).join(",");
    const entry = /menuentry '[^']*\(with persistence\)' \{[^}]*\}/.exec(menu)?.[0];
    const known = `lifeboat.persist-uuid=${file?.uuid} lifeboat.persist-check=${file?.check} `;
    expect(entry).toContain(` lifeboat.persist=${list} ${known}`);
    expect(await judgedCheck(image(), file?.check ?? "")).toBe(true);
    expect(entry).toMatch(/ persistence$/m);
    const titles = [...menu.matchAll(/^ +menuentry '(.*)' \{/gm)].map((match) => match[1]);
    expect(titles.slice(0, 2)).toEqual([
      "Live system (amd64)",
      "Live system (amd64) (with persistence)",
    ]);
  });

  test("a refresh without a change writes nothing, and verify finds nothing", async () => {
    const before = await sha256OfFile(image());
    expect(await refresh(image())).toMatchObject({ changed: false });
    const found = await withStick(image(), async (stick) =>
      verifyStick(stick, { deep: false }, run, quietJob()),
    );
    expect(found.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(found.findings.map(({ id }) => id)).not.toContain("menu-differs");
    expect(await sha256OfFile(image())).toBe(before);
  });

  test("is listed, also when its ISO is gone, and removed", async () => {
    const list = async () => withStick(image(), async (stick) => listPersistence(stick, run));
    const volume = { label: "persistence", freeBytes: expect.any(Number) as number };
    expect(await list()).toMatchObject([{ path: PATH, iso, sizeBytes: SIZE, volume }]);
    await withStick(image(), async (stick) => removeFiles(stick, [iso], tools, quietJob()));
    expect(await list()).toMatchObject([{ path: PATH, iso: null }]);
    const result = await withStick(image(), async (stick) =>
      removePersistence(stick, "debian-live.iso", tools, quietJob()),
    );
    expect(result).toMatchObject({ path: PATH });
    expect(await list()).toEqual([]);
    await expectCleanStick(image(), fileSystem);
    await rm(image());
  });
});

describe("other families and other places", () => {
  const image = () => join(folder, "others.img");
  beforeAll(async () => {
    await buildStick(image(), { isos: [isos["slax"] ?? ""], sizeBytes: 512 * MIB });
    await withStick(image(), async (stick) => {
      const volume = await openData(stick, run);
      await volume.makeDirectory("/live systems");
      const added = [isos["ubuntu"] ?? "", isos["fedora-live"] ?? ""];
      const options = { folder: "/live systems" };
      await addFiles(stick, added, tools, quietJob(), options);
    });
  });

  test("each has its own label and content, under its ISO's path", async () => {
    const ubuntu = await create(image(), "ubuntu.iso", 64 * MIB, "writable");
    expect(ubuntu.path).toBe("/lifeboat/persistence/live systems/ubuntu.iso.img");
    const fedora = await create(image(), "/live systems/fedora-live.iso", 64 * MIB);
    const volume = await extract(image(), fedora.iso);
    await judge("e2fsck", ["-f", "-n", volume]);
    const root = await judge("debugfs", ["-R", "ls /", volume]);
    expect(root).toMatch(/overlayfs.*ovlwork/s);
    const { isos: records, menu } = await slotOf(image());
    expect(menu.match(/lifeboat\.persist=/g)).toHaveLength(2);
    const problems = records.find(({ path }) => path === ubuntu.iso)?.problems;
    expect(problems?.map(({ id }) => id)).toContain("persistence-label");
  });

  test("a file that moved into pieces is found again; its long list goes to the ESP", async () => {
    const path = "/lifeboat/persistence/live systems/fedora-live.iso.img";
    await withStick(image(), async (stick) => {
      const volume = await openData(stick, run);
      const file = await volume.open(path);
      const bytes = Buffer.alloc(file.size);
      await file.read(0, bytes);
      // All but a few gaps is taken: what is written next lies in these.
      const names: string[] = [];
      while (volume.freeBytes > 2 * MIB) {
        const name = `/fill ${names.length}`;
        await (await volume.reserve(MIB)).commit(name, new Date());
        names.push(name);
      }
      await volume.remove(path);
      for (const name of names.slice(0, 120).filter((_name, index) => index % 2 === 1)) {
        await volume.remove(name);
      }
      const taken = await volume.reserve(64 * MIB - 8 * MIB);
      await taken.commit("/big", new Date());
      const reservation = await volume.reserve(bytes.length);
      await rangeOfExtents(rangeOf(stick.data), reservation.extents).write(0, bytes);
      await reservation.commit(path, new Date());
      await stick.disk.flush();
    });
    expect(await refresh(image())).toMatchObject({ changed: true });
    const { isos: records, menu } = await slotOf(image());
    const file = records.find(({ path: one }) => one.includes("fedora"))?.persistenceFile;
    expect(file?.extents.length).toBeGreaterThan(30);
    expect(file?.list).toMatch(/^\/lifeboat\/boot\/\w+\/persist\.cpio$/);
    const known = `lifeboat.persist-uuid=${file?.uuid} lifeboat.persist-check=@ `;
    expect(menu).toContain(`lifeboat.persist=@ ${known}`);
    expect(await judgedCheck(image(), file?.check ?? "")).toBe(true);
    expect(menu).toContain(
      `($lifeboat)/lifeboat/hook.cpio $lifeboat_mapper ($lifeboat)${file?.list} `,
    );
    await judge("e2fsck", ["-f", "-n", await extract(image(), "/live systems/fedora-live.iso")]);
    expect(await refresh(image())).toMatchObject({ changed: false });
  });

  test("what is no ext4 is left alone, and said to be unusable", async () => {
    const path = "/lifeboat/persistence/live systems/ubuntu.iso.img";
    await withStick(image(), async (stick) => {
      const volume = await openData(stick, run);
      await volume.writeFile(path, Buffer.alloc(MIB, 1));
    });
    await refresh(image());
    const { isos: records } = await slotOf(image());
    const ubuntu = records.find(({ path: one }) => one.includes("ubuntu"));
    expect(ubuntu?.persistenceFile).toBeUndefined();
    expect(ubuntu?.problems.map(({ id }) => id)).toContain("persistence-unusable");
  });

  test("what can't be done changes nothing", async () => {
    await withStick(image(), async (stick) => {
      const volume = await openData(stick, run);
      for (const { path } of await volume.list("/")) {
        if (path.startsWith("/fill") || path === "/big") await volume.remove(path);
      }
      await addFiles(stick, [isos["debian-live"] ?? ""], tools, quietJob());
    });
    const before = await sha256OfFile(image());
    const cases = [
      ["slax.iso", SIZE, undefined, "persistence-unsupported"],
      ["nothing.iso", SIZE, undefined, "no-such-iso"],
      ["fedora-live.iso", SIZE, undefined, "persistence-exists"],
      ["debian-live.iso", MIB, undefined, "persistence-too-small"],
      ["debian-live.iso", 2 ** 40, undefined, "volume-full"],
      ["debian-live.iso", SIZE, "a label", "bad-label"],
    ] as const;
    for (const [name, size, label, code] of cases) {
      await expect(create(image(), name, size, label)).rejects.toMatchObject({ code });
    }
    expect(await sha256OfFile(image())).toBe(before);
  });

  test("files of 4 GiB are none for FAT32", async () => {
    const fat = join(folder, "fat.img");
    await buildStick(fat, { fileSystem: "fat32", isos: [isos["debian-live"] ?? ""] });
    await expect(create(fat, "debian-live.iso", 2 ** 32)).rejects.toMatchObject({
      code: "file-too-large",
    });
  });
});
