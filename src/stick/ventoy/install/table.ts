/**
 * The partition table of a Ventoy stick as parted writes it for Ventoy's installer, with what that changes afterwards: type EF in an
 * MBR (byte 466), no drive letter in a GPT (`vtoycli gpt -f`). CHS is reckoned with 255 heads and 63 sectors, as fdisk does, which the
 * installer takes where there is no parted.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { geometryOf } from "../../../disks/geometry.ts";
import { emptyGpt } from "../../../disks/gpt/table.ts";
import { GPT_ATTRIBUTE, GPT_TYPE } from "../../../disks/gpt/types.ts";
import { writeGpt } from "../../../disks/gpt/write.ts";
import { MBR_TYPE } from "../../../disks/mbr/types.ts";
import { writeMbr } from "../../../disks/mbr/write.ts";
import { partitionOf } from "../../layout.ts";
import type { VentoyPlan } from "./plan.ts";

/** Writes the table; bytes 0–445 of the first sector stay. @param newGuid gives each partition its own. */
export async function writeVentoyTable(
  disk: ByteRange,
  { layout, diskId, diskSignature }: Pick<VentoyPlan, "layout" | "diskId" | "diskSignature">,
  newGuid: () => string,
): Promise<void> {
  const data = partitionOf(layout, "data");
  const efi = partitionOf(layout, "esp");
  if (layout.scheme === "mbr") {
    return writeMbr(disk, {
      diskSignature: Buffer.from(diskSignature, "hex").readUInt32LE(),
      partitions: [
        { ...placeOf(data), type: MBR_TYPE.ntfsOrExfat, active: true },
        { ...placeOf(efi), type: MBR_TYPE.efiSystem, active: false },
      ],
    });
  }
  // Windows would mount an EFI system partition of a removable disk, and give this one a letter: hence type and attribute.
  const type = GPT_TYPE.microsoftBasicData;
  const guid = () => newGuid().toUpperCase();
  const partitions = [
    { ...placeOf(data), type, guid: guid(), attributes: 0n, name: "Ventoy" },
    {
      ...placeOf(efi),
      type,
      guid: guid(),
      attributes: GPT_ATTRIBUTE.noDriveLetter,
      name: "VTOYEFI",
    },
  ];
  const table = { ...emptyGpt(geometryOf(disk), diskId.toUpperCase()), partitions };
  return writeGpt(disk, table, { openProtective: true });
}

function placeOf({
  number,
  startLba,
  sectors,
}: {
  number: number;
  startLba: number;
  sectors: number;
}) {
  return { number, startLba, sectors };
}
