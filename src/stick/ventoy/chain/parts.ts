/** Ventoy's parts of a stick that starts by lifeboat: its partition, its core image, and the boot code that both menus are reached by. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { MemoryRange } from "../../../block/memory.ts";
import { OverlayRange } from "../../../block/overlay.ts";
import { SliceRange } from "../../../block/slice.ts";
import type { BiosStage } from "../../../boot/bios-stage.ts";
import { writeBootCode } from "../../../boot/bios-stage.ts";
import type { Kit } from "../../../boot/kit/kit.ts";
import { KIT_PATHS } from "../../../boot/kit/manifest.ts";
import { placedCore } from "../../../boot/ventoy/boot-area.ts";
import {
  HAND_OVER_PATH,
  handOverSector,
  makeChainedBiosStage,
  withVentoyUuid,
} from "../../../boot/ventoy/chain/boot-code.ts";
import { chainedPartition } from "../../../boot/ventoy/chain/partition.ts";
import { VENTOY_SECTOR, coreRun } from "../../../boot/ventoy/geometry.ts";
import { randomGuid } from "../../../disks/guid.ts";
import type { OtherParts } from "../../build/build.ts";
import { eraseTables } from "../../build/erase-tables.ts";
import { writeTable } from "../../build/partition-table.ts";
import { mismatch } from "../../build/read-back.ts";
import type { StageSource } from "../../build/stage-source.ts";
import { copyOnto } from "../../data/copy.ts";
import { partitionOf } from "../../layout.ts";
import type { VentoyImages } from "../install/install.ts";
import { say as sayInstall } from "../install/messages.ts";
import { refuseNonStandard } from "../install/standard.ts";
import type { ChainPlan } from "./plan.ts";

/** A release with its partition changed for such a stick. @throws LifeboatError as `chainedPartition`. */
export function chainImages<Images extends VentoyImages>(
  release: Images,
  secureBoot: boolean,
): Images {
  return { ...release, diskImage: chainedPartition(release.diskImage, secureBoot) };
}

/** lifeboat's boot stage, started by Ventoy's boot code. @param base the kit's. */
export function chainStage(
  base: StageSource,
  kit: Kit,
  { ventoy, layout }: ChainPlan,
  { bootImage }: VentoyImages,
): StageSource {
  const boot = withVentoyUuid(bootImage, Buffer.from(ventoy.uuid, "hex"));
  return {
    ...base,
    files: async (options) => [
      ...(await base.files(options)),
      { path: HAND_OVER_PATH, data: handOverSector(boot, layout.scheme) },
    ],
    bios: async ({ startLba, sectors }, scheme) => {
      const core = await kit.read(scheme === "gpt" ? KIT_PATHS.coreGpt : KIT_PATHS.coreMbr);
      return makeChainedBiosStage(boot, core, startLba, sectors);
    },
  };
}

/** @param images as `chainImages` gives them. */
export function chainParts(plan: ChainPlan, images: VentoyImages): OtherParts {
  const { scheme } = plan.layout;
  const core = placedCore(images.coreImage, scheme);
  const coreAt = coreRun(scheme).startLba * VENTOY_SECTOR;
  const partition = (disk: ByteRange) => {
    const { startLba, sectors } = partitionOf(plan.layout, "ventoy");
    return new SliceRange(disk, startLba * VENTOY_SECTOR, sectors * VENTOY_SECTOR);
  };
  return {
    async check(disk, bios: BiosStage | undefined) {
      const rehearsal = new OverlayRange(disk);
      await eraseTables(rehearsal);
      await partition(rehearsal).write(0, images.diskImage);
      if (bios !== undefined) await writeBootCode(rehearsal, bios);
      await writeTable(rehearsal, plan, randomGuid);
      await refuseNonStandard(rehearsal);
    },
    async write(disk, job, beforeReadBack) {
      job.report({ kind: "step", text: sayInstall.writingVentoy(images.version) });
      const source = new MemoryRange(images.diskImage);
      await copyOnto(source, partition(disk), "VTOYEFI", job, { beforeReadBack });
      await disk.write(coreAt, core);
    },
    async verify(disk) {
      if (!(await readBytes(disk, coreAt, core.length)).equals(core)) throw mismatch("core.img");
    },
    verifyWhole: refuseNonStandard,
  };
}
