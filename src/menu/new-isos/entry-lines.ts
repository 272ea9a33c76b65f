/** What all kinds of compiled entries share. */
import type { Firmware } from "../../iso/types.ts";
import { FIRMWARES } from "../../iso/types.ts";

/** Which entry of which recipe: names of functions are made of it. */
export interface EntryPlace {
  readonly number: string;
  /** A title of the recipe's with what is known before the image is. */
  readonly title: (template: string) => string;
}

/** An entry as GRUB script. */
export interface CompiledEntry {
  readonly functions: readonly string[];
  /** Looks for its files, and offers it where they are there. */
  readonly search: readonly string[];
}

/** Lines for some firmware only. */
export function onFirmware(
  firmware: readonly Firmware[] | undefined,
  lines: readonly string[],
): string[] {
  if (firmware === undefined || firmware.length === FIRMWARES.length) return [...lines];
  if (firmware.length === 0) return [];
  const tests = firmware.map((one) => `"$lifeboat_firmware" = ${one}`).join(" -o ");
  return [`if [ ${tests} ]; then`, ...lines.map((line) => `  ${line}`), "fi"];
}
