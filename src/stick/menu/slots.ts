/**
 * The two menu slots on the ESP. A refresh writes the slot that isn't in use, and when everything is on the medium and read
 * back, one sector is overwritten in place: the pointer file. Cut at any moment, the stick boots the old menu or the new one.
 */
import type { BootVolume } from "../boot-volume.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { StickRecords } from "../manifest.ts";
import { encodeJson, parseStickRecords, sameJson } from "../manifest.ts";
import { readWhole } from "../esp/files.ts";
import { say } from "../messages.ts";
import type { Stick } from "../stick.ts";

const SLOTS = ["a", "b"] as const;
export type Slot = (typeof SLOTS)[number];

export interface SlotContents {
  readonly records: StickRecords;
  /** Text of menu.cfg. */
  readonly menu: string;
  /** File name → text of what the menu reads besides itself (see slot-texts.ts). */
  readonly texts: Readonly<Record<string, string>>;
}

export type SlotTexts = Pick<SlotContents, "menu" | "texts">;

const MENU_NAME = "menu.cfg";

/** Files of a slot that are lifeboat's: others are left alone. */
const TEXT_NAME = /^(?:[\w-]+\.cfg|sums)$/;

export const POINTER_PATH = "/lifeboat/slot.cfg";
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
export async function readActiveSlot(bootVolume: BootVolume): Promise<Slot> {
  return (await readPointer(bootVolume)) ?? "a";
}

/** Undefined where the pointer file isn't exactly as lifeboat writes it (and is to be made anew). */
export async function readPointer(bootVolume: BootVolume): Promise<Slot | undefined> {
  const pointer = await readWhole(bootVolume, POINTER_PATH).catch(undefinedIfDamaged);
  return SLOTS.find((slot) => pointer?.equals(encodePointer(slot)));
}

/** What GRUB reads now, and what is known of the ISOs by it or by the menu before it. */
export async function readMenuInUse(bootVolume: BootVolume) {
  const pointer = await readPointer(bootVolume);
  const slot = await readActiveSlot(bootVolume);
  const contents = await readSlot(bootVolume, slot);
  // The menu before this one still knows the hashes of what was added, where this one is damaged.
  const latest = contents ?? (await readSlot(bootVolume, otherSlot(slot)));
  const isWhole = pointer !== undefined && contents !== undefined;
  return { slot, contents, isWhole, latest };
}

/** What a slot holds; undefined where it isn't whole (and is to be made anew). */
export async function readSlot(
  bootVolume: BootVolume,
  slot: Slot,
): Promise<SlotContents | undefined> {
  const folder = folderOf(slot);
  try {
    const records = await readWhole(bootVolume, `${folder}/isos.json`);
    if (records === undefined) return undefined;
    const texts: Record<string, string> = {};
    for (const { name, path } of await textsIn(bootVolume, folder)) {
      const text = await readWhole(bootVolume, path);
      if (text === undefined) return undefined;
      texts[name] = text.toString("utf8");
    }
    const { [MENU_NAME]: menu, ...others } = texts;
    if (menu === undefined) return undefined;
    return { records: parseStickRecords(records, `${folder}/isos.json`), menu, texts: others };
  } catch (error) {
    return undefinedIfDamaged(error);
  }
}

async function textsIn(bootVolume: BootVolume, folder: string) {
  return (await bootVolume.list(folder)).filter(
    ({ kind, name }) => kind === "file" && TEXT_NAME.test(name),
  );
}

/** A stick that was pulled out is no damaged one. */
function undefinedIfDamaged(error: unknown): undefined {
  failureOf(error);
  return undefined;
}

export function otherSlot(slot: Slot): Slot {
  return slot === "a" ? "b" : "a";
}

export function sameContents(a: SlotContents, b: SlotContents): boolean {
  return sameTexts(a, b) && sameJson(a.records, b.records);
}

export function sameTexts(a: SlotTexts, b: SlotTexts): boolean {
  const names = new Set([...Object.keys(a.texts), ...Object.keys(b.texts)]);
  return a.menu === b.menu && [...names].every((name) => a.texts[name] === b.texts[name]);
}

/** The first slot of a new stick, with its pointer. */
export async function createSlots(bootVolume: BootVolume, contents: SlotContents): Promise<void> {
  await writeSlot(bootVolume, "a", contents);
  await bootVolume.writeFile(POINTER_PATH, encodePointer("a"));
}

/** Writes the slot not in use and makes it the active one. @throws LifeboatError `read-back-mismatch`: the old menu stays. */
export async function switchSlot(
  { bootVolume, disk }: Pick<Stick, "bootVolume" | "disk">,
  active: Slot,
  contents: SlotContents,
): Promise<void> {
  const next = otherSlot(active);
  await writeSlot(bootVolume, next, contents);
  await disk.flush();
  const written = await readSlot(bootVolume, next);
  if (written === undefined || !sameContents(written, contents)) {
    throw new LifeboatError("read-back-mismatch", say.mismatch(folderOf(next), 0), {
      kind: "damaged",
      hint: say.mismatchHint(),
    });
  }
  const pointer = await bootVolume.find(POINTER_PATH);
  if (pointer?.kind === "file" && pointer.sizeBytes === POINTER_BYTES) {
    await bootVolume.overwriteInPlace(POINTER_PATH, encodePointer(next));
  } else {
    // Somebody removed or cut it: then there is nothing to keep.
    await bootVolume.writeFile(POINTER_PATH, encodePointer(next));
  }
  await disk.flush();
}

async function writeSlot(
  bootVolume: BootVolume,
  slot: Slot,
  contents: SlotContents,
): Promise<void> {
  const folder = folderOf(slot);
  if ((await bootVolume.find(folder)) === undefined) await bootVolume.makeDirectory(folder);
  await bootVolume.writeFile(`${folder}/isos.json`, encodeJson(contents.records));
  const texts = textFiles(slot, contents);
  for (const [path, data] of texts) await bootVolume.writeFile(path, data);
  for (const { path } of await textsIn(bootVolume, folder)) {
    if (!texts.has(path)) await bootVolume.remove(path);
  }
}

/** Path → bytes of everything in a slot but its records. */
export function textFiles(slot: Slot, { menu, texts }: SlotTexts): Map<string, Buffer> {
  const all = Object.entries({ ...texts, [MENU_NAME]: menu });
  return new Map(all.map(([name, text]) => [`${folderOf(slot)}/${name}`, Buffer.from(text)]));
}
