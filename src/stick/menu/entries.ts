/** The entries of a stick's menu, as one kind of firmware shows them: for `boot --entry`. */
import type { Firmware } from "../../iso/types.ts";
import type { PlacedEntry } from "../../menu/model.ts";
import { placeEntries } from "../../menu/model.ts";
import { LifeboatError } from "../../system/errors.ts";
import { menuOfStick } from "./menu.ts";
import { readActiveSlot, readSlot } from "./slots.ts";
import { say } from "../messages.ts";
import { openStick } from "../stick.ts";

/** QEMU's firmware by the name that `boot --firmware` has for it. */
const MENU_FIRMWARE: Readonly<Record<string, Firmware>> = {
  bios: "bios",
  uefi: "x64",
  "secure-boot": "x64",
  "uefi-ia32": "ia32",
};

export async function listEntries(path: string, firmware: string): Promise<PlacedEntry[]> {
  const stick = await openStick(path);
  try {
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    const nodes = menuOfStick(slot?.records ?? { isos: [] }, stick);
    return placeEntries(nodes, MENU_FIRMWARE[firmware] ?? "x64");
  } finally {
    await stick.disk.close();
  }
}

/**
 * By number from 1, or by a part of its titles in any case.
 * @throws LifeboatError `no-such-entry`.
 */
export function findEntry(entries: readonly PlacedEntry[], wanted: string): PlacedEntry {
  const byNumber = /^\d{1,4}$/.test(wanted) ? entries[Number(wanted) - 1] : undefined;
  if (byNumber !== undefined) return byNumber;
  const matches = entries.filter(({ titles }) =>
    titles.join(" › ").toLowerCase().includes(wanted.toLowerCase()),
  );
  const exact = matches.filter(({ titles }) => titles.at(-1) === wanted);
  const [found] = exact.length === 1 ? exact : matches;
  if (found === undefined) {
    throw new LifeboatError("no-such-entry", say.noSuchEntry(wanted), {
      kind: "usage",
      hint: say.entryHint(),
    });
  }
  // A family's variants stand behind its plain entry: the first match is the one that is meant.
  return found;
}
