/** Windows in a VHD or VHDX file (native boot), as `bcdedit /set {id} device vhd=[…]\\…` writes it. */
import type { BcdDevice, DeviceDescriptor } from "../device/device.ts";
import { NIL_OBJECT } from "../object-id.ts";

export interface VhdFile {
  /** `\\Windows.vhdx` */
  readonly vhd: string;
  /** The partition that the file lies on. */
  readonly device: DeviceDescriptor;
}

/** The volume in the file on which the path is found that the element `path` holds. */
export function inVhd({ vhd, device }: VhdFile, path: number): BcdDevice {
  const file = { device, path: vhd };
  const parent = { kind: "virtual-disk", disk: { kind: "file", file } } as const;
  const descriptor = { kind: "locate", by: { element: path }, parent } as const;
  return { options: NIL_OBJECT, descriptor };
}
