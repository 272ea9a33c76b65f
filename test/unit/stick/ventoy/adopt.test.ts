/** A lifeboat stick becomes a Ventoy stick: its data partition has the same bytes, every judge and Ventoy's own check pass, and there is a way back. */
import { mkdtemp, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ByteRange } from "../../../../src/block/byte-range.ts";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { openFile } from "../../../../src/block/file.ts";
import type { Kit } from "../../../../src/boot/kit/kit.ts";
import { checkVentoyDevice } from "../../../../src/boot/ventoy/device-check.ts";
import { withoutSecureBoot } from "../../../../src/boot/ventoy/esp.ts";
import type { DataFileSystem, Scheme } from "../../../../src/stick/layout.ts";
import type { RefreshTools } from "../../../../src/stick/refresh.ts";
import { putSettings } from "../../../../src/stick/settings/file.ts";
import { openData } from "../../../../src/stick/stick.ts";
import {
  adoptTargetToVentoy,
  planVentoyAdoptionOf,
} from "../../../../src/stick/ventoy/adopt/on-target.ts";
import type { VentoyAdoptOptions } from "../../../../src/stick/ventoy/adopt/plan.ts";
import { openUserVolume } from "../../../../src/stick/ventoy/inspect.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { verifyVentoy } from "../../../../src/stick/ventoy/verify/verify.ts";
import { verifyStick } from "../../../../src/stick/verify/verify.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { run } from "../../../../src/system/run.ts";
import { adoptImage, adoptedStick } from "../../../support/adopted.ts";
import { foreignStick } from "../../../support/foreign-sticks.ts";
import { quietJob } from "../../../support/jobs.ts";
import type { SmallStickOptions } from "../../../support/small-kit.ts";
import { smallKit, smallStick } from "../../../support/small-kit.ts";
import {
  MIB,
  expectCleanStick,
  extractPartition,
  fixtureIso,
  hashesByOthers,
  refreshTools,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import {
  adoptOver,
  lifeboatStick,
  prepareOver,
  restoreOver,
} from "../../../support/ventoy-adopt.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import { ventoyStick } from "../../../support/ventoy-stick.ts";
import { releaseOf } from "../../../support/ventoy-upgrade.ts";

const folder = await suiteFolder();
let kit: Kit;
let parts: VentoyParts;
let iso = "";
let library: RefreshTools;

beforeAll(async () => {
  library = await refreshTools();
  kit = await smallKit(join(folder, "kit"), "one");
  parts = await ventoyParts();
  iso = await fixtureIso("debian-live", folder);
}, 240_000);

async function fresh(options: SmallStickOptions = {}) {
  const inside = await mkdtemp(join(folder, "stick-"));
  const image = join(inside, "stick.img");
  await lifeboatStick(image, kit, { isos: [iso], ...options });
  return { image, inside };
}

async function over<T>(
  image: string,
  use: (disk: Awaited<ReturnType<typeof openFile>>) => Promise<T>,
): Promise<T> {
  const disk = await openFile(image, { writable: true });
  try {
    return await use(disk);
  } finally {
    await disk.close();
  }
}

/** Everything that is to be true of a Ventoy stick made of a lifeboat stick. */
async function expectVentoyStick(image: string, fileSystem: DataFileSystem, image2: Buffer) {
  await expectCleanStick(image, fileSystem);
  const { label, partitions } = await sfdiskTable(image);
  const [data, efi] = partitions;
  expect(partitions).toHaveLength(2);
  expect(data).toMatchObject({ number: 1, start: 2048 });
  expect(efi).toMatchObject({ number: 2, start: 2048 + (data?.size ?? 0), size: 65_536 });
  if (label === "gpt") {
    expect(partitions.map(({ name }) => name)).toEqual(["Ventoy", "VTOYEFI"]);
    const said = await judge("sgdisk", ["--info=2", image]);
    expect(said).toMatch(/EBD0A0A2-B9E5-4433-87C0-68B6B72699C7/);
    expect(said).toMatch(/Attribute flags: 8000000000000000/);
    const linux = await judge("sgdisk", ["--info=1", image]);
    expect(/0FC63DAF/.test(linux)).toBe(fileSystem === "ext4");
  } else {
    expect(data?.bootable).toBe(true);
    expect(efi).toMatchObject({ type: "ef" });
    expect(efi?.bootable ?? false).toBe(false);
  }
  await over(image, async (disk) => {
    expect((await checkVentoyDevice(disk)).filter(({ ok }) => !ok)).toEqual([]);
    const survey = await surveyVentoy(disk);
    if (survey === undefined) throw new Error("no Ventoy stick");
    expect(survey).toMatchObject({ version: parts.version, interrupted: undefined });
    expect(survey.uuid).not.toMatch(/^0+$/);
    const start = (efi?.start ?? 0) * 512;
    expect((await readBytes(disk, start, image2.length)).equals(image2)).toBe(true);
    const release = { ...releaseOf(parts), diskImage: image2 };
    const { findings } = await verifyVentoy(disk, image, survey, release, quietJob());
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    // Before partition 1: what the installer writes there, in its places.
    const first = label === "gpt" ? 34 : 1;
    const core = await readBytes(disk, first * 512, (2048 - first) * 512);
    const wanted = Buffer.from(parts.coreImage.subarray(0, core.length));
    if (label === "gpt") wanted.writeUInt8(35, 500);
    expect(core.equals(wanted)).toBe(true);
    const sector = await readBytes(disk, 0, 440);
    const code = Buffer.from(parts.bootImage.subarray(0, 440));
    if (label === "gpt") code.writeUInt8(34, 92);
    sector.copy(code, 384, 384, 400);
    expect(sector.equals(code)).toBe(true);
  });
}

/** LIFEBOAT_FUZZ: all file systems on both schemes, which takes minutes more. */
const ALL = Number(process.env["LIFEBOAT_FUZZ"] ?? 0) > 0;
const SHAPES: readonly (readonly [Scheme, DataFileSystem])[] = [
  ["gpt", "exfat"],
  ["mbr", "ntfs"],
  ["gpt", "ext4"],
  ...(ALL
    ? ([
        ["mbr", "fat32"],
        ["mbr", "exfat"],
        ["gpt", "ntfs"],
        ["gpt", "fat32"],
        ["mbr", "ext4"],
      ] as const)
    : []),
];

test.each(SHAPES)(
  "%s, %s: Ventoy's, with the data as they were; and back, byte for byte",
  async (scheme, fileSystem) => {
    const { image, inside } = await fresh({ scheme, fileSystem });
    const before = await sha256OfFile(image);
    const table = await sfdiskTable(image);
    const data = await sha256OfFile(await extractPartition(image, 1));
    const hashes = await hashesByOthers(image, fileSystem, ["/debian-live.iso"], [iso]);
    const made = await over(image, async (disk) => adoptOver(disk, parts, inside, quietJob()));
    expect(made.plan).toMatchObject({
      fileSystem,
      removed: scheme === "gpt" ? [3] : [],
      kept: [],
      lost: [],
      interrupted: null,
    });
    expect(made.plan.freeBytes).toBeGreaterThanOrEqual(224 * MIB);
    await expectVentoyStick(image, fileSystem, parts.diskImage);
    expect(await sha256OfFile(await extractPartition(image, 1))).toBe(data);
    expect(await hashesByOthers(image, fileSystem, ["/debian-live.iso"], [iso])).toEqual(hashes);
    // What systems know the disk and the partition by.
    const now = await sfdiskTable(image);
    expect(now.id).toBe(table.id);
    const uuidOf = (one: unknown) => /"uuid":"([^"]+)"/.exec(JSON.stringify(one))?.[1];
    expect(uuidOf(now.partitions[0])).toBe(uuidOf(table.partitions[0]));
    if (scheme === "gpt") expect(uuidOf(now.partitions[1])).not.toBe(uuidOf(table.partitions[1]));

    await over(image, async (disk) => restoreOver(disk, made.result.savedTo, quietJob()));
    expect(await sha256OfFile(image)).toBe(before);
  },
  120_000,
);

test("without Ventoy's files for Secure Boot", async () => {
  const { image, inside } = await fresh();
  const options = { secureBoot: false };
  await over(image, async (disk) => adoptOver(disk, parts, inside, quietJob(), options));
  await expectVentoyStick(image, "exfat", withoutSecureBoot(parts.diskImage));
});

test.each(ALL ? (["gpt", "mbr"] as const) : (["gpt"] as const))(
  "%s: the full circle, twice: lifeboat, Ventoy, lifeboat, Ventoy, and back",
  async (scheme) => {
    const { image, inside } = await fresh({ scheme });
    const data = await sha256OfFile(await extractPartition(image, 1));
    await over(image, async (disk) => adoptOver(disk, parts, inside, quietJob()));
    await expectVentoyStick(image, "exfat", parts.diskImage);

    // Where lifeboat's boot partition ended there is room: the data aren't touched.
    const adopted = await adoptImage(image, kit);
    expect(adopted).toMatchObject({ ventoy: true, room: "free", moves: [] });
    expect(adopted.notes.map(({ en }) => en).join()).toMatch(/boot partition has 224 MiB only/);
    await expectCleanStick(image, "exfat");
    await withStick(image, async (stick) => {
      const tools = await refreshTools();
      const { findings } = await verifyStick(stick, { deep: true, ...tools }, run, quietJob());
      const serious = findings.filter(({ severity }) => severity !== "info");
      expect(serious.filter(({ id }) => id !== "secure-boot-unsigned")).toEqual([]);
    });
    expect(await sha256OfFile(await extractPartition(image, 1))).toBe(data);

    // This time its place is free, and the boot partition's bytes stay.
    const esp = await readFile(await extractPartition(image, 2));
    const again = await mkdtemp(join(inside, "again-"));
    const before = await sha256OfFile(image);
    const { result } = await over(image, async (disk) => adoptOver(disk, parts, again, quietJob()));
    await expectVentoyStick(image, "exfat", parts.diskImage);
    const place = adopted.layout.partitions.find(({ role }) => role === "esp");
    await over(image, async (disk) => {
      const now = await readBytes(disk, (place?.startLba ?? 0) * 512, esp.length);
      expect(now.equals(esp)).toBe(true);
    });
    expect(await sha256OfFile(await extractPartition(image, 1))).toBe(data);
    // Ventoy's partition had its bytes already.
    await over(image, async (disk) => restoreOver(disk, result.savedTo, quietJob()));
    expect(await sha256OfFile(image)).toBe(before);
  },
  240_000,
);

describe("what is the user's", () => {
  test("files that were put on the boot partition by hand are named, and come back", async () => {
    const { image, inside } = await fresh();
    await withStick(image, async ({ bootVolume, disk }) => {
      await bootVolume.writeTree([
        { path: "/EFI/tools/我的 shell.efi", data: Buffer.alloc(70_000, "mine ") },
        { path: "/System Volume Information/x", data: Buffer.from("Windows'") },
      ]);
      await disk.flush();
    });
    const before = await sha256OfFile(image);
    const { plan, result } = await over(image, async (disk) =>
      adoptOver(disk, parts, inside, quietJob()),
    );
    expect(plan.lost).toEqual(["/EFI/tools/我的 shell.efi"]);
    await over(image, async (disk) => restoreOver(disk, result.savedTo, quietJob()));
    expect(await sha256OfFile(image)).toBe(before);
  });

  test("the stick's settings stay, and come to a ventoy.json beside the saved file", async () => {
    const { image, inside } = await fresh();
    const settings = "menu: { timeout: 7 }\nventoy:\n  control:\n    VTOY_MENU_LANGUAGE: zh_CN\n";
    await withStick(image, async (stick) => {
      await putSettings(await openData(stick, run), Buffer.from(settings));
      await stick.disk.flush();
    });
    const { plan, result } = await over(image, async (disk) =>
      adoptOver(disk, parts, inside, quietJob()),
    );
    expect(plan.ventoyJson).toBe(true);
    const json = await readFile(result.ventoyJsonTo ?? "", "utf8");
    expect(JSON.parse(json)).toMatchObject({
      control: expect.arrayContaining([{ VTOY_MENU_LANGUAGE: "zh_CN" }]) as unknown,
    });
    await over(image, async (disk) => {
      const { volume } = await openUserVolume(disk, await surveyed(disk));
      const file = await volume?.open("/lifeboat/stick.yaml");
      if (file === undefined) throw new Error("no settings");
      expect((await readBytes(file, 0, file.size)).toString()).toBe(settings);
    });
  });

  test("settings with a mistake don't keep the stick from it", async () => {
    const { image, inside } = await fresh();
    await withStick(image, async (stick) => {
      await putSettings(await openData(stick, run), Buffer.from("menu: 7\n"));
      await stick.disk.flush();
    });
    const { plan, result } = await over(image, async (disk) =>
      adoptOver(disk, parts, inside, quietJob()),
    );
    expect(result.ventoyJsonTo).toBeNull();
    expect(plan.notes.map(({ en }) => en).join()).toMatch(/No ventoy.json is made/);
    await expectVentoyStick(image, "exfat", parts.diskImage);
  });
});

test.each(["gpt", "mbr"] as const)("%s: with lifeboat's menu beside Ventoy's", async (scheme) => {
  const { image, inside } = await fresh({ scheme, sizeBytes: 400 * MIB });
  await withStick(image, async (stick) => {
    await putSettings(await openData(stick, run), Buffer.from("menu: { timeout: 7 }\n"));
    await stick.disk.flush();
  });
  const options = { secureBoot: true, menu: { language: "zh", first: true } } as const;
  const { plan, result } = await onTarget(image, inside, options);
  expect(plan).toMatchObject({ menu: { first: true }, ventoyJson: false });
  expect(result.entries).toBeGreaterThan(0);
  await expectVentoyStick(image, "exfat", parts.diskImage);
  await withStick(image, async (stick) => {
    expect(stick.manifest).toMatchObject({ bootStage: { kind: "ventoy" }, language: "zh" });
    const json = await stick.bootVolume.open("/ventoy/ventoy.json");
    const text = (await readBytes(json, 0, json.size)).toString();
    expect(JSON.parse(text)).toMatchObject({
      control: expect.arrayContaining([
        { VTOY_DEFAULT_IMAGE: "F6>0" },
        { VTOY_MENU_TIMEOUT: "7" },
      ]) as unknown,
    });
  });
  expect(await hashesByOthers(image, "exfat", ["/debian-live.iso"], [iso])).toHaveLength(1);
});

describe("refused, with nothing written", () => {
  async function refusedOf(image: string, options: Partial<VentoyAdoptOptions> = {}) {
    const before = await sha256OfFile(image);
    const { inside } = { inside: await mkdtemp(join(folder, "refused-")) };
    const error: unknown = await onTarget(image, inside, { secureBoot: true, ...options }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(LifeboatError);
    const { code, kind, hint } = error as LifeboatError;
    expect(hint?.zh, code).toBeTruthy();
    expect(["refused", "damaged"], code).toContain(kind);
    expect(await sha256OfFile(image)).toBe(before);
    expect(await readdir(inside)).toEqual([]);
    return { code, text: (error as LifeboatError).text.en, hint: hint?.en ?? "" };
  }

  test.each(["gpt", "mbr"] as const)("%s: a Windows To Go partition in the way", async (scheme) => {
    const { image } = await fresh({ scheme, windowsBytes: 64 * MIB, sizeBytes: 500 * MIB });
    expect(await refusedOf(image)).toMatchObject({
      code: "ventoy-adopt-in-the-way",
      text: expect.stringMatching(scheme === "gpt" ? /Partition 4/ : /Partition 3/) as string,
    });
  });

  test.each([
    ["gpt", ["--typecode=2:0700"], "sgdisk"],
    ["mbr", ["--no-reread", "--no-tell-kernel", "--part-type"], "sfdisk"],
  ] as const)(
    "%s: a boot partition of another type, which isn't saved",
    async (scheme, args, tool) => {
      const { image } = await fresh({ scheme });
      await judge(tool, tool === "sfdisk" ? [...args, image, "2", "c"] : [...args, image]);
      expect(await refusedOf(image)).toMatchObject({ code: "ventoy-adopt-no-esp" });
    },
  );

  test("sectors of 4096 bytes", async () => {
    const image = join(await mkdtemp(join(folder, "stick-")), "stick.img");
    const disk = await smallStick(image, kit, { sectorSize: 4096, sizeBytes: 512 * MIB });
    await disk.close();
    expect((await refusedOf(image)).code).toBe("ventoy-sector-size");
    const opened = await openFile(image, { sectorSize: 4096 });
    const work = prepareOver(opened, parts, quietJob());
    await expect(work).rejects.toMatchObject({ code: "ventoy-sector-size", kind: "refused" });
    await opened.close();
  });

  test("a Ventoy stick, and one that is neither", async () => {
    const inside = await mkdtemp(join(folder, "stick-"));
    const ventoy = join(inside, "ventoy.img");
    await ventoyStick(ventoy, { scheme: "gpt", release: parts });
    const found = await refusedOf(ventoy);
    expect(found.code).toBe("already-a-ventoy-stick");
    expect(found.hint).toMatch(/lifeboat upgrade .*lifeboat adopt .* --menu f6/);
    const plain = join(inside, "plain.img");
    await foreignStick(plain, { scheme: "mbr", fileSystem: "exfat" });
    const other = await refusedOf(plain);
    expect(other.code).toBe("not-lifeboats");
    expect(other.hint).toMatch(/lifeboat adopt .*then lifeboat adopt .* --ventoy/);
  });

  test("partition 1 elsewhere than at 1 MiB, and a partition that lies behind it", async () => {
    const inside = await mkdtemp(join(folder, "stick-"));
    const image = join(inside, "stick.img");
    const about = { scheme: "mbr", fileSystem: "exfat", freeMib: 300 } as const;
    await adoptedStick(image, kit, { ...about, startLba: 4096 });
    expect((await refusedOf(image)).code).toBe("ventoy-adopt-data-start");
    const second = join(inside, "second.img");
    await adoptedStick(second, kit, about);
    const { partitions } = await sfdiskTable(second);
    const start = (partitions[0]?.start ?? 0) + (partitions[0]?.size ?? 0);
    await judge("sfdisk", ["--no-reread", "--no-tell-kernel", "-a", second], {
      input: `start=${start}, size=2048, type=83\n`,
    });
    expect(await refusedOf(second)).toMatchObject({ code: "ventoy-adopt-in-the-way" });
  });

  test("the menu where the data partition isn't exFAT, or is full", async () => {
    const menu = { language: "en", first: false } as const;
    const { image: ntfs } = await fresh({ fileSystem: "ntfs" });
    expect((await refusedOf(ntfs, { menu })).code).toBe("ventoy-data-not-exfat");
    const { image: full } = await fresh();
    await withStick(full, async (stick) => {
      const volume = await openData(stick, run);
      await (await volume.reserve(volume.freeBytes - MIB)).commit("/满", new Date());
      await stick.disk.flush();
    });
    expect((await refusedOf(full, { menu })).code).toBe("volume-full");
    // Without the menu nothing is written there, and so no room is wanted.
    const inside = await mkdtemp(join(folder, "full-"));
    await onTarget(full, inside, { secureBoot: true });
    await expectVentoyStick(full, "exfat", parts.diskImage);
  });

  test("a table that is damaged, and what changed since the plan was shown", async () => {
    const { image, inside } = await fresh();
    const sector = await over(image, async (disk) => {
      const good = await readBytes(disk, 512, 512);
      const bad = Buffer.from(good);
      bad.writeUInt8(bad.readUInt8(20) ^ 1, 20);
      await disk.write(512, bad);
      return good;
    });
    expect((await refusedOf(image)).code).toBe("adopt-table-damaged");
    await over(image, async (disk) => disk.write(512, sector));
    const release = releaseOf(parts);
    const tools = targetTools(inside);
    const plan = await planVentoyAdoptionOf(
      image,
      {},
      release,
      { secureBoot: true },
      tools,
      quietJob(),
    );
    const shown = { ...plan, lost: ["/other"] };
    await expect(adoptTargetToVentoy(shown, release, tools, quietJob())).rejects.toMatchObject({
      code: "changed-since-plan",
    });
    expect(await readdir(inside)).toEqual(["stick.img"]);
  });
});

function targetTools(inside: string) {
  const menuTools = { kit, recipes: library.recipes, run, lifeboat: "0.0.1", now: new Date() };
  const backupFile = join(inside, "old.lifeboat-boot");
  return { run, version: "0.0.1", now: new Date(), backupFile, menuTools };
}

/** As the command does it. */
async function onTarget(image: string, inside: string, options: VentoyAdoptOptions) {
  const release = releaseOf(parts);
  const tools = targetTools(inside);
  const plan = await planVentoyAdoptionOf(image, {}, release, options, tools, quietJob());
  return { plan, result: await adoptTargetToVentoy(plan, release, tools, quietJob()) };
}

async function surveyed(disk: ByteRange) {
  const survey = await surveyVentoy(disk);
  if (survey === undefined) throw new Error("no Ventoy stick");
  return survey;
}
