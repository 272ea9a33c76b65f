/** What is no ISO, on a whole stick: found by `refresh`, copied to the ESP where it has to be, gone from there with its file. */
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { addFiles, removeFiles } from "../../../src/stick/add.ts";
import { findIsos } from "../../../src/stick/data/collect.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { openDataToRead } from "../../../src/stick/stick.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { run } from "../../../src/system/run.ts";
import { diskImage, fatImage, floppyImage, makeBootable } from "../../support/disk-images.ts";
import { bytesOf } from "../../support/iso-fixtures.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  expectCleanStick,
  fixtureIso,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const folder = await suiteFolder();
const image = join(folder, "stick.img");
let tools: RefreshTools;
let sources: string[] = [];

beforeAll(async () => {
  tools = await refreshTools();
  const program = join(folder, "it's a tool;${x}.efi");
  await writeFile(program, await bytesOf("@efi64", folder));
  const floppy = await floppyImage(join(folder, "floppy.ima"), "hello");
  const esp = await fatImage(join(folder, "esp.fat"), { "/EFI/BOOT/BOOTX64.EFI": "@efi64" });
  const disk = await diskImage(join(folder, "disk.img"), "mbr", [{ content: esp, type: "ef" }]);
  await makeBootable(disk, "hello");
  const packed = join(folder, "cloud.img.xz");
  await writeFile(packed, "packed");
  sources = [program, floppy, disk, packed];
  await buildStick(image, { fileSystem: "fat32", isos: [await fixtureIso("debian-live", folder)] });
});

async function slotOf() {
  return withStick(image, async ({ bootVolume: esp }) => {
    const slot = await readSlot(esp, await readActiveSlot(esp));
    if (slot === undefined) throw new Error("no menu");
    await writeFile(`${image}.cfg`, slot.menu);
    await judge("grub-script-check", [`${image}.cfg`]);
    return slot;
  });
}

const refresh = async () =>
  withStick(image, async (stick) => refreshStick(stick, tools, quietJob()));

test("added, they are in the menu, and what has nothing to check is started from the ESP", async () => {
  await withStick(image, async (stick) => addFiles(stick, sources, tools, quietJob()));
  const { records, menu } = await slotOf();
  const copies = new Map(records.isos.map(({ path, copies }) => [path, copies?.["/"]]));
  for (const source of sources.slice(0, 2)) {
    const copy = copies.get(source.slice(folder.length)) ?? "";
    expect(menu).toContain(`($lifeboat)${copy}`);
    const data = await withStick(image, async ({ bootVolume: esp }) => readWhole(esp, copy));
    expect(data).toEqual(await readFile(source));
  }
  expect(menu).toMatch(
    /if \[ "\$lockdown" = "y" \]; then\n\s+lifeboat_say "\$lifeboat_unsigned"\n\s+else\n\s+set root=\$lifeboat\n\s+chainloader \(\$lifeboat\)\S+_tool_+x_\.efi\n/,
  );
  expect(menu).toMatch(/linux16 \S+memdisk floppy raw\n\s+initrd16 \(\$lifeboat\)\S+floppy\.ima\n/);
  // A disk is opened where it lies, and known by a file system in it.
  expect(menu).toMatch(/lifeboat_open iso\d 5AFE-B007 \d+\+\d+ ,msdos1; then\n/);
  expect(menu).toMatch(/chainloader '\(iso\d,msdos1\)\/EFI\/BOOT\/BOOTX64\.EFI'/);
  expect(menu).toMatch(/memdisk harddisk raw\n\s+initrd16 \(\$data\)\d+\+\d+\n/);
  expect(menu).toContain("menuentry 'cloud (what is wrong with it)' {");
  await expectCleanStick(image, "fat32");
});

test("nothing changed: nothing is written, and verify finds nothing wrong", async () => {
  const before = await sha256OfFile(image);
  expect(await refresh()).toMatchObject({ changed: false });
  expect(await sha256OfFile(image)).toBe(before);
  const { ok, findings } = await withStick(image, async (stick) =>
    verifyStick(stick, { deep: true }, run, quietJob()),
  );
  expect(ok).toBe(true);
  expect(findings.filter(({ id }) => /iso-|copy|menu/.test(id))).toEqual([]);
});

test("the file with the sums has a sector for each image, and each is a line of a checksum file", async () => {
  const { records, menu, texts } = await slotOf();
  const { sums = "" } = texts;
  expect(sums.length % 512).toBe(0);
  const lines = sums.match(/[^]{512}/g) ?? [];
  // The last file is no whole number of sectors: GRUB could not read its end.
  expect(lines.length).toBe(records.isos.length - 1);
  for (const [sector, line] of lines.entries()) {
    const found = /^([0-9a-f]{64}) {2}\(iso(\d)\)0\+(\d+) *$/.exec(line);
    const iso = records.isos[Number(found?.[2])];
    expect(found?.[1]).toBe(iso?.sha256);
    expect(Number(found?.[3]) * 512).toBe(iso?.size);
    expect(menu).toContain(`if hashsum --hash sha256 --check (lifeboat_sums)${sector}+1; then`);
  }
  const [one] = records.isos.filter(({ path }) => path.endsWith(".ima"));
  const content = await readFile(join(folder, "floppy.ima"));
  expect(one?.sha256).toBe(createHash("sha256").update(content).digest("hex"));
});

test("dropped by others they are found; in folders of boot loaders and in lifeboat's own they aren't", async () => {
  const [program = ""] = sources;
  for (const path of ["other", "other/EFI", "lifeboat/persistence"]) {
    await judge("mmd", ["-D", "s", "-i", `${image}@@1M`, `::${path}`], { accept: [0, 1] });
  }
  const targets = ["other/new.efi", "other/EFI/bootx64.efi", "lifeboat/x.efi", "lifeboat/y.img"];
  for (const path of targets) await judge("mcopy", ["-i", `${image}@@1M`, program, `::${path}`]);
  expect((await refresh()).added).toEqual(["/other/new.efi"]);
  const paths = await withStick(image, async (stick) =>
    (await findIsos(await openDataToRead(stick, run))).map(({ path }) => path),
  );
  expect(paths.filter((path) => targets.includes(path.slice(1)))).toEqual(["/other/new.efi"]);
});

test("replaced, the copy is the new one; removed, it is gone", async () => {
  const copiesNow = async () => {
    const { records } = await slotOf();
    const folders = await withStick(image, async ({ bootVolume: esp }) =>
      esp.list("/lifeboat/boot"),
    );
    return { copies: records.isos.flatMap(({ copies }) => copies?.["/"] ?? []), folders };
  };
  const [program = "", floppy = ""] = sources;
  const before = await copiesNow();
  expect(before.copies.length).toBe(3);
  expect(before.folders.length).toBe(3);
  await writeFile(program, await bytesOf("@efi32", folder));
  await withStick(image, async (stick) =>
    addFiles(stick, [program], tools, quietJob(), { replace: true }),
  );
  const { records } = await slotOf();
  const replaced = records.isos.find(({ path }) => path === program.slice(folder.length));
  const copy = replaced?.copies?.["/"] ?? "";
  expect(await withStick(image, async ({ bootVolume: esp }) => readWhole(esp, copy))).toEqual(
    await readFile(program),
  );
  const names = [program, floppy, "/other/new.efi"].map((path) => path.replace(folder, ""));
  await withStick(image, async (stick) => removeFiles(stick, names, tools, quietJob()));
  expect(await copiesNow()).toEqual({ copies: [], folders: [] });
  await expectCleanStick(image, "fat32");
  await rm(image);
});
