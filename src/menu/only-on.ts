import type { Firmware } from "../iso/types.ts";
import { ALL_FIRMWARE } from "./model.ts";
import { whenTrue } from "./script-blocks.ts";

/** Lines for some firmware only, by what grub/main.cfg found out. */
export function onlyOn(firmware: readonly Firmware[], lines: readonly string[]): string[] {
  if (firmware.length === ALL_FIRMWARE.length) return [...lines];
  if (firmware.length === 0) return [];
  const tests = firmware.map((one) => `"$lifeboat_firmware" = "${one}"`).join(" -o ");
  return whenTrue(`[ ${tests} ]`, lines);
}
