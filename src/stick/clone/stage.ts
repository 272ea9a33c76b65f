/**
 * The boot stage of a clone: the source's own, so that both sticks start the same and no kit is needed. Each file is held against the
 * source's manifest. What is made anew is what names the stick, and what depends on where the core image lies.
 */
import { readBytes } from "../../block/byte-range.ts";
import { BOOT_CODE_BYTES, makeBiosStage } from "../../boot/bios-stage.ts";
import { sha256Of } from "../../boot/kit/kit.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { StageSource } from "../build/stage-source.ts";
import { readWhole } from "../esp/files.ts";
import type { StickLayout } from "../layout.ts";
import type { Stick } from "../stick.ts";
import { say } from "./messages.ts";

/** A boot stage has 25 MB; a manifest that names more is no reason to fill the memory. */
const MOST_BYTES = 128 * MIB;

/** @throws LifeboatError `stage-damaged`, kind `damaged`. */
export async function stickStage(stick: Stick): Promise<StageSource> {
  const { lifeboat, name, bootStage } = stick.manifest;
  const files = await readStage(stick);
  const bios = await readBios(stick);
  return {
    lifeboat,
    versions: bootStage.versions,
    async files({ stickName }) {
      return files.map(({ path, data }) => ({ path, data: renamed(data, name, stickName) }));
    },
    async bios({ startLba, sectors }) {
      return bios && makeBiosStage(bios.bootImg, bios.core, startLba, sectors);
    },
  };
}

async function readStage({ bootVolume, manifest }: Stick): Promise<StageFile[]> {
  const files: StageFile[] = [];
  let bytes = 0;
  for (const [path, sha256] of Object.entries(manifest.bootStage.files)) {
    const data = await readWhole(bootVolume, path);
    bytes += data?.length ?? 0;
    if (data === undefined || sha256Of(data) !== sha256 || bytes > MOST_BYTES) throw damaged(path);
    files.push({ path, data });
  }
  return files;
}

async function readBios({ disk, manifest }: Stick) {
  const { bios } = manifest.bootStage;
  if (bios === undefined) return undefined;
  const bootCode = await readBytes(disk, 0, BOOT_CODE_BYTES);
  if (sha256Of(bootCode) !== bios.bootCode) throw damaged("LBA 0");
  // Before the first partition, which begins at a MiB.
  const core = await readBytes(disk, bios.coreLba * 512, Math.min(bios.coreBytes, MIB));
  if (sha256Of(core) !== bios.core) throw damaged(`LBA ${bios.coreLba}`);
  const bootImg = Buffer.alloc(512);
  bootCode.copy(bootImg);
  bootImg.writeUInt16LE(0xaa55, 510);
  return { bootImg, core };
}

/** What shows the stick's name (the theme) shows the clone's: the two are of one length, so whatever surrounds it stays true. */
function renamed(data: Buffer, from: string, to: string): Buffer {
  if (!data.includes(from)) return data;
  const copy = Buffer.from(data);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + to.length)) {
    copy.write(to, at, "latin1");
  }
  return copy;
}

function damaged(path: string): LifeboatError {
  return new LifeboatError("stage-damaged", say.stageDamaged(path), {
    kind: "damaged",
    hint: say.stageDamagedHint(),
  });
}

/** True where the source starts on a BIOS and the clone could, too. */
export function lacksCore({ manifest }: Stick, layout: StickLayout): boolean {
  return layout.core !== undefined && manifest.bootStage.bios === undefined;
}
