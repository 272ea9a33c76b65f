/** Reads back what `build` has written, before the partition table makes it a stick. */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import type { BiosStage } from "../boot/bios-stage.ts";
import type { StageFile } from "../boot/uefi-stage.ts";
import { openFat32 } from "../filesystems/fat32/index.ts";
import { LifeboatError } from "../system/errors.ts";
import { readWhole } from "./esp.ts";
import { readActiveSlot, readSlot } from "./menu-slots.ts";
import { say } from "./messages.ts";
import type { Stick } from "./stick.ts";

/** @throws LifeboatError `read-back-mismatch` naming the first file that isn't what was written. */
export async function verifyBuilt(
  stick: Stick,
  espRange: ByteRange,
  stageFiles: readonly StageFile[],
  bios: BiosStage | undefined,
): Promise<void> {
  // Opened anew: what is in memory says nothing of the medium.
  const esp = await openFat32(espRange);
  for (const { path, data } of stageFiles) {
    const found = await readWhole(esp, path);
    if (found === undefined || !found.equals(data)) throw mismatch(path);
  }
  const slot = await readActiveSlot(esp);
  if ((await readSlot(esp, slot)) === undefined) throw mismatch(`menu-${slot}`);
  if (bios !== undefined) {
    const core = await readBytes(stick.disk, bios.coreLba * 512, bios.core.length);
    if (!core.equals(bios.core)) throw mismatch("core.img");
  }
}

function mismatch(what: string): LifeboatError {
  return new LifeboatError("read-back-mismatch", say.mismatch(what, 0), {
    kind: "damaged",
    hint: say.mismatchHint(),
  });
}
