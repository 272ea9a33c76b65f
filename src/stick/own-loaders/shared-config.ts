/**
 * What lies on the ESP where GRUBs of other vendors look for their configuration (`/boot/grub`, `/EFI/BOOT`, `/EFI/fedora`, …): a file
 * for all of them that sends each to the configuration beside itself.
 */
import type { BootVolume } from "../boot-volume.ts";
import { SHARED_CONFIG } from "../../menu/own-loader/menu.ts";
import { readWhole } from "../esp/files.ts";
import type { IsoRecord } from "../manifest.ts";

export const SHARED_CONFIG_NAME = "grub.cfg";
/** The first words of every version of it. */
const OURS = "# Written by lifeboat refresh";
/** As deep as a prefix may be (src/iso/own-loader/judge.ts). */
const DEEPEST = 4;
/** The stick's own folder, and those that its own GRUB is started from. */
const KEPT = new Set(["/lifeboat", "/efi", "/efi/boot"]);

export function sharedConfigPath(prefix: string): string {
  return `${prefix}/${SHARED_CONFIG_NAME}`;
}

export type SharedConfigState = "there" | "missing" | "taken";

/** `taken`: a file of somebody else's is there, or where one of its folders would be. */
export async function stateOfSharedConfig(
  prefix: string,
  bootVolume: BootVolume,
): Promise<SharedConfigState> {
  const path = sharedConfigPath(prefix);
  const parts = prefix.split("/");
  for (let depth = 2; depth <= parts.length; depth++) {
    const folder = await bootVolume.find(parts.slice(0, depth).join("/"));
    if (folder === undefined) return "missing";
    if (folder.kind !== "directory") return "taken";
  }
  if ((await bootVolume.find(path)) === undefined) return "missing";
  const text = (await readWhole(bootVolume, path))?.toString("utf8");
  if (text === SHARED_CONFIG) return "there";
  return text?.startsWith(OURS) === true ? "missing" : "taken";
}

/** Removes those that no GRUB of the menu in use looks for, and the folders that are empty then. */
export async function removeUnusedSharedConfigs(
  records: readonly IsoRecord[],
  bootVolume: BootVolume,
): Promise<void> {
  const used = new Set(records.flatMap(({ ownLoader }) => ownLoader?.prefix.toLowerCase() ?? []));
  const clean = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await bootVolume.list(folder)) {
      const { path, kind } = entry;
      const isOurs = path.toLowerCase() !== "/lifeboat" && depth < DEEPEST;
      if (kind === "directory" && isOurs) await clean(path, depth + 1);
      if (
        kind !== "file" ||
        entry.name.toLowerCase() !== SHARED_CONFIG_NAME ||
        entry.sizeBytes > 4096
      )
        continue;
      if (used.has(folder.toLowerCase())) continue;
      const text = (await readWhole(bootVolume, path))?.toString("utf8");
      if (text?.startsWith(OURS) !== true) continue;
      await bootVolume.remove(path);
      await removeEmpty(folder, bootVolume);
    }
  };
  await clean("/", 0);
}

async function removeEmpty(folder: string, bootVolume: BootVolume): Promise<void> {
  for (let path = folder; path !== "" && !KEPT.has(path.toLowerCase());) {
    if ((await bootVolume.list(path)).length > 0) return;
    await bootVolume.remove(path);
    path = path.slice(0, path.lastIndexOf("/"));
  }
}
