/** ISOs of another vendor's on a stick: their boot loader on the ESP, from when they come to when they go, whatever is cut short. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { OverlayRange } from "../../../src/block/overlay.ts";
import { RecordingRange } from "../../../src/block/recorder.ts";
import { addFiles, removeFiles } from "../../../src/stick/add.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { writeSettings } from "../../../src/stick/settings/file.ts";
import type { Stick } from "../../../src/stick/stick.ts";
import { assembleStick, openData, openStick } from "../../../src/stick/stick.ts";
import { openFat32 } from "../../../src/filesystems/fat32/index.ts";
import { SliceRange } from "../../../src/block/slice.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { quietJob } from "../../support/jobs.ts";
import { sign } from "../../support/signing.ts";
import {
  buildStick,
  expectCleanStick,
  fixtureIso,
  named,
  refreshTools,
  sfdiskTable,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { VENDOR, makeVendorIso, signedPrograms } from "../../support/vendor-iso.ts";
import { EVERY_OTHER, powerCuts } from "../../support/power-cuts.ts";

const SHARED = "/boot/grub/grub.cfg";

let folder = "";
let iso = "";
let programs: Awaited<ReturnType<typeof signedPrograms>>;
let vendorGrub = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  programs = await signedPrograms();
  vendorGrub = await sign(folder, VENDOR, programs.cdGrub);
  iso = await makeVendorIso(folder, { loader: loaderWith(vendorGrub) });
});

function loaderWith(grub: string): Record<string, string> {
  const { shim, mokManager } = programs;
  return { "BOOTX64.EFI": shim, "grubx64.efi": grub, "mmx64.efi": mokManager };
}

const refresh = async (stick: Stick) => refreshStick(stick, tools, quietJob());
const slotOf = async ({ bootVolume: esp }: Stick) => readSlot(esp, await readActiveSlot(esp));
const ownMenusOf = (slot: Awaited<ReturnType<typeof slotOf>>) =>
  Object.fromEntries(Object.entries(slot?.texts ?? {}).filter(([name]) => name.startsWith("own-")));

async function settings(stick: Stick, yaml: string): Promise<void> {
  await writeSettings(stick, Buffer.from(yaml), tools.run);
}

/** What lies in the folder of the stick's only ISO with a boot loader: name → bytes. */
async function loaderOn(stick: Stick): Promise<Map<string, Buffer | undefined>> {
  const [record] = (await slotOf(stick))?.records.isos.filter(({ ownLoader }) => ownLoader) ?? [];
  const files = new Map<string, Buffer | undefined>();
  if (record?.ownLoader === undefined) return files;
  for (const { name, path } of await stick.bootVolume.list(`${record.ownLoader.folder}/selected`)) {
    files.set(name, await readWhole(stick.bootVolume, path));
  }
  return files;
}

const errorsOf = async (stick: Stick) =>
  (await verifyStick(stick, { deep: false }, tools.run, quietJob())).findings
    .filter(({ severity }) => severity === "error")
    .map(({ id }) => id);

describe("an ISO with shim and GRUB of its kernel's vendor", () => {
  test("has them on the ESP as they are, with a menu in the slot; both go with it", async () => {
    const image = join(folder, "stick.img");
    await buildStick(image);
    await withStick(image, async (stick) => {
      await addFiles(stick, [iso], tools, quietJob());
      const files = await loaderOn(stick);
      for (const [name, source] of [
        ["shimx64.efi", programs.shim],
        ["grubx64.efi", vendorGrub],
        ["mmx64.efi", programs.mokManager],
      ] as const) {
        expect(files.get(name)?.equals(await readFile(source)), name).toBe(true);
      }
      expect((await readWhole(stick.bootVolume, SHARED))?.toString()).toContain(
        "source $cmdpath/grub.cfg",
      );
      const slot = await slotOf(stick);
      const [own] = Object.entries(ownMenusOf(slot));
      const [name, menu] = own ?? ["", ""];
      expect(files.get("grub.cfg")?.toString()).toContain(`/lifeboat/menu-$lifeboat_slot/${name}`);
      expect(menu).toContain("lifeboat_linux '(iso0)/live/vmlinuz'");
      expect(slot?.menu).toMatch(
        /chainloader \(\$lifeboat\)\/lifeboat\/efi\/\w+\/\w+\/shimx64\.efi/,
      );
      expect(await errorsOf(stick)).toEqual([]);
      expect(await refresh(stick)).toMatchObject({ changed: false });

      await stick.bootVolume.remove(SHARED);
      expect(await errorsOf(stick)).toEqual(["copy-missing"]);
      await refresh(stick);
      expect(await errorsOf(stick)).toEqual([]);

      await removeFiles(stick, ["vendor.iso"], tools, quietJob());
      expect(await stick.bootVolume.list("/lifeboat/efi")).toEqual([]);
      expect(await stick.bootVolume.find("/boot")).toBeUndefined();
      expect(await stick.bootVolume.find("/EFI/debian/grub.cfg")).toBeDefined();
      expect(Object.keys(ownMenusOf(await slotOf(stick)))).toEqual([]);
    });
    await expectCleanStick(image, "exfat");
  });

  test("may be hidden by the settings, and then a refresh has nothing to do either", async () => {
    const image = join(folder, "hidden.img");
    await buildStick(image, { isos: [iso] });
    await withStick(image, async (stick) => {
      await settings(stick, "hide: [vendor.iso]\n");
      expect(await refresh(stick)).toMatchObject({ changed: true });
      expect(await refresh(stick)).toMatchObject({ changed: false });
      expect(await errorsOf(stick)).toEqual([]);
    });
  });

  test("cut anywhere, the stick has the old menu or the new one, each with all that it names", async () => {
    const image = join(folder, "cut.img");
    const other = await named(
      await fixtureIso("gparted", folder),
      join(folder, "a"),
      "gparted.iso",
    );
    await buildStick(image, { isos: [other] });
    // The ISO comes as a file manager would bring it, and the refresh is what is cut.
    await withStick(image, async (stick) => {
      const data = await openData(stick, tools.run);
      await data.writeFile("/vendor.iso", await readFile(iso));
      await stick.disk.flush();
    });
    const base = await openFile(image);
    const recorder = new RecordingRange(new OverlayRange(base));
    await refresh(await stickOver(recorder, image));
    const { log } = recorder;
    const seen = new Set<number>();
    for await (const { disk, count } of powerCuts(base, log, [EVERY_OTHER])) {
      const stick = await stickOver(disk, image);
      const slot = await slotOf(stick);
      expect(slot, `after ${count} events`).toBeDefined();
      const named = Object.keys(ownMenusOf(slot)).length;
      seen.add(slot?.records.isos.length ?? 0);
      if (slot?.records.isos.length !== 2) continue;
      expect(named).toBe(1);
      const files = await loaderOn(stick);
      expect(files.get("grubx64.efi")?.equals(await readFile(vendorGrub))).toBe(true);
      expect(await stick.bootVolume.find(SHARED)).toBeDefined();
    }
    expect([...seen]).toEqual([1, 2]);
    await base.close();
  });
});

async function stickOver(disk: OverlayRange | RecordingRange, image: string): Promise<Stick> {
  const known = await openStick(image);
  await known.disk.close();
  const { partitions } = await sfdiskTable(image);
  const place = (number: number) => {
    const found = partitions.find((one) => one.number === number);
    return { startLba: found?.start ?? 0, sectors: found?.size ?? 0 };
  };
  const esp = place(2);
  const volume = await openFat32(new SliceRange(disk, esp.startLba * 512, esp.sectors * 512));
  return assembleStick(disk, image, known.manifest, volume, place(1));
}

describe("where it can't be used", () => {
  test("the menu says why, and the stick is what it was", async () => {
    const image = join(folder, "foreign.img");
    const plain = await makeVendorIso(folder, {
      loader: loaderWith(programs.cdGrub),
      name: "plain.iso",
    });
    await buildStick(image, { isos: [plain] });
    await withStick(image, async (stick) => {
      const slot = await slotOf(stick);
      expect(slot?.menu).toContain(`does not know the key of "${VENDOR}" either`);
      expect(ownMenusOf(slot)).toEqual({});
      expect(await stick.bootVolume.find("/lifeboat/efi")).toBeUndefined();
    });
  });

  test("a file of somebody else's at the place that its GRUB reads is left alone", async () => {
    const image = join(folder, "taken.img");
    await buildStick(image);
    await withStick(image, async (stick) => {
      await stick.bootVolume.makeDirectory("/boot");
      await stick.bootVolume.makeDirectory("/boot/grub");
      await stick.bootVolume.writeFile(SHARED, Buffer.from("set timeout=1\n"));
      await addFiles(stick, [iso], tools, quietJob());
      expect((await readWhole(stick.bootVolume, SHARED))?.toString()).toBe("set timeout=1\n");
      const slot = await slotOf(stick);
      expect(slot?.menu).toContain("and that file is somebody else");
      expect(slot?.records.isos[0]?.problems.map(({ id }) => id)).toContain("own-loader-unusable");
      expect(await refresh(stick)).toMatchObject({ changed: false });
      await removeFiles(stick, ["vendor.iso"], tools, quietJob());
      expect(await stick.bootVolume.find(SHARED)).toBeDefined();
    });
  });

  test("without room on the ESP the ISO stays in the menu, and says so", async () => {
    const image = join(folder, "full.img");
    await buildStick(image);
    await withStick(image, async (stick) => {
      const left = 12 << 20;
      await stick.bootVolume.writeFile("/filler", Buffer.alloc(stick.bootVolume.freeBytes - left));
      await addFiles(stick, [iso], tools, quietJob());
      const slot = await slotOf(stick);
      expect(slot?.menu).toContain("no room left for it");
      expect(slot?.menu).not.toContain("/lifeboat/efi");
      await stick.bootVolume.remove("/filler");
      await refresh(stick);
      expect((await loaderOn(stick)).has("shimx64.efi")).toBe(true);
    });
  });
});

test("`loader: own` is for any ISO with a boot loader, and says so where there is none", async () => {
  const image = join(folder, "own.img");
  const loader = loaderWith(programs.cdGrub);
  const plain = await makeVendorIso(folder, { loader, name: "plain.iso" });
  const bare = await makeVendorIso(folder, { loader: {}, name: "bare.iso" });
  await buildStick(image, { isos: [plain, bare] });
  await withStick(image, async (stick) => {
    await settings(stick, 'images: {"*.iso": {loader: own}}\n');
    await refresh(stick);
    const slot = await slotOf(stick);
    expect(slot?.menu).toContain('if [ "$lifeboat_firmware" = "x64" ]; then');
    expect(Object.keys(ownMenusOf(slot))).toHaveLength(1);
    const [bareRecord, plainRecord] = slot?.records.isos ?? [];
    expect(bareRecord?.noOwnLoader?.en).toContain("it has no shim of its own");
    expect(plainRecord?.ownLoader).toMatchObject({ prefix: "/boot/grub" });
    const config = join(folder, "menu.cfg");
    await writeFile(config, slot?.menu ?? "if");
    await judge("grub-script-check", [config]);
    expect(await refresh(stick)).toMatchObject({ changed: false });

    await settings(stick, "menu: {sort: name}\n");
    await refresh(stick);
    expect(await stick.bootVolume.list("/lifeboat/efi")).toEqual([]);
  });
});
