/** What `verify` finds of the boot stage: the BIOS' boot code and core image, and each file on the ESP. */
import { failureOf } from "../../system/errors.ts";
import { readBytes } from "../../block/byte-range.ts";
import { BOOT_CODE_BYTES } from "../../boot/bios-stage.ts";
import { sha256Of } from "../../boot/kit/kit.ts";
import { MIB } from "../../system/sizes.ts";
import { readWhole } from "../esp/files.ts";
import type { StickManifest } from "../manifest.ts";
import type { Stick } from "../stick.ts";
import type { VerifyFinding } from "./finding.ts";
import { error } from "./finding.ts";
import type { MenuPart } from "./messages.ts";
import { say } from "./messages.ts";

export async function checkBios({ disk, manifest }: Stick): Promise<VerifyFinding[]> {
  const { bios } = manifest.bootStage;
  if (bios === undefined) return [];
  const found: VerifyFinding[] = [];
  const code = await readBytes(disk, 0, BOOT_CODE_BYTES);
  if (sha256Of(code) !== bios.bootCode) {
    found.push(
      error("boot-code-changed", say.bootCodeChanged(), "LBA 0", say.upgrade(), "boot-stage"),
    );
  }
  // The length comes from the stick: no more is read than the gap before the first partition holds.
  const core = await readBytes(disk, bios.coreLba * 512, Math.min(bios.coreBytes, MIB));
  if (sha256Of(core) !== bios.core) {
    found.push(
      error(
        "core-image-changed",
        say.coreChanged(),
        `LBA ${bios.coreLba}`,
        say.upgrade(),
        "boot-stage",
      ),
    );
  }
  return found;
}

/** Where the files for the menu lie. */
export function menuPartOf({ bootStage }: Pick<StickManifest, "bootStage">): MenuPart {
  return bootStage.kind === "grub" ? "esp" : "data";
}

export async function checkStage({
  bootVolume,
  manifest,
  path: stick,
}: Stick): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  const part = menuPartOf(manifest);
  const fix = part === "esp" ? say.upgrade() : say.putMenuAgain(stick);
  for (const [path, sha256] of Object.entries(manifest.bootStage.files)) {
    const data = await readWhole(bootVolume, path).catch((error: unknown) => {
      failureOf(error);
      return undefined;
    });
    if (data === undefined) {
      found.push(error("stage-file-missing", say.fileMissing(path, part), path, fix, "boot-stage"));
    } else if (sha256Of(data) !== sha256) {
      found.push(error("stage-file-changed", say.fileChanged(path, part), path, fix, "boot-stage"));
    }
  }
  return found;
}
