/**
 * lifeboat's menu on a Ventoy stick, beside Ventoy's own: everything of it lies in `/lifeboat` of the data partition, and
 * `/ventoy/ventoy_grub.cfg` leads Ventoy's GRUB to it when somebody presses F6. Ventoy's own partition is left alone: its next
 * upgrade would overwrite what were put there.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { SliceRange } from "../../block/slice.ts";
import type { Kit } from "../../boot/kit/kit.ts";
import { makeMenuFiles } from "../../boot/stage.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import type { RecipeLibrary } from "../../iso/recipes/library.ts";
import { VENTOY_GRUB_CONFIG, isVentoyGrubConfig } from "../../menu/ventoy.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { MIB } from "../../system/sizes.ts";
import type { Language } from "../../system/text.ts";
import { mismatch } from "../build/read-back.ts";
import type { KnownHashes } from "../data/collect.ts";
import { describeBootStage } from "../boot-stage.ts";
import { readWhole } from "../esp/files.ts";
import type { Scheme } from "../layout.ts";
import type { StickManifest } from "../manifest.ts";
import { MANIFEST_PATH, STICK_FORMAT, encodeJson } from "../manifest.ts";
import { countIsoEntries } from "../menu/menu.ts";
import { createMenu } from "../menu/renew.ts";
import { findMenuSource } from "../menu/source.ts";
import { withEdits } from "../settings/edit.ts";
import { exampleSettings, putSettings, textOfSettings } from "../settings/file.ts";
import { SETTINGS_PATH } from "../settings/read.ts";
import type { Stick } from "../stick.ts";
import { assembleStick } from "../stick.ts";
import type { DataAsBoot } from "./data-as-boot.ts";
import { openDataAsBoot } from "./data-as-boot.ts";
import { ventoyContext } from "../ventoy-json/on-stick.ts";
import { WRITTEN_JSON_PATH, renewVentoyJson, withVentoyJson } from "./json-file.ts";
import { say } from "./menu-messages.ts";

/** What Ventoy's GRUB reads when F6 is pressed. */
export const VENTOY_GRUB_PATH = "/ventoy/ventoy_grub.cfg";
/** Ventoy lists no program or image of a folder with such a file. */
const IGNORE_PATH = "/lifeboat/.ventoyignore";
/** What makes Ventoy open what F6 opens; lifeboat's menu has its own default entry and countdown. */
const FIRST_MENU = ["ventoy", "control", "VTOY_DEFAULT_IMAGE"];
const FIRST_ENTRY = "F6>0";
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
  readonly stick: Stick;
  /** Of the menu, that start something from an ISO. */
  readonly entries: number;
}

/**
 * Puts the menu on the data partition of a Ventoy stick, or makes it anew. What leads to it comes last: cut before, Ventoy's menu is as
 * it was.
 * @param path of `disk`, for programs that open it themselves.
 * @throws LifeboatError `ventoy-data-not-exfat`, `ventoy-menu-taken`, `volume-full`, `kit-file-missing` with nothing written;
 * `read-back-mismatch`; what writing throws.
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
  const volume = await openData(disk, facts);
  await refuseForeignConfig(volume);
  const name = `LIFEBOAT-${facts.uuid.slice(0, 8).toUpperCase()}`;
  const files = [
    ...(await makeMenuFiles(tools.kit, { language, stickName: name })),
    { path: IGNORE_PATH, data: Buffer.from("\n") },
  ];
  checkRoom(volume, files);
  const manifest: StickManifest = {
    format: STICK_FORMAT,
    lifeboat: tools.lifeboat,
    name,
    scheme: facts.scheme,
    diskId: facts.uuid,
    fileSystem: "exfat",
    secureBoot: facts.secureBoot,
    language,
    bootStage: {
      // Ventoy's own version says its partition, whoever upgrades it.
      ...describeBootStage(tools.kit.versions(), files, undefined),
      kind: "ventoy",
    },
  };
  job.report({ kind: "step", text: say.writingMenuFiles() });
  const all = [...files, { path: MANIFEST_PATH, data: encodeJson(manifest) }];
  await volume.writeTree(all);
  const isTaken = await putStickSettings(volume, options, tools.now, job);
  const stick = assembleStick(disk, path, manifest, volume, facts.data);
  const { hashes = new Map() } = options;
  const source = await findMenuSource(volume.data, tools.recipes, undefined, hashes, job);
  const menu = await createMenu(stick, source, job);
  const context = await ventoyContext(stick, tools.run);
  await renewVentoyJson(volume, source.read.settings, context, job, { isTaken });
  await disk.flush();
  await tools.beforeReadBack();
  await readBack(disk, facts, all);
  const config = { path: VENTOY_GRUB_PATH, data: Buffer.from(VENTOY_GRUB_CONFIG) };
  await volume.writeTree([config]);
  await disk.flush();
  await tools.beforeReadBack();
  await readBack(disk, facts, [config]);
  return { stick, entries: countIsoEntries(menu.records, stick) };
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

function checkRoom(volume: DataAsBoot, files: readonly StageFile[]): void {
  const unit = volume.allocationUnitBytes;
  const bytes = files.reduce((sum, { data }) => sum + Math.ceil(data.length / unit) * unit, 0);
  if (volume.freeBytes >= bytes + ROOM_FOR_MENUS) return;
  const text = say.noRoomForMenu(bytes + ROOM_FOR_MENUS, volume.freeBytes);
  throw new LifeboatError("volume-full", text, { kind: "refused", hint: say.noRoomForMenuHint() });
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
  if (first) text = await withEdits(text, [{ path: FIRST_MENU, value: FIRST_ENTRY }]);
  if (found === undefined || text !== old) await putSettings(volume.data, Buffer.from(text), now);
  return taken.isTaken;
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
