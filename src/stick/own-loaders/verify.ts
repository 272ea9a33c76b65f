/** `verify`: whether the boot loaders of ISOs are where their menu entries look for them. */
import { programFolder } from "../../menu/own-loader/choice.ts";
import { SHIM_FILE } from "../../menu/own-loader/entries.ts";
import type { IsoRecord } from "../manifest.ts";
import type { Stick } from "../stick.ts";
import type { VerifyFinding } from "../verify/finding.ts";
import { error } from "../verify/finding.ts";
import { say } from "../verify/messages.ts";
import { sharedConfigPath, stateOfSharedConfig } from "./shared-config.ts";

export async function checkOwnLoaders(
  isos: readonly IsoRecord[],
  { bootVolume }: Pick<Stick, "bootVolume">,
): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  for (const { ownLoader } of isos) {
    if (ownLoader === undefined) continue;
    const { prefix } = ownLoader;
    const folder = programFolder(ownLoader.folder);
    const missing: string[] = [];
    for (const path of [`${folder}/${SHIM_FILE}`, `${folder}/grub.cfg`]) {
      if ((await bootVolume.find(path)) === undefined) missing.push(path);
    }
    // Its name is what the shim has built in.
    const there = missing.length === 0 ? await bootVolume.list(folder) : [];
    if (missing.length === 0 && !there.some(({ name }) => /^grub.*\.efi$/i.test(name))) {
      missing.push(`${folder}/grubx64.efi`);
    }
    if (prefix !== "" && (await stateOfSharedConfig(prefix, bootVolume)) !== "there") {
      missing.push(sharedConfigPath(prefix));
    }
    found.push(
      // Ventoy sticks have no such loaders.
      ...missing.map((path) =>
        error("copy-missing", say.fileMissing(path, "esp"), path, say.refresh(), "menu"),
      ),
    );
  }
  return found;
}
