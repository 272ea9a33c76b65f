/** Stores from nothing, against the ones that Microsoft's bcdboot wrote, and against hivex. */
import { describe, expect, test } from "vitest";
import { bcdbootStore } from "../../../../src/windows/bcd/build/bcdboot.ts";
import { ramdiskObjects, vhdLoader, withEntry } from "../../../../src/windows/bcd/build/entries.ts";
import { checkStore } from "../../../../src/windows/bcd/check/check.ts";
import { formatDevice } from "../../../../src/windows/bcd/device/text.ts";
import {
  OBJECT,
  SETUP_LOADER,
  SETUP_RAMDISK_OPTIONS,
} from "../../../../src/windows/bcd/object-id.ts";
import type { BcdStore } from "../../../../src/windows/bcd/store.ts";
import { ELEMENT, elementValue, findObject, readStore } from "../../../../src/windows/bcd/store.ts";
import { readStoreBytes } from "../../../../src/windows/bcd/store-file.ts";
import { hasSamples, hivexsh, sampleStore, treeOf, xmlOf } from "../registry/support.ts";
import {
  elementsOf,
  ESP,
  gptPartition,
  hiveOf,
  LOADER,
  RESUME,
  UEFI,
  uefiStore,
  WINDOWS,
} from "./support.ts";

const { recoverysequence, recoveryenabled } = ELEMENT;
const DISPLAY_MESSAGE_OVERRIDE = 0x15000066;

async function sample(name: string): Promise<BcdStore> {
  return readStore(await treeOf(await sampleStore(name)));
}

/** Each object with its type and its elements, byte for byte. */
function contents(store: BcdStore, without: readonly number[] = []) {
  return Object.fromEntries(
    store.objects.map((object) => [object.id, [object.type, elementsOf(object, without)]]),
  );
}

function idsOf(store: BcdStore): string[] {
  return store.objects.flatMap(({ id, elements }) => elements.map((one) => `${id} ${one.id}`));
}

describe.skipIf(!hasSamples)("what bcdboot writes", () => {
  test("BIOS, GPT disk: every element of every object, byte for byte", async () => {
    const theirs = await sample("cocos-Boot-BCD");
    const ours = bcdbootStore({
      firmware: "bios",
      systemDevice: ESP,
      windowsDevice: WINDOWS,
      description: "Windows 10",
      locale: "zh-cn",
      systemRoot: "\\windows",
      loader: "{378a2ab3-47dd-11eb-b08e-04d4c4592a28}",
      resume: "{378a2ab2-47dd-11eb-b08e-04d4c4592a28}",
    });
    // A Chinese bcdboot has Chinese titles for the resume object and the memory test.
    const titles = [ELEMENT.description];
    expect(contents(ours, titles)).toEqual(contents(theirs, titles));
    expect(idsOf(ours)).toEqual(idsOf(theirs));
    expect(ours.description).toEqual(theirs.description.filter(({ name }) => name !== "GuidCache"));
  });

  test("UEFI: the same, but for what the installed system added since", async () => {
    const theirs = await sample("regipy-BCD");
    const disk = "0B2394A9-095E-487D-8D48-719ECD4D78CA";
    const ours = bcdbootStore({
      firmware: "uefi",
      systemDevice: gptPartition("36BE3955-63BF-4068-A6AB-00195CCA3A22", disk),
      windowsDevice: gptPartition("8E0F2C38-E4EA-47BA-B7FC-9D8C74DCCF0B", disk),
      description: "Windows 10",
      locale: "en-US",
      loader: "{733b62e5-f608-11eb-825c-c112f60133ab}",
      resume: "{733b62e4-f608-11eb-825c-c112f60133ab}",
    });
    const added = [recoverysequence, recoveryenabled, DISPLAY_MESSAGE_OVERRIDE];
    const found = contents(theirs, added);
    expect(Object.keys(contents(ours)).length).toBe(11);
    for (const [id, object] of Object.entries(contents(ours))) expect(found[id]).toEqual(object);
  });

  test("the RAM disk of a Windows ISO", async () => {
    const theirs = await sample("loopback-kr-efi-bcd");
    const loader = findObject(theirs, SETUP_LOADER);
    const description = loader && elementValue(loader, ELEMENT.description);
    const locale = loader && elementValue(loader, ELEMENT.locale);
    const ours = ramdiskObjects({
      loader: SETUP_LOADER,
      options: SETUP_RAMDISK_OPTIONS,
      firmware: "uefi",
      device: { kind: "boot" },
      wim: "\\sources\\boot.wim",
      sdi: "\\boot\\boot.sdi",
      description: description?.format === "string" ? description.text : "",
      locale: locale?.format === "string" ? locale.text : "",
    });
    for (const object of ours) {
      const other = findObject(theirs, object.id);
      expect(other?.type).toBe(object.type);
      expect(other && elementsOf(other)).toEqual(elementsOf(object));
    }
  });
});

describe("a store from nothing", () => {
  test("is what hivex reads, and is sound", async () => {
    const hive = hiveOf(uefiStore());
    const { store } = await readStoreBytes("BCD", hive);
    expect(contents(store)).toEqual(contents(uefiStore()));
    expect(checkStore(store, false)).toEqual([]);
    const said = await hivexsh(hive, [
      `cd Objects\\${OBJECT.bootmgr}\\Elements\\12000002`,
      "lsval Element",
      `cd \\Objects\\${LOADER}\\Description`,
      "lsval Type",
      "cd \\Description",
      "lsval KeyName",
      "lsval System",
      "lsval FirmwareModified",
    ]);
    expect(said.split("\n")).toEqual([
      "\\EFI\\Microsoft\\Boot\\bootmgfw.efi",
      String(0x10200003),
      "BCD00000001",
      "1",
      "1",
      "",
    ]);
  });

  test("is the same each time, and has new GUIDs where none are given", async () => {
    expect(await xmlOf(hiveOf(uefiStore()))).toBe(await xmlOf(hiveOf(uefiStore())));
    const { loader: _loader, resume: _resume, ...rest } = UEFI;
    const guids = ["AAAAAAAA-0000-4000-8000-000000000000", "BBBBBBBB-0000-4000-8000-000000000000"];
    const store = bcdbootStore({ ...rest, newGuid: () => guids.shift() ?? "" });
    expect(findObject(store, "{bbbbbbbb-0000-4000-8000-000000000000}")?.type).toBe(0x10200003);
    expect(findObject(store, "{aaaaaaaa-0000-4000-8000-000000000000}")?.type).toBe(0x10200004);
  });

  test("of a stick: no recovery, its own timeout, BIOS with an MBR", () => {
    const partition = { style: "mbr", offsetBytes: 0x100000n, signature: 0xddba6bbb } as const;
    const store = bcdbootStore({
      ...UEFI,
      firmware: "bios",
      systemDevice: { kind: "boot" },
      windowsDevice: { kind: "partition", partition },
      recovery: false,
      timeout: 5,
    });
    const loader = findObject(store, LOADER);
    const bootmgr = findObject(store, OBJECT.bootmgr);
    if (loader === undefined || bootmgr === undefined) throw new Error("no loader");
    expect(elementValue(loader, recoveryenabled)).toEqual({ format: "boolean", boolean: false });
    expect(elementValue(loader, ELEMENT.path)).toMatchObject({
      text: "\\Windows\\system32\\winload.exe",
    });
    expect(elementValue(bootmgr, ELEMENT.timeout)).toMatchObject({ integer: 5n });
    expect(elementValue(bootmgr, ELEMENT.path)).toBeUndefined();
    expect(store.description.map(({ name }) => name)).toEqual(["KeyName", "System"]);
  });

  test("of Windows in a VHD file: each element looks for the path that belongs to it", () => {
    const store = bcdbootStore({ ...UEFI, windowsDevice: { vhd: "\\togo.vhdx", device: WINDOWS } });
    const words = [LOADER, RESUME].flatMap((id) => {
      const object = findObject(store, id);
      return [ELEMENT.device, ELEMENT.osdevice].map((element) => {
        const value = object && elementValue(object, element);
        return value?.format === "device" ? formatDevice(value.device).replace(/^.*,/, "") : "";
      });
    });
    const both = ["locate=custom:12000002", "locate=custom:22000002"];
    expect(words).toEqual([...both, ...both]);
  });
});

describe("entries beside it", () => {
  const common = { firmware: "uefi", description: "Windows PE", locale: "zh-CN" } as const;

  test("Windows PE from a WIM file, last in the menu", async () => {
    const objects = ramdiskObjects({
      ...common,
      loader: "{22222222-2222-4333-8444-555555555555}",
      options: OBJECT.ramdiskoptions,
      device: { kind: "boot" },
      wim: "\\sources\\boot.wim",
      sdi: "\\boot\\boot.sdi",
    });
    const store = withEntry(uefiStore(), objects);
    expect(withEntry(store, objects)).toEqual(store);
    const { store: read } = await readStoreBytes("BCD", hiveOf(store));
    expect(checkStore(read, false)).toEqual([]);
    const bootmgr = findObject(read, OBJECT.bootmgr);
    expect(bootmgr && elementValue(bootmgr, ELEMENT.displayorder)).toMatchObject({
      ids: [LOADER, "{22222222-2222-4333-8444-555555555555}"],
    });
  });

  test("Windows in a VHD file", () => {
    const id = "{33333333-2222-4333-8444-555555555555}";
    const entry = { ...common, loader: id, vhd: "\\w.vhdx", device: WINDOWS, recovery: false };
    const store = withEntry(uefiStore(), [vhdLoader(entry)]);
    expect(checkStore(store, false)).toEqual([]);
    const loader = vhdLoader({ ...entry, resume: RESUME, firmware: "bios" });
    expect(elementValue(loader, ELEMENT.resumeobject)).toMatchObject({ id: RESUME });
    expect(elementValue(loader, ELEMENT.recoveryenabled)).toMatchObject({ boolean: false });
  });
});
