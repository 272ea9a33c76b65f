/** $Volume: label, version and state. */
import type { Attribute } from "./attribute.ts";
import { TYPE } from "./attribute.ts";
import { damaged } from "./failures.ts";

/** Flags of $VOLUME_INFORMATION that say: Windows has work to do here first (libntfs' VOLUME_MUST_MOUNT_RO_MASK). */
const VOLUME_FLAG = {
  dirty: 0x0001,
  resizeLog: 0x0002,
  upgradeOnMount: 0x0004,
  deleteUsnUnderway: 0x0010,
  repairObjectId: 0x0020,
  chkdskUnderway: 0x4000,
} as const;

const MUST_NOT_WRITE = Object.values(VOLUME_FLAG).reduce((mask, flag) => mask | flag, 0);
const VOLUME_INFORMATION_BYTES = 12;

export interface VolumeInformation {
  readonly label: string;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly flags: number;
}

/** From the attributes of MFT record 3. @throws LifeboatError `ntfs-damaged`. */
export function decodeVolumeInformation(attributes: readonly Attribute[]): VolumeInformation {
  const valueOf = (wanted: number) => attributes.find(({ type }) => type === wanted)?.value;
  const information = valueOf(TYPE.volumeInformation);
  if (information === undefined || information.length < VOLUME_INFORMATION_BYTES) {
    throw damaged("$Volume", "it has no volume information");
  }
  return {
    label: (valueOf(TYPE.volumeName) ?? Buffer.alloc(0)).toString("utf16le"),
    majorVersion: information.readUInt8(8),
    minorVersion: information.readUInt8(9),
    flags: information.readUInt16LE(10),
  };
}

export function encodeVolumeInformation(flags = 0): Buffer {
  const value = Buffer.alloc(VOLUME_INFORMATION_BYTES);
  value.writeUInt8(3, 8);
  value.writeUInt8(1, 9);
  value.writeUInt16LE(flags, 10);
  return value;
}

/** True where a flag asks Windows (or chkdsk) to look at the volume before anybody writes to it. */
export function needsRepair(information: VolumeInformation): boolean {
  return (information.flags & MUST_NOT_WRITE) !== 0;
}
