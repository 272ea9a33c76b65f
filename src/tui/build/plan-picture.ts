/** A plan as a picture of the disk: its partitions, and what the images will take of the data partition. */
import type { BuildPlan } from "../../stick/build/plan.ts";
import type { PartitionRole } from "../../stick/layout.ts";
import type { DiskPart, DiskPicture, StretchKind } from "../frame/disk-picture.ts";
import { ROLES } from "./messages.ts";

const KINDS: Readonly<Record<PartitionRole, StretchKind>> = {
  data: "free",
  esp: "boot",
  "bios-boot": "boot",
  msr: "unallocated",
  windows: "windows",
  ventoy: "boot",
};

export function pictureOfPlan({ layout, files, target }: BuildPlan): DiskPicture {
  const parts = layout.partitions
    .toSorted((a, b) => a.startLba - b.startLba)
    // Too small to be seen.
    .filter(({ role }) => role !== "bios-boot" && role !== "msr")
    .map(({ role, startLba, sectors }): DiskPart => {
      const startBytes = startLba * layout.sectorSize;
      // One behind the other, and so one stretch: a clone may have thousands.
      const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const stretches =
        role === "data" && bytes > 0 ? [{ kind: "file" as const, startBytes, bytes }] : [];
      return {
        label: ROLES[role],
        startBytes,
        bytes: sectors * layout.sectorSize,
        kind: KINDS[role],
        stretches,
      };
    });
  return { totalBytes: target.sizeBytes, parts };
}
