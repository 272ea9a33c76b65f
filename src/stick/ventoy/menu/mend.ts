/** The fixed part of lifeboat's menu on a Ventoy stick, written anew where it isn't what was put there. */
import { SliceRange } from "../../../block/slice.ts";
import type { Kit } from "../../../boot/kit/kit.ts";
import { sha256Of } from "../../../boot/kit/kit.ts";
import type { StageFile } from "../../../boot/uefi-stage.ts";
import { failureOf } from "../../../system/errors.ts";
import { mismatch } from "../../build/read-back.ts";
import type { BootVolume } from "../../boot-volume.ts";
import { readWhole } from "../../esp/files.ts";
import type { Stick } from "../../stick.ts";
import { menuFiles } from "./beside.ts";
import { openDataAsBoot } from "./data-as-boot.ts";

/**
 * Writes what differs of the files that the manifest names, and reads it back by another volume. Files of the user's stay.
 * @param kit the one that they were made from; of another one they would be others.
 * @throws LifeboatError `kit-file-missing`, `kit-file-changed`, `read-back-mismatch`; what writing throws.
 */
export async function mendMenuFiles(
  { bootVolume, disk, data, manifest }: Stick,
  kit: Kit,
  beforeReadBack: () => Promise<void>,
): Promise<void> {
  const { name, language, bootStage } = manifest;
  const changed: StageFile[] = [];
  for (const file of await menuFiles(kit, name, language)) {
    if (bootStage.files[file.path] !== sha256Of(file.data)) continue;
    if (!(await isThere(bootVolume, file))) changed.push(file);
  }
  if (changed.length === 0) return;
  await bootVolume.writeTree(changed);
  await disk.flush();
  await beforeReadBack();
  const { sectorSize } = disk;
  const range = new SliceRange(disk, data.startLba * sectorSize, data.sectors * sectorSize);
  const written = await openDataAsBoot(range);
  for (const file of changed) if (!(await isThere(written, file))) throw mismatch(file.path);
}

/** A file that can't be read isn't. */
async function isThere(volume: BootVolume, { path, data }: StageFile): Promise<boolean> {
  try {
    return (await readWhole(volume, path))?.equals(data) === true;
  } catch (error) {
    failureOf(error);
    return false;
  }
}
