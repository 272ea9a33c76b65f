/** Which firmware a try-out starts with, and where this system keeps its files. */
import { access } from "node:fs/promises";
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";

export const FIRMWARES = ["bios", "uefi", "uefi-ia32", "secure-boot"] as const;

export type Firmware = (typeof FIRMWARES)[number];

export interface FirmwareFiles {
  /** The program; mapped read-only. */
  readonly code: string;
  /** The template of the variable store; each machine gets a copy of its own. */
  readonly variables: string;
}

interface Source {
  /** Debian's package. */
  readonly package: string;
  /** Pairs of [code, variables] in the order of preference: Debian and Ubuntu, Fedora, Arch. */
  readonly candidates: readonly (readonly [string, string])[];
}

const SOURCES: Readonly<Record<Exclude<Firmware, "bios">, Source>> = {
  uefi: {
    package: "ovmf",
    candidates: [
      ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"],
      ["/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"],
      ["/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"],
      ["/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"],
    ],
  },
  "uefi-ia32": {
    package: "ovmf-ia32",
    candidates: [
      ["/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF32_VARS_4M.fd"],
      ["/usr/share/edk2/ovmf-ia32/OVMF_CODE.fd", "/usr/share/edk2/ovmf-ia32/OVMF_VARS.fd"],
      ["/usr/share/edk2/ia32/OVMF_CODE.4m.fd", "/usr/share/edk2/ia32/OVMF_VARS.4m.fd"],
    ],
  },
  // The variable stores named here hold Microsoft's keys, enrolled.
  "secure-boot": {
    package: "ovmf",
    candidates: [
      ["/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"],
      ["/usr/share/OVMF/OVMF_CODE.secboot.fd", "/usr/share/OVMF/OVMF_VARS.ms.fd"],
      ["/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd", "/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd"],
    ],
  },
};

/**
 * The files of `firmware`; none for `bios`, which QEMU brings itself.
 * @throws LifeboatError `firmware-missing`, with the Debian package to install.
 */
export async function findFirmware(firmware: Firmware): Promise<FirmwareFiles | undefined> {
  if (firmware === "bios") return undefined;
  const source = SOURCES[firmware];
  for (const [code, variables] of source.candidates) {
    if ((await readable(code)) && (await readable(variables))) return { code, variables };
  }
  throw new LifeboatError("firmware-missing", say.firmwareMissing(firmware), {
    kind: "missing",
    hint: say.installHint(source.package),
  });
}

async function readable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
