/**
 * From what was found on the data partition to a menu in use: its files go to the ESP, it goes to the slot not in use, the pointer
 * turns to it, and what only the menu before it named is removed. Where both menus' files don't fit beside each other, this happens
 * twice: a menu without what had no room is in use while the old files give theirs to the new ones. Cut anywhere, the stick has a
 * menu whose files are all there.
 */
import type { JobContext, ProgressEvent } from "../../system/progress.ts";
import { placeCopies } from "../esp/copies.ts";
import { EspStore } from "../esp/store.ts";
import { placeExtras } from "../extras/place.ts";
import type { IsoRecord, StickRecords } from "../manifest.ts";
import { say } from "../messages.ts";
import { placeOwnLoaders } from "../own-loaders/place.ts";
import { removeUnusedSharedConfigs } from "../own-loaders/shared-config.ts";
import type { SettingsMistake } from "../settings/read.ts";
import type { StickSettings } from "../settings/schema.ts";
import type { Stick } from "../stick.ts";
import { contentsOf } from "./slot-texts.ts";
import type { Slot, SlotContents } from "./slots.ts";
import { createSlots, otherSlot, sameContents, switchSlot } from "./slots.ts";
import type { MenuSource } from "./source.ts";
import { reportOnSettings } from "./source.ts";

/** What is in use before. */
export interface MenuInUse {
  readonly slot: Slot;
  /** Undefined where the slot isn't whole. */
  readonly contents: SlotContents | undefined;
  /** False where it is to be written anew whatever is in it. */
  readonly isWhole: boolean;
}

/** Of the menu that is in use then. */
export interface RenewedMenu {
  readonly records: StickRecords;
  /** Of the settings, in the files that they bring into initrds. */
  readonly mistakes: readonly SettingsMistake[];
  /** False where it is the one that was in use. */
  readonly isNew: boolean;
}

/** @throws LifeboatError `read-back-mismatch`; what writing throws. The stick has the old menu then, or one that lacks something. */
export async function renewMenu(
  stick: Stick,
  source: MenuSource,
  before: MenuInUse,
  job: JobContext,
): Promise<RenewedMenu> {
  let made = await makeMenu(stick, source, before.contents, job);
  const isNew = !before.isWhole || !isSame(before.contents, made.contents);
  if (isNew) {
    job.report({ kind: "step", text: say.writingMenu() });
    await switchSlot(stick, before.slot, made.contents);
  }
  const freed = await removeUnused(made, stick);
  if (isNew && freed && made.store.lacksRoom) {
    const { contents } = made;
    made = await makeMenu(stick, source, contents, job);
    if (!isSame(contents, made.contents)) {
      await switchSlot(stick, otherSlot(before.slot), made.contents);
    }
    await removeUnused(made, stick);
  }
  // Of the first of two menus nothing is told: what it lacks is there in the end, or told by the second.
  for (const note of made.notes) job.report(note);
  return { records: made.contents.records, mistakes: made.mistakes, isNew };
}

/** The first menu of a new stick, which is returned. */
export async function createMenu(
  stick: Stick,
  source: MenuSource,
  job: JobContext,
): Promise<SlotContents> {
  const { contents, notes, mistakes } = await makeMenu(stick, source, undefined, job);
  for (const note of notes) job.report(note);
  reportOnSettings(source, { records: contents.records, mistakes }, stick, job);
  job.report({ kind: "step", text: say.writingMenu() });
  await createSlots(stick.bootVolume, contents);
  return contents;
}

interface MadeMenu {
  readonly store: EspStore;
  readonly contents: SlotContents;
  readonly notes: readonly ProgressEvent[];
  readonly mistakes: readonly SettingsMistake[];
}

/** Puts a menu's files on the ESP. Its notes are held back. */
async function makeMenu(
  stick: Stick,
  { isos, read, recipes, data, latest }: MenuSource,
  inUse: SlotContents | undefined,
  job: JobContext,
): Promise<MadeMenu> {
  const store = new EspStore(stick.bootVolume, inUse?.records.isos);
  const notes: ProgressEvent[] = [];
  const report = (event: ProgressEvent): void => {
    if (event.kind === "note") notes.push(event);
    else job.report(event);
  };
  const held = { ...job, report };
  const copied = await placeCopies(isos, data, store, held);
  const started = await placeOwnLoaders(stick, copied, read.settings, data, store, held);
  const { isos: placed, mistakes } = await placeExtras(started, read, data, store, held);
  const records = recordsOf(recipes.digest, placed, read.settings);
  const contents = await contentsOf(stick, records, recipes, latest);
  return { store, contents, notes, mistakes };
}

/** Once the menu is in use. True where its files can have more room now. */
async function removeUnused(
  { store, contents }: MadeMenu,
  { bootVolume, manifest }: Stick,
): Promise<boolean> {
  const freed = await store.removeUnused();
  // Only an ESP has such, and a data partition has a great many folders of its owner's.
  if (manifest.bootStage.kind === "grub") {
    await removeUnusedSharedConfigs(contents.records.isos, bootVolume);
  }
  return freed;
}

function isSame(a: SlotContents | undefined, b: SlotContents): boolean {
  return a !== undefined && sameContents(a, b);
}

/** What a slot holds of a stick's ISOs and settings. */
function recordsOf(recipes: string, isos: IsoRecord[], settings: StickSettings): StickRecords {
  return { recipes, isos, ...(Object.keys(settings).length === 0 ? {} : { settings }) };
}
