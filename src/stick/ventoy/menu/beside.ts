/**
 * lifeboat's menu on a Ventoy stick, beside Ventoy's own: everything of it lies in `/lifeboat` of the data partition, and
 * `/ventoy/ventoy_grub.cfg` leads Ventoy's GRUB to it when somebody presses F6. Ventoy's own partition is left alone: its next
 * upgrade would overwrite what were put there.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { SliceRange } from "../../../block/slice.ts";
import type { Kit } from "../../../boot/kit/kit.ts";
import { makeMenuFiles } from "../../../boot/stage.ts";
import type { StageFile } from "../../../boot/uefi-stage.ts";
import type { RecipeLibrary } from "../../../iso/recipes/library.ts";
import { VENTOY_GRUB_CONFIG, isVentoyGrubConfig } from "../../../menu/ventoy.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Run } from "../../../system/run.ts";
import { MIB } from "../../../system/sizes.ts";
import type { Language } from "../../../system/text.ts";
import { mismatch } from "../../build/read-back.ts";
import type { KnownHashes } from "../../data/collect.ts";
import { describeBootStage } from "../../boot-stage.ts";
import { readWhole } from "../../esp/files.ts";
import { STORE_FOLDERS } from "../../esp/store.ts";
import type { Scheme } from "../../layout.ts";
import type { StickManifest } from "../../manifest.ts";
import { MANIFEST_PATH, STICK_FORMAT, encodeJson } from "../../manifest.ts";
import { countIsoEntries } from "../../menu/menu.ts";
import { createMenu, renewMenu } from "../../menu/renew.ts";
import { folderOf, readMenuInUse } from "../../menu/slots.ts";
import { findMenuSource } from "../../menu/source.ts";
import { withEdits } from "../../settings/edit.ts";
import { exampleSettings, putSettings, textOfSettings } from "../../settings/file.ts";
import { SETTINGS_PATH, parseSettings } from "../../settings/read.ts";
import type { StickSettings } from "../../settings/schema.ts";
import type { Stick } from "../../stick.ts";
import { assembleStick } from "../../stick.ts";
import type { DataAsBoot } from "./data-as-boot.ts";
import { openDataAsBoot } from "./data-as-boot.ts";
import { ventoyContext } from "../../ventoy-json/on-stick.ts";
import { WRITTEN_JSON_PATH, renewVentoyJson, withVentoyJson } from "./json-file.ts";
import { say } from "./messages.ts";

/** What Ventoy's GRUB reads when F6 is pressed. */
export const VENTOY_GRUB_PATH = "/ventoy/ventoy_grub.cfg";
/** Ventoy lists no program or image of a folder with such a file. */
const IGNORE_PATH = "/lifeboat/.ventoyignore";
/** What makes Ventoy open what F6 opens; lifeboat's menu has its own default entry and countdown. */
const FIRST_KEY = "VTOY_DEFAULT_IMAGE";
const FIRST_MENU = ["ventoy", "control", FIRST_KEY];
const FIRST_ENTRY = "F6>0";
/** lifeboat's alone, once its menu is there. */
export const OWN_FOLDERS: readonly string[] = [
  ...Object.values(STORE_FOLDERS),
  folderOf("a"),
  folderOf("b"),
  "/lifeboat/grub",
  "/lifeboat/tools",
];
/** For a stick that isn't there yet: every name is as long as this one's. */
const EXAMPLE_UUID = "0".repeat(32);
/** Menus, records and folders. */
const ROOM_FOR_MENUS = 16 * MIB;

/** What the menu must know of the stick. */
export interface VentoyStickFacts {
  readonly scheme: Scheme;
  /** By which Ventoy knows its disk: 32 hex digits. */
  readonly uuid: string;
  readonly secureBoot: boolean;
  readonly data: { readonly startLba: number; readonly sectors: number };
}

export interface MenuBesideOptions {
  readonly language: Language;
  /** Whether Ventoy opens lifeboat's menu by itself, and not only when F6 is pressed. */
  readonly first: boolean;
  /** SHA-256 of files that the caller has just written, by path. */
  readonly hashes?: KnownHashes;
}

export interface MenuBesideTools {
  readonly kit: Kit;
  readonly recipes: RecipeLibrary;
  readonly run: Run;
  /** lifeboat's version. */
  readonly lifeboat: string;
  readonly now: Date;
  readonly beforeReadBack: () => Promise<void>;
}

export interface MenuBeside {
  /** Of the menu, that start something from an ISO. */
  readonly entries: number;
  /** Whether it opens by itself. */
  readonly first: boolean;
}

/** What is to lie on the data partition besides menus and settings. @param name the stick's, which the menu shows. */
export async function menuFiles(kit: Kit, name: string, language: Language): Promise<StageFile[]> {
  return [
    ...(await makeMenuFiles(kit, { language, stickName: name })),
    { path: IGNORE_PATH, data: Buffer.from("\n") },
  ];
}

/** Room that the menu takes on an empty data partition, in bytes, whole clusters counted. */
export async function roomForMenu(
  kit: Kit,
  language: Language,
  unitBytes: number,
): Promise<number> {
  const files = await menuFiles(kit, nameOf(EXAMPLE_UUID), language);
  return ROOM_FOR_MENUS + bytesOf(files, unitBytes);
}

/**
 * Looks whether the menu can be put there. Reads only.
 * @throws LifeboatError `ventoy-data-not-exfat`, `ventoy-menu-taken`, `lifeboat-folder-taken`, `volume-full`, `kit-file-missing`.
 */
export async function checkMenuBeside(
  disk: ByteRange,
  facts: VentoyStickFacts,
  language: Language,
  kit: Kit,
): Promise<void> {
  await prepare(disk, facts, language, kit);
}

async function prepare(disk: ByteRange, facts: VentoyStickFacts, language: Language, kit: Kit) {
  const volume = await openData(disk, facts);
  await refuseForeignConfig(volume);
  await refuseForeignFolders(volume);
  const files = await menuFiles(kit, nameOf(facts.uuid), language);
  const changed: StageFile[] = [];
  for (const file of files) {
    const there = await readWhole(volume, file.path);
    if (there?.equals(file.data) !== true) changed.push(file);
  }
  checkRoom(volume, changed);
  return { volume, files, changed };
}

/**
 * Puts the menu on the data partition of a Ventoy stick, or brings it up to date. What leads to it comes last: cut before, Ventoy's menu
 * is as it was.
 * @param path of `disk`, for programs that open it themselves.
 * @throws LifeboatError what `checkMenuBeside` throws, with nothing written; `read-back-mismatch`; what writing throws.
 */
export async function putMenuBeside(
  disk: ByteRange,
  path: string,
  facts: VentoyStickFacts,
  options: MenuBesideOptions,
  tools: MenuBesideTools,
  job: JobContext,
): Promise<MenuBeside> {
  const { language } = options;
  const { volume, files, changed } = await prepare(disk, facts, language, tools.kit);
  const manifest = manifestOf(facts, language, files, tools);
  job.report({ kind: "step", text: say.writingMenuFiles() });
  const written = [...changed, { path: MANIFEST_PATH, data: encodeJson(manifest) }];
  await volume.writeTree(written);
  const isTaken = await putStickSettings(volume, options, tools.now, job);
  const stick = assembleStick(disk, path, manifest, volume, facts.data);
  const { records, settings } = await putMenu(stick, volume, options, tools, job);
  const context = await ventoyContext(stick, tools.run);
  const inForce = await renewVentoyJson(volume, settings, context, job, { isTaken });
  await disk.flush();
  await tools.beforeReadBack();
  await readBack(disk, facts, written);
  const config = { path: VENTOY_GRUB_PATH, data: Buffer.from(VENTOY_GRUB_CONFIG) };
  if ((await readWhole(volume, config.path))?.equals(config.data) !== true) {
    await volume.writeTree([config]);
  }
  await disk.flush();
  await tools.beforeReadBack();
  await readBack(disk, facts, [config]);
  return { entries: countIsoEntries(records, stick), first: options.first && inForce };
}

/** The first menu of the stick, or the next one: in the slot that isn't in use, with what is known of the ISOs. */
async function putMenu(
  stick: Stick,
  volume: DataAsBoot,
  { hashes = new Map() }: MenuBesideOptions,
  { recipes }: MenuBesideTools,
  job: JobContext,
) {
  const inUse = await readMenuInUse(volume);
  const source = await findMenuSource(volume.data, recipes, inUse.latest, hashes, job);
  const { settings } = source.read;
  if (inUse.latest === undefined) {
    return { records: (await createMenu(stick, source, job)).records, settings };
  }
  return { records: (await renewMenu(stick, source, inUse, job)).records, settings };
}

/** Of the 16 bytes by which Ventoy knows the disk. */
function nameOf(uuid: string): string {
  return `LIFEBOAT-${uuid.slice(0, 8).toUpperCase()}`;
}

function manifestOf(
  { scheme, uuid, secureBoot }: VentoyStickFacts,
  language: Language,
  files: readonly StageFile[],
  { kit, lifeboat }: MenuBesideTools,
): StickManifest {
  return {
    format: STICK_FORMAT,
    lifeboat,
    name: nameOf(uuid),
    scheme,
    diskId: uuid,
    fileSystem: "exfat",
    secureBoot,
    language,
    bootStage: {
      // Ventoy's own version says its partition, whoever upgrades it.
      ...describeBootStage(kit.versions(), files, undefined),
      kind: "ventoy",
    },
  };
}

async function openData(disk: ByteRange, { data }: VentoyStickFacts): Promise<DataAsBoot> {
  const { sectorSize } = disk;
  const range = new SliceRange(disk, data.startLba * sectorSize, data.sectors * sectorSize);
  return openDataAsBoot(range).catch((error: unknown) => {
    if (!(error instanceof LifeboatError) || error.code !== "not-exfat") throw error;
    throw new LifeboatError("ventoy-data-not-exfat", say.dataNotExfat(), {
      kind: "refused",
      hint: say.dataNotExfatHint(),
      cause: error,
    });
  });
}

/** Whoever wrote a menu of their own keeps it. */
async function refuseForeignConfig(volume: DataAsBoot): Promise<void> {
  if ((await volume.find(VENTOY_GRUB_PATH)) === undefined) return;
  const text = (await readWhole(volume, VENTOY_GRUB_PATH))?.toString("utf8") ?? "";
  if (isVentoyGrubConfig(text)) return;
  throw new LifeboatError("ventoy-menu-taken", say.menuTaken(VENTOY_GRUB_PATH), {
    kind: "refused",
    hint: say.menuTakenHint(),
  });
}

/** What `refresh` keeps in these folders is lifeboat's; what somebody put there before isn't. */
async function refuseForeignFolders(volume: DataAsBoot): Promise<void> {
  if ((await volume.find(MANIFEST_PATH)) !== undefined) return;
  for (const folder of OWN_FOLDERS) {
    if ((await volume.find(folder)) === undefined) continue;
    throw new LifeboatError("lifeboat-folder-taken", say.folderTaken(folder), {
      kind: "refused",
      hint: say.folderTakenHint(),
    });
  }
}

function checkRoom(volume: DataAsBoot, files: readonly StageFile[]): void {
  const needed = ROOM_FOR_MENUS + bytesOf(files, volume.allocationUnitBytes);
  if (volume.freeBytes >= needed) return;
  throw new LifeboatError("volume-full", say.noRoomForMenu(needed, volume.freeBytes), {
    kind: "refused",
    hint: say.noRoomForMenuHint(),
  });
}

function bytesOf(files: readonly StageFile[], unit: number): number {
  return files.reduce((sum, { data }) => sum + Math.ceil(data.length / unit) * unit, 0);
}

/**
 * A new file, or the one that is there: with what ventoy.json has said until now, and with the menu that is to open by itself.
 * @returns whether all that ventoy.json says is in it.
 */
async function putStickSettings(
  volume: DataAsBoot,
  { language, first }: MenuBesideOptions,
  now: Date,
  job: JobContext,
): Promise<boolean> {
  const found = await readWhole(volume, SETTINGS_PATH);
  const old = found === undefined ? await exampleSettings(language) : textOfSettings(found);
  const isKept = (await volume.find(WRITTEN_JSON_PATH)) !== undefined;
  const taken = isKept ? { text: old, isTaken: false } : await withVentoyJson(old, volume, {}, job);
  let { text } = taken;
  const isFirst = (await parseSettings(Buffer.from(text))).settings?.ventoy;
  if (first) text = await withEdits(text, [{ path: FIRST_MENU, value: FIRST_ENTRY }]);
  else if (saysFirst(isFirst))
    text = await withEdits(text, [{ path: FIRST_MENU, value: undefined }]);
  if (found === undefined || text !== old) await putSettings(volume.data, Buffer.from(text), now);
  return taken.isTaken;
}

/** Whether `--menu first` has said so before. */
function saysFirst(ventoy: StickSettings["ventoy"]): boolean {
  const control = ventoy?.["control"];
  const items: readonly unknown[] = Array.isArray(control) ? control : [control];
  return items.some(
    (item) =>
      typeof item === "object" &&
      item !== null &&
      (item as Record<string, unknown>)[FIRST_KEY] === FIRST_ENTRY,
  );
}

/** By another volume than the one that wrote them. */
async function readBack(
  disk: ByteRange,
  facts: VentoyStickFacts,
  files: readonly StageFile[],
): Promise<void> {
  const volume = await openData(disk, facts);
  for (const { path, data } of files) {
    if ((await readWhole(volume, path))?.equals(data) !== true) throw mismatch(path);
  }
}
