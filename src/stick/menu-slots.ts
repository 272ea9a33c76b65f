/**
 * The two menu slots on the ESP. A refresh writes the slot that isn't in use, and when everything is on the medium and read
 * back, one sector is overwritten in place: the pointer file. Cut at any moment, the stick boots the old menu or the new one.
 */
import type { Fat32Volume } from "../filesystems/fat32/index.ts";
import { RECIPES_NAME, SEARCH_NAME } from "../menu/dynamic/search.ts";
import { LifeboatError } from "../system/errors.ts";
import type { StickRecords } from "./manifest.ts";
import { encodeJson, parseStickRecords } from "./manifest.ts";
import { readWhole } from "./esp.ts";
import { say } from "./messages.ts";
import type { Stick } from "./stick.ts";

const SLOTS = ["a", "b"] as const;
export type Slot = (typeof SLOTS)[number];

export interface SlotContents {
  readonly records: StickRecords;
  /** Text of menu.cfg. */
  readonly menu: string;
  /** File name → text: the menus of ISOs that start by their own boot loader. */
  readonly ownMenus: Readonly<Record<string, string>>;
  /** Text of `sums`, which the menu's entries that check images read; empty where there are none. */
  readonly sums: string;
  /** Of new.cfg and recipes.cfg, for the ISOs that the menu finds by itself; empty where the slot lacks them. */
  readonly search: string;
  readonly recipes: string;
}

/** As `ownMenuName` names them. */
const OWN_MENU = /^own-[0-9a-f]+\.cfg$/i;

const POINTER_PATH = "/lifeboat/slot.cfg";
/** One sector of 512 bytes: no medium writes half of it. */
const POINTER_BYTES = 512;

export function folderOf(slot: Slot): string {
  return `/lifeboat/menu-${slot}`;
}

/** The pointer file that makes GRUB read `slot`: a line of GRUB script, filled up with a comment. */
export function encodePointer(slot: Slot): Buffer {
  const line = `set lifeboat_slot=${slot}\n`;
  return Buffer.from(`${line}${"#".repeat(POINTER_BYTES - line.length - 1)}\n`);
}

/** The slot that GRUB reads: `a` where the pointer names none, as grub/main.cfg has it. */
export async function readActiveSlot(esp: Fat32Volume): Promise<Slot> {
  return (await readPointer(esp)) ?? "a";
}

/** Undefined where the pointer file isn't exactly as lifeboat writes it (and is to be made anew). */
export async function readPointer(esp: Fat32Volume): Promise<Slot | undefined> {
  const pointer = await readWhole(esp, POINTER_PATH).catch(undefinedIfDamaged);
  return SLOTS.find((slot) => pointer?.equals(encodePointer(slot)));
}

/** What a slot holds; undefined where it isn't whole (and is to be made anew). */
export async function readSlot(esp: Fat32Volume, slot: Slot): Promise<SlotContents | undefined> {
  const folder = folderOf(slot);
  try {
    const records = await readWhole(esp, `${folder}/isos.json`);
    const menu = await readWhole(esp, `${folder}/menu.cfg`);
    const sums = await readWhole(esp, `${folder}/sums`);
    if (records === undefined || menu === undefined) return undefined;
    const parsed = parseStickRecords(records, `${folder}/isos.json`);
    const ownMenus: Record<string, string> = {};
    for (const { name, path } of await esp.list(folder)) {
      if (!OWN_MENU.test(name)) continue;
      ownMenus[name] = (await readWhole(esp, path))?.toString("utf8") ?? "";
    }
    return {
      records: parsed,
      menu: menu.toString("utf8"),
      ownMenus,
      sums: sums?.toString("utf8") ?? "",
      search: (await readWhole(esp, `${folder}/${SEARCH_NAME}`))?.toString("utf8") ?? "",
      recipes: (await readWhole(esp, `${folder}/${RECIPES_NAME}`))?.toString("utf8") ?? "",
    };
  } catch (error) {
    return undefinedIfDamaged(error);
  }
}

function undefinedIfDamaged(error: unknown): undefined {
  if (error instanceof LifeboatError && error.kind !== "cancelled") return undefined;
  throw error;
}

export function otherSlot(slot: Slot): Slot {
  return slot === "a" ? "b" : "a";
}

export function sameContents(a: SlotContents, b: SlotContents): boolean {
  const sameTexts =
    a.menu === b.menu &&
    a.sums === b.sums &&
    a.search === b.search &&
    a.recipes === b.recipes &&
    sameOwnMenus(a, b);
  return sameTexts && encodeJson(a.records).equals(encodeJson(b.records));
}

export function sameOwnMenus(
  { ownMenus: a }: Pick<SlotContents, "ownMenus">,
  { ownMenus: b }: Pick<SlotContents, "ownMenus">,
): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** The first slot of a new stick, with its pointer. */
export async function createSlots(esp: Fat32Volume, contents: SlotContents): Promise<void> {
  await writeSlot(esp, "a", contents);
  await esp.writeFile(POINTER_PATH, encodePointer("a"));
}

/** Writes the slot not in use and makes it the active one. @throws LifeboatError `read-back-mismatch`: the old menu stays. */
export async function switchSlot(
  { esp, disk }: Pick<Stick, "esp" | "disk">,
  active: Slot,
  contents: SlotContents,
): Promise<void> {
  const next = otherSlot(active);
  await writeSlot(esp, next, contents);
  await disk.flush();
  const written = await readSlot(esp, next);
  if (written === undefined || !sameContents(written, contents)) {
    throw new LifeboatError("read-back-mismatch", say.mismatch(folderOf(next), 0), {
      kind: "damaged",
      hint: say.mismatchHint(),
    });
  }
  const pointer = await esp.find(POINTER_PATH);
  if (pointer?.kind === "file" && pointer.sizeBytes === POINTER_BYTES) {
    await esp.overwriteInPlace(POINTER_PATH, encodePointer(next));
  } else {
    // Somebody removed or cut it: then there is nothing to keep.
    await esp.writeFile(POINTER_PATH, encodePointer(next));
  }
  await disk.flush();
}

async function writeSlot(esp: Fat32Volume, slot: Slot, contents: SlotContents): Promise<void> {
  const folder = folderOf(slot);
  if ((await esp.find(folder)) === undefined) await esp.makeDirectory(folder);
  await esp.writeFile(`${folder}/isos.json`, encodeJson(contents.records));
  const sums = `${folder}/sums`;
  if (contents.sums !== "") await esp.writeFile(sums, Buffer.from(contents.sums));
  else if ((await esp.find(sums)) !== undefined) await esp.remove(sums);
  await esp.writeFile(`${folder}/menu.cfg`, Buffer.from(contents.menu));
  for (const [name, text] of Object.entries(contents.ownMenus)) {
    await esp.writeFile(`${folder}/${name}`, Buffer.from(text));
  }
  for (const { name, path } of await esp.list(folder)) {
    if (OWN_MENU.test(name) && !(name in contents.ownMenus)) await esp.remove(path);
  }
  await esp.writeFile(`${folder}/${SEARCH_NAME}`, Buffer.from(contents.search));
  await esp.writeFile(`${folder}/${RECIPES_NAME}`, Buffer.from(contents.recipes));
}
