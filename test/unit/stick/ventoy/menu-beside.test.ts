/** lifeboat's menu on Ventoy sticks that Ventoy's own steps made: put there, kept, cut short, and never in the way of Ventoy's. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import { OverlayRange } from "../../../../src/block/overlay.ts";
import { RecordingRange } from "../../../../src/block/recorder.ts";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { VENTOY_GRUB_CONFIG } from "../../../../src/menu/ventoy.ts";
import { addFiles, removeFiles } from "../../../../src/stick/add.ts";
import { readWhole } from "../../../../src/stick/esp/files.ts";
import { inspectStick } from "../../../../src/stick/inspect.ts";
import { readActiveSlot, readSlot } from "../../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../../src/stick/refresh.ts";
import { refreshStick } from "../../../../src/stick/refresh.ts";
import type { Stick } from "../../../../src/stick/stick.ts";
import { openStick, recogniseStick } from "../../../../src/stick/stick.ts";
import type { MenuBesideTools } from "../../../../src/stick/ventoy/menu/beside.ts";
import { VENTOY_GRUB_PATH, putMenuBeside } from "../../../../src/stick/ventoy/menu/beside.ts";
import { verifyStick } from "../../../../src/stick/verify/verify.ts";
import { writeSettings } from "../../../../src/stick/settings/file.ts";
import type { JobContext } from "../../../../src/system/progress.ts";
import { run } from "../../../../src/system/run.ts";
import { VERSION } from "../../../../src/system/version.ts";
import { quietJob } from "../../../support/jobs.ts";
import { testKit } from "../../../support/kit.ts";
import { MIB, fixtureIso, refreshTools, suiteFolder, withStick } from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import type { MadeVentoyStick } from "../../../support/ventoy-stick.ts";
import { ventoyStick } from "../../../support/ventoy-stick.ts";
import { ALL, EVERY_OTHER, NONE, powerCuts } from "../../../support/power-cuts.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

const SCHEMES = ["gpt", "mbr"] as const;
const NOW = new Date("2026-06-01T12:00:00Z");
const OPTIONS = { language: "en", first: false } as const;

let folder = "";
let tools: RefreshTools;
let menuTools: MenuBesideTools;
const made = new Map<string, MadeVentoyStick>();

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  menuTools = {
    ...tools,
    kit: await testKit(),
    lifeboat: VERSION,
    now: NOW,
    beforeReadBack: async () => undefined,
  };
  const release = await ventoyParts();
  const iso = await fixtureIso("debian-live", join(folder, "isos"));
  for (const scheme of SCHEMES) {
    const files = { "/debian.iso": await readFile(iso) };
    const image = join(folder, `${scheme}.img`);
    made.set(scheme, await ventoyStick(image, { scheme, release, sizeMib: 160, files }));
  }
});

const madeStick = (scheme: string): MadeVentoyStick => {
  const stick = made.get(scheme);
  if (stick === undefined) throw new Error(`no stick ${scheme}`);
  return stick;
};

async function copyOf(scheme: string, name: string): Promise<string> {
  const image = join(folder, `${name}.img`);
  await copySparse(madeStick(scheme).image, image);
  return image;
}

const factsOf = ({ uuid, data }: MadeVentoyStick, scheme: (typeof SCHEMES)[number]) => {
  return { scheme, uuid: uuid.toString("hex"), secureBoot: true, data };
};

async function put(image: string, scheme: (typeof SCHEMES)[number]) {
  const disk = await openFile(image, { writable: true });
  try {
    const facts = factsOf(madeStick(scheme), scheme);
    return await putMenuBeside(disk, image, facts, OPTIONS, menuTools, quietJob());
  } finally {
    await disk.close();
  }
}

/** Everything of an image but its data partition. */
async function outsideData(image: string, { data }: MadeVentoyStick): Promise<Buffer> {
  const bytes = await readFile(image);
  const end = (data.startLba + data.sectors) * 512;
  return Buffer.concat([bytes.subarray(0, data.startLba * 512), bytes.subarray(end)]);
}

/** By id. */
async function findingsOf(stick: Stick): Promise<string[]> {
  const { findings } = await verifyStick(stick, { deep: true }, run, quietJob());
  return findings.map(({ id }) => id).toSorted();
}

async function expectCleanExfat(image: string, { data }: MadeVentoyStick): Promise<void> {
  const part = `${image}.data`;
  const at = [`skip=${data.startLba}`, `count=${data.sectors}`, "conv=sparse", "status=none"];
  await judge("dd", [`if=${image}`, `of=${part}`, ...at]);
  await judge("fsck.exfat", ["-n", part]);
}

describe.each(SCHEMES)("%s", (scheme) => {
  test("it is put there, found, checked, and nothing outside the data partition changes", async () => {
    const image = await copyOf(scheme, `put-${scheme}`);
    const before = await outsideData(image, madeStick(scheme));
    const { entries } = await put(image, scheme);
    expect(entries).toBeGreaterThan(0);
    expect((await outsideData(image, madeStick(scheme))).equals(before)).toBe(true);
    await expectCleanExfat(image, madeStick(scheme));

    const uuid = madeStick(scheme).uuid.toString("hex");
    await withStick(image, async (stick) => {
      expect(stick.manifest.bootStage.kind).toBe("ventoy");
      expect(stick.hookPartition).toBe(`ventoy:${uuid}:1`);
      const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
      expect(slot?.menu).toContain(`lifeboat.part=ventoy:${uuid}:1`);
      const config = await readWhole(stick.bootVolume, VENTOY_GRUB_PATH);
      expect(config?.toString()).toBe(VENTOY_GRUB_CONFIG);
      const { bootStage, isos } = await inspectStick(stick);
      expect(bootStage.kind).toBe("ventoy");
      expect(isos.map(({ path }) => path)).toEqual(["/debian.iso"]);
      expect(await findingsOf(stick)).toEqual(["hash-unknown", "secure-boot-unsigned"]);
    });
  });

  test("ISOs are added and removed as on every stick", async () => {
    const image = await copyOf(scheme, `add-${scheme}`);
    await put(image, scheme);
    const iso = await fixtureIso("memtest86+", join(folder, "isos"));
    const outside = await outsideData(image, madeStick(scheme));
    await withStick(image, async (stick) => {
      const { added } = await addFiles(stick, [iso], tools, quietJob());
      expect(added).toHaveLength(1);
    });
    await expectCleanExfat(image, madeStick(scheme));
    await withStick(image, async (stick) => {
      const again = await refreshStick(stick, tools, quietJob());
      expect(again).toMatchObject({ changed: false, added: [], removed: [] });
      const { removed } = await removeFiles(stick, ["debian.iso"], tools, quietJob());
      expect(removed).toEqual(["/debian.iso"]);
    });
    await withStick(image, async (stick) => {
      expect(await findingsOf(stick)).toEqual(["secure-boot-unsigned"]);
    });
    await expectCleanExfat(image, madeStick(scheme));
    expect((await outsideData(image, madeStick(scheme))).equals(outside)).toBe(true);
  });
});

describe("ventoy.json", () => {
  const JSON_PATH = "/ventoy/ventoy.json";
  const told = (): { notes: string[]; job: JobContext } => {
    const notes: string[] = [];
    const report: JobContext["report"] = (event) => {
      if (event.kind === "note") notes.push(event.text.en);
    };
    return { notes, job: { ...quietJob(), report } };
  };
  const jsonOn = async (stick: Stick) =>
    JSON.parse(
      (await readWhole(stick.bootVolume, JSON_PATH))?.toString("utf8") ?? "null",
    ) as unknown;

  async function withMenu(name: string, json: string | undefined, first: boolean) {
    const release = await ventoyParts();
    const files = json === undefined ? {} : { [JSON_PATH]: Buffer.from(json) };
    const image = join(folder, `${name}.img`);
    const stick = await ventoyStick(image, { scheme: "mbr", release, sizeMib: 160, files });
    const disk = await openFile(image, { writable: true });
    const options = { language: "en", first } as const;
    const { job, notes } = told();
    await putMenuBeside(disk, image, factsOf(stick, "mbr"), options, menuTools, job);
    await disk.close();
    return { image, notes };
  }

  test("without anything to say none is written", async () => {
    const { image } = await withMenu("json-none", undefined, false);
    await withStick(image, async (stick) => expect(await jsonOn(stick)).toBeNull());
  });

  test("lifeboat's menu first, and what the user had told Ventoy before", async () => {
    const before = { menu_tip: { tips: [{ image: "/a.iso", tip: "mine" }] }, unknown_key: [1] };
    const { image } = await withMenu("json-first", JSON.stringify(before), true);
    await withStick(image, async (stick) => {
      const after = { ...before, control: [{ VTOY_DEFAULT_IMAGE: "F6>0" }] };
      expect(await jsonOn(stick)).toEqual(after);
      const settings = (await readWhole(stick.bootVolume, "/lifeboat/stick.yaml"))?.toString();
      expect(settings).toContain("VTOY_DEFAULT_IMAGE");
      expect(settings).toContain("mine");
      const again = await refreshStick(stick, tools, quietJob());
      expect(again.changed).toBe(false);
    });
  });

  test("the stick's settings are written to it, and what somebody else wrote stays", async () => {
    const { image } = await withMenu("json-refresh", undefined, false);
    await withStick(image, async (stick) => {
      await writeSettings(stick, Buffer.from("menu: {timeout: 7}\n"), run);
      const { changed } = await refreshStick(stick, tools, quietJob());
      expect(changed).toBe(true);
      expect(await jsonOn(stick)).toEqual({ control: [{ VTOY_MENU_TIMEOUT: "7" }] });
      await stick.bootVolume.writeFile(JSON_PATH, Buffer.from('{"control": []}\n'));
      await writeSettings(stick, Buffer.from("menu: {timeout: 8}\n"), run);
      const { job, notes } = told();
      await refreshStick(stick, tools, job);
      expect(notes.join("\n")).toContain("isn't what lifeboat wrote");
      expect(await jsonOn(stick)).toEqual({ control: [] });
    });
  });

  test("one with a mistake is told and stays", async () => {
    const { image, notes } = await withMenu("json-wrong", '{"control": [\n', true);
    expect(notes.join("\n")).toMatch(/ventoy\.json/);
    await withStick(image, async (stick) => {
      const text = (await readWhole(stick.bootVolume, JSON_PATH))?.toString("utf8");
      expect(text).toBe('{"control": [\n');
    });
  });
});

describe("once more", () => {
  const again = async (image: string, scheme: (typeof SCHEMES)[number], first: boolean) => {
    const disk = await openFile(image, { writable: true });
    const options = { language: "en", first } as const;
    const facts = factsOf(madeStick(scheme), scheme);

    try {
      return await putMenuBeside(disk, image, facts, options, menuTools, quietJob());
    } finally {
      await disk.close();
    }
  };

  test("what is known of the ISOs stays, and the same menu isn't written again", async () => {
    const image = await copyOf("gpt", "again");
    await put(image, "gpt");
    const iso = await fixtureIso("memtest86+", join(folder, "isos"));
    await withStick(image, async (stick) => addFiles(stick, [iso], tools, quietJob()));
    const hashes = async () =>
      withStick(image, async (stick) =>
        (await inspectStick(stick)).isos.map(({ sha256 }) => sha256),
      );
    const before = await hashes();
    expect(before.filter((sha256) => sha256 !== null)).toHaveLength(1);
    const slot = async () => withStick(image, async (stick) => readActiveSlot(stick.bootVolume));
    const active = await slot();
    await again(image, "gpt", false);
    expect(await hashes()).toEqual(before);
    expect(await slot()).toBe(active);
    await expectCleanExfat(image, madeStick("gpt"));
  });

  test("first, and behind F6 again", async () => {
    const image = await copyOf("mbr", "first-and-back");
    const control = async () =>
      withStick(image, async (stick) => {
        const text = (await readWhole(stick.bootVolume, "/ventoy/ventoy.json"))?.toString() ?? "{}";
        return (JSON.parse(text) as { control?: unknown }).control;
      });
    expect((await again(image, "mbr", true)).first).toBe(true);
    expect(await control()).toEqual([{ VTOY_DEFAULT_IMAGE: "F6>0" }]);
    expect((await again(image, "mbr", false)).first).toBe(false);
    expect(await control()).toBeUndefined();
  });

  test("a ventoy.json that somebody else changed keeps it behind F6, and that is told", async () => {
    const image = await copyOf("mbr", "not-first");
    await again(image, "mbr", true);
    await withStick(image, async ({ bootVolume }) =>
      bootVolume.writeFile("/ventoy/ventoy.json", Buffer.from('{"control": []}\n')),
    );
    expect((await again(image, "mbr", true)).first).toBe(false);
  });
});

test.each(["/lifeboat/boot", "/lifeboat/extra", "/lifeboat/menu-a"])(
  "%s that somebody else made stays, and nothing is written",
  async (path) => {
    const release = await ventoyParts();
    const image = join(folder, `taken${path.replaceAll("/", "-")}.img`);
    const files = { "/lifeboat/note.txt": Buffer.from("mine") };
    const stick = await ventoyStick(image, { scheme: "gpt", release, files });
    const disk = await openFile(image, { writable: true });
    const { openDataAsBoot } = await import("../../../../src/stick/ventoy/menu/data-as-boot.ts");
    const { SliceRange } = await import("../../../../src/block/slice.ts");
    const { startLba, sectors } = stick.data;
    const volume = await openDataAsBoot(new SliceRange(disk, startLba * 512, sectors * 512));
    await volume.writeTree([{ path: `${path}/mine.iso`, data: Buffer.from("mine") }]);
    await disk.flush();
    const before = await readFile(image);
    await expect(
      putMenuBeside(disk, image, factsOf(stick, "gpt"), OPTIONS, menuTools, quietJob()),
    ).rejects.toMatchObject({ code: "lifeboat-folder-taken" });
    await disk.close();
    expect((await readFile(image)).equals(before)).toBe(true);
  },
);

test("lifeboat's own files aren't removed or replaced by its commands", async () => {
  const image = await copyOf("gpt", "own-files");
  await put(image, "gpt");
  await withStick(image, async (stick) => {
    for (const path of ["/lifeboat/stick.json", "/lifeboat/grub/grub.cfg", VENTOY_GRUB_PATH]) {
      await expect(removeFiles(stick, [path], tools, quietJob())).rejects.toMatchObject({
        code: "own-file",
      });
    }
    const iso = await fixtureIso("memtest86+", join(folder, "isos"));
    const folderOfMenu = { folder: "/lifeboat/menu-a" };
    await expect(addFiles(stick, [iso], tools, quietJob(), folderOfMenu)).rejects.toMatchObject({
      code: "own-file",
    });
  });
});

test("a menu that somebody else wrote stays, and nothing is written", async () => {
  const release = await ventoyParts();
  const files = { "/ventoy/ventoy_grub.cfg": Buffer.from("menuentry mine { true }\n") };
  const image = join(folder, "foreign.img");
  const stick = await ventoyStick(image, { scheme: "mbr", release, sizeMib: 96, files });
  const before = await readFile(image);
  const disk = await openFile(image, { writable: true });
  await expect(
    putMenuBeside(disk, image, factsOf(stick, "mbr"), OPTIONS, menuTools, quietJob()),
  ).rejects.toMatchObject({ code: "ventoy-menu-taken" });
  await disk.close();
  expect((await readFile(image)).equals(before)).toBe(true);
});

test.each(["ntfs", "fat32", "ext4"] as const)(
  "a data partition with %s is refused",
  async (name) => {
    const release = await ventoyParts();
    const image = join(folder, `${name}.img`);
    const stick = await ventoyStick(image, { scheme: "gpt", release, fileSystem: name });
    const disk = await openFile(image, { writable: true });
    await expect(
      putMenuBeside(disk, image, factsOf(stick, "gpt"), OPTIONS, menuTools, quietJob()),
    ).rejects.toMatchObject({ code: "ventoy-data-not-exfat" });
    await disk.close();
  },
);

test("without room it says how much it needs", async () => {
  const release = await ventoyParts();
  const image = join(folder, "full.img");
  const files = { "/full": Buffer.alloc(40 * MIB) };
  const stick = await ventoyStick(image, { scheme: "gpt", release, sizeMib: 96, files });
  const disk = await openFile(image, { writable: true });
  await expect(
    putMenuBeside(disk, image, factsOf(stick, "gpt"), OPTIONS, menuTools, quietJob()),
  ).rejects.toMatchObject({ code: "volume-full" });
  await disk.close();
});

test("cut anywhere, Ventoy's own menu finds its ISO, and lifeboat's is whole or not there", async () => {
  const stick = madeStick("gpt");
  const base = await openFile(stick.image);
  const recorder = new RecordingRange(new OverlayRange(base));
  await putMenuBeside(recorder, stick.image, factsOf(stick, "gpt"), OPTIONS, menuTools, quietJob());
  const { log } = recorder;
  const step = Math.max(1, Math.floor(log.length / 60));
  const counts = Array.from({ length: 60 }, (_, index) => index * step);
  const found = { whole: 0, absent: 0 };
  const ways = [NONE, ALL, EVERY_OTHER];
  let last = false;
  for await (const { disk } of powerCuts(base, log, ways, [...counts, log.length])) {
    last = await menuAfter(disk);
    if (last) found.whole++;
    else found.absent++;
  }
  expect(last).toBe(true);
  expect(found.absent).toBeGreaterThan(60);
  await base.close();
});

/** Whether F6 leads to a menu, all of whose files are there then. */
async function menuAfter(disk: ByteRange): Promise<boolean> {
  const { openDataAsBoot } = await import("../../../../src/stick/ventoy/menu/data-as-boot.ts");
  const { SliceRange } = await import("../../../../src/block/slice.ts");
  const { data } = madeStick("gpt");
  const volume = await openDataAsBoot(
    new SliceRange(disk, data.startLba * 512, data.sectors * 512),
  );
  expect((await volume.find("/debian.iso"))?.kind).toBe("file");
  if ((await volume.find(VENTOY_GRUB_PATH)) === undefined) return false;
  const stick = await recogniseStick(disk, "cut.img");
  const { findings } = await verifyStick(stick, { deep: false }, run, quietJob());
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  return true;
}

test("a Ventoy stick without lifeboat's menu is no stick of lifeboat's", async () => {
  await expect(openStick(madeStick("gpt").image)).rejects.toMatchObject({ code: "not-a-stick" });
});
