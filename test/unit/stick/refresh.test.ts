/** `add`, `remove` and `refresh` of many ISOs: what doesn't change isn't written, and a power cut leaves a whole menu. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { readBytes } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange, replayCrash } from "../../../src/block/recorder.ts";
import { openFat32 } from "../../../src/filesystems/fat32/index.ts";
import { addFiles, removeFiles } from "../../../src/stick/add.ts";
import { inspectStick } from "../../../src/stick/inspect.ts";
import { parseStickManifest } from "../../../src/stick/manifest.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { assembleStick, openStick } from "../../../src/stick/stick.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { buildFixture, loadFixtures } from "../../support/iso-fixtures.ts";
import { quietJob } from "../../support/jobs.ts";
import { ALL, EVERY_OTHER, NONE, powerCuts } from "../../support/power-cuts.ts";
import {
  buildStick,
  expectCleanStick,
  extractPartition,
  hashesByOthers,
  named,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const COUNT = 50;

let folder = "";
let isos: string[] = [];
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  const made: string[] = [];
  for (const fixture of (await loadFixtures()).slice(0, COUNT)) {
    made.push(await buildFixture(fixture, folder));
  }
  for (let index = 0; index < COUNT; index++) {
    const name = `${String(index).padStart(2, "0")} ISO.iso`;
    isos.push(await named(made[index % made.length] ?? "", join(folder, "many"), name));
  }
});

const refresh = async (image: string) =>
  withStick(image, async (stick) => refreshStick(stick, tools, quietJob()));

/** The menu that GRUB would read, checked by GRUB's own parser. */
async function menuOf(image: string): Promise<string> {
  const stick = await openStick(image);
  try {
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    await writeFile(`${image}.cfg`, slot?.menu ?? "if");
    await judge("grub-script-check", [`${image}.cfg`]);
    return slot?.menu ?? "";
  } finally {
    await stick.disk.close();
  }
}

describe.each(["exfat", "ext4"] as const)("50 ISOs on %s", (fileSystem) => {
  const image = () => join(folder, `fifty-${fileSystem}.img`);

  test("are added, and the judges find nothing", async () => {
    await buildStick(image(), { fileSystem });
    const result = await withStick(image(), async (stick) =>
      addFiles(stick, isos, tools, quietJob()),
    );
    expect(result.added).toHaveLength(COUNT);
    expect(result.files).toHaveLength(COUNT);
    await expectCleanStick(image(), fileSystem);
    const paths = isos.map((iso) => `/${iso.slice(iso.lastIndexOf("/") + 1)}`);
    const originals = await Promise.all(isos.map(sha256OfFile));
    expect(result.files.map(({ sha256 }) => sha256)).toEqual(originals);
    const some = [0, 17, 49];
    const of = (list: string[]) => some.map((index) => list[index] ?? "");
    expect(await hashesByOthers(image(), fileSystem, of(paths), of(isos))).toEqual(of(originals));
    expect((await menuOf(image())).match(/lifeboat_open/g)?.length).toBeGreaterThan(COUNT);
  });

  test("refresh without a change writes nothing", async () => {
    const before = await sha256OfFile(image());
    const result = await refresh(image());
    expect(result).toMatchObject({ changed: false, added: [], removed: [], updated: [] });
    expect(await sha256OfFile(image())).toBe(before);
  });

  test("each is removed again by its name, by its path or not at all", async () => {
    const before = await sha256OfFile(image());
    const remove = async (...names: string[]) =>
      withStick(image(), async (stick) => removeFiles(stick, names, tools, quietJob()));
    await expect(remove("00 ISO.iso", "nothing.iso")).rejects.toThrow("There is no nothing.iso");
    expect(await sha256OfFile(image())).toBe(before);
    const result = await remove("00 ISO.iso", "/01 ISO.iso", "02 ISO.iso", "/02 ISO.iso");
    expect(result.removed).toEqual(["/00 ISO.iso", "/01 ISO.iso", "/02 ISO.iso"]);
    expect(await menuOf(image())).not.toContain("/00 ISO.iso");
    await expectCleanStick(image(), fileSystem);
  });
});

/** A stick over a range, so that its writes can be seen. */
async function stickOver(range: ByteRange, image: string) {
  const known = await openStick(image);
  await known.disk.close();
  const esp = await openFat32(await espOf(range, image));
  const json = (await readWhole(esp, "/lifeboat/stick.json")) ?? Buffer.alloc(0);
  return assembleStick(range, image, parseStickManifest(json), esp, known.data);
}

async function espOf(range: ByteRange, image: string): Promise<SliceRange> {
  const { partitions } = await withPartitions(image);
  const esp = partitions.find(({ number }) => number === 2);
  return new SliceRange(range, (esp?.start ?? 0) * 512, (esp?.size ?? 0) * 512);
}

async function withPartitions(image: string) {
  const { sfdiskTable } = await import("../../support/sticks.ts");
  return sfdiskTable(image);
}

describe("a refresh", () => {
  let image = "";
  beforeAll(async () => {
    image = join(folder, "cut.img");
    await buildStick(image, { isos: isos.slice(0, 5), fileSystem: "fat32" });
  });

  /** With one more ISO that somebody else has put on it. */
  async function changedImage(): Promise<string> {
    const copy = `${image}.changed`;
    await rm(copy, { force: true });
    await judge("cp", ["--sparse=always", image, copy]);
    await judge("mcopy", ["-i", `${copy}@@1M`, isos[7] ?? "", "::"]);
    return copy;
  }

  test("without a change makes no write and no flush", async () => {
    const base = await openFile(image, { writable: true });
    try {
      const recorder = new RecordingRange(base);
      const result = await refreshStick(await stickOver(recorder, image), tools, quietJob());
      expect(result.changed).toBe(false);
      expect(recorder.log.filter(({ kind }) => kind === "write")).toEqual([]);
    } finally {
      await base.close();
    }
  });

  test("cut anywhere, leaves a menu that is whole: the old one or the new one", async () => {
    const copy = await changedImage();
    const base = await openFile(copy);
    try {
      const recorder = new RecordingRange(new OverlayRange(base));
      const result = await refreshStick(await stickOver(recorder, copy), tools, quietJob());
      expect(result.added).toEqual(["/07 ISO.iso"]);
      const { log } = recorder;

      // The last thing to happen is one sector, between two flushes.
      const writes = log.flatMap((event, index) =>
        event.kind === "write" ? [{ ...event, index }] : [],
      );
      const flip = writes.at(-1);
      expect(flip?.data.toString("latin1")).toMatch(/^set lifeboat_slot=b\n#+\n$/);
      expect(flip?.data).toHaveLength(512);
      expect((flip?.offset ?? 1) % 512).toBe(0);
      expect(log[(flip?.index ?? 0) - 1]?.kind).toBe("flush");
      // Nothing is written to the data partition.
      const esp = await espOf(base, copy);
      const { partitions } = await withPartitions(copy);
      const start = (partitions.find(({ number }) => number === 2)?.start ?? 0) * 512;
      expect(writes.every(({ offset }) => offset >= start && offset < start + esp.size)).toBe(true);

      const menus = new Set<number>();
      // Only the table says where the ESP is, and that isn't written.
      for await (const { disk, count } of powerCuts(base, log, [ALL, NONE, EVERY_OTHER])) {
        const volume = await openFat32(new SliceRange(disk, start, esp.size));
        const slot = await readSlot(volume, await readActiveSlot(volume));
        expect(slot, `after ${count} events`).toBeDefined();
        expect(slot?.menu).toMatch(/\n\}\n$/);
        menus.add(slot?.records.isos.length ?? 0);
      }
      expect([...menus]).toEqual([5, 6]);
    } finally {
      await base.close();
    }
  });

  test("after a cut mends what is left, and then has nothing to do", async () => {
    const copy = await changedImage();
    const base = await openFile(copy);
    const recorder = new RecordingRange(new OverlayRange(base));
    await refreshStick(await stickOver(recorder, copy), tools, quietJob());
    const { log } = recorder;
    for (const share of [0.2, 0.5, 0.8]) {
      const cut = new OverlayRange(base);
      await replayCrash(log, Math.floor(log.length * share), cut, () => true);
      const again = await refreshStick(await stickOver(cut, copy), tools, quietJob());
      expect(again).toMatchObject({ changed: true, added: ["/07 ISO.iso"] });
      const then = await refreshStick(await stickOver(cut, copy), tools, quietJob());
      expect(then.changed).toBe(false);
      const esp = join(folder, "cut-esp.img");
      await writeFile(esp, await wholeOf(await espOf(cut, copy)));
      // Clusters that the cut left to nobody are all that fsck.fat may find.
      const said = await judge("fsck.fat", ["-n", esp], { accept: [0, 1] });
      const faults = said.split("\n").slice(1, -2);
      expect(faults.filter((line) => !/^(Reclaimed|Free cluster|\s|Leaving|$)/.test(line))).toEqual(
        [],
      );
    }
    await base.close();
  });
});

async function wholeOf(range: ByteRange): Promise<Buffer> {
  return readBytes(range, 0, range.size);
}

describe("a damaged menu", () => {
  let image = "";
  beforeAll(async () => {
    image = join(folder, "damaged.img");
    await buildStick(image, { isos: isos.slice(0, 3) });
  });

  /** Does something to the ESP with mtools, and refreshes. */
  async function damaged(...commands: string[][]) {
    const copy = `${image}.copy`;
    await copySparse(image, copy);
    const { partitions } = await withPartitions(image);
    const start = (partitions.find(({ number }) => number === 2)?.start ?? 0) * 512;
    for (const [program = "", ...args] of commands) {
      await judge(program, ["-i", `${copy}@@${start}`, ...args]);
    }
    const result = await refresh(copy);
    const verified = await withStick(copy, async (stick) =>
      verifyStick(stick, { deep: true }, tools.run, quietJob()),
    );
    expect(verified.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(await menuOf(copy)).toContain("lifeboat_open");
    expect((await refresh(copy)).changed).toBe(false);
    await judge("fsck.fat", ["-n", await extractPartition(copy, 2)]);
    const known = await withStick(copy, inspectStick);
    return { changed: result.changed, hashes: known.isos.map(({ sha256 }) => sha256) };
  }

  test("is made anew where the records are no records", async () => {
    const junk = join(folder, "junk");
    await writeFile(junk, "{");
    const to = "::/lifeboat/menu-a/isos.json";
    // What `add` knew of the ISOs is lost with the records, so give it the chance to know it from the other slot.
    const good = await readFile(await copyOut(image, to));
    await writeFile(`${junk}.good`, good);
    const { changed, hashes } = await damaged(
      ["mmd", "::/lifeboat/menu-b"],
      ["mcopy", `${junk}.good`, "::/lifeboat/menu-b/isos.json"],
      ["mcopy", `${junk}.good`, "::/lifeboat/menu-b/menu.cfg"],
      ["mcopy", "-o", junk, to],
    );
    expect(changed).toBe(true);
    expect(hashes).toEqual(await Promise.all(isos.slice(0, 3).map(sha256OfFile)));
  });

  test("is made anew where its text was changed", async () => {
    const junk = join(folder, "junk.cfg");
    await writeFile(junk, "halt\n");
    const result = await damaged(["mcopy", "-o", junk, "::/lifeboat/menu-a/menu.cfg"]);
    expect(result.changed).toBe(true);
  });

  test("is made anew where it is gone", async () => {
    const result = await damaged(["mdel", "::/lifeboat/menu-a/menu.cfg"]);
    expect(result.changed).toBe(true);
  });

  test.each([
    ["is gone", ["mdel", "::/lifeboat/slot.cfg"]],
    ["is of another length", ["mcopy", "-o", "{short}", "::/lifeboat/slot.cfg"]],
    ["names no slot", ["mcopy", "-o", "{junk}", "::/lifeboat/slot.cfg"]],
  ])("gets its pointer back where that %s", async (_name, command) => {
    await writeFile(join(folder, "{short}"), "set lifeboat_slot=a\n");
    await writeFile(join(folder, "{junk}"), Buffer.alloc(512, "x"));
    const words = command.map((word) => (word.startsWith("{") ? join(folder, word) : word));
    expect((await damaged(words)).changed).toBe(true);
  });
});

async function copyOut(image: string, from: string): Promise<string> {
  const { partitions } = await withPartitions(image);
  const start = (partitions.find(({ number }) => number === 2)?.start ?? 0) * 512;
  const to = `${image}.out`;
  await judge("mcopy", ["-o", "-i", `${image}@@${start}`, from, to]);
  return to;
}

test("a refreshed stick has the same menu as one that is built with the same ISOs", async () => {
  const one = join(folder, "one.img");
  const other = join(folder, "other.img");
  await buildStick(one, { isos: isos.slice(0, 4), fileSystem: "fat32" });
  await buildStick(other, { fileSystem: "fat32" });
  for (const iso of isos.slice(0, 4)) await judge("mcopy", ["-i", `${other}@@1M`, iso, "::"]);
  await refresh(other);
  // The sticks' names differ, and the clusters where each file lies; and sums are known of what lifeboat itself has copied only.
  const common = (menu: string) =>
    menu
      .replaceAll(/LIFEBOAT-[0-9A-F]{8}/g, "")
      .replace(/ {2}if [^\n]*\n {4}submenu 'Check the files[^]*?\n {4}\}\n {2}fi\n/, "")
      .replaceAll(/\b\d+\+\d+\b/g, "");
  expect(common(await menuOf(other))).toBe(common(await menuOf(one)));
});
