/** From the description of a machine to QEMU's command line; nothing here touches the system. */
import type { Firmware, FirmwareFiles } from "./firmware.ts";

export type Accelerator = "kvm" | "tcg";

export interface MachinePlan {
  /** The stick: an image file or a device, as an absolute path. */
  readonly image: string;
  readonly firmware: Firmware;
  /** Absent for `bios`. `variables` is the machine's own copy, which it writes to. */
  readonly firmwareFiles?: FirmwareFiles;
  readonly accelerator: Accelerator;
  readonly memoryMb: number;
  /** A display back end of QEMU's (`gtk`, `sdl`, `cocoa`), or `none`. */
  readonly display: string;
  /** Unix sockets that somebody listens on already: QEMU connects to them, so that no byte is lost. */
  readonly serialSocket: string;
  readonly controlSocket: string;
}

/** The emulated computer: the stick on a USB port, no network, and no disk that a write could reach. */
export function qemuArguments(plan: MachinePlan): string[] {
  const { display, memoryMb, serialSocket, controlSocket } = plan;
  return [
    "-nodefaults",
    // A guest that starts over has failed, or is done: its end says so, and a loop of restarts would hide it.
    "-no-reboot",
    ...accelerationOf(plan.accelerator),
    ...firmwareOf(plan),
    ...[
      ["-machine", machineOf(plan)],
      ["-m", String(memoryMb)],
      ["-vga", "std"],
      ["-display", display],
      ["-nic", "none"],
      ["-drive", `file=${escaped(plan.image)},format=raw,if=none,id=stick,snapshot=on`],
      ["-device", "qemu-xhci,id=usb"],
      ["-device", "usb-storage,bus=usb.0,drive=stick,removable=on,bootindex=1"],
      ["-chardev", `socket,id=serial,path=${escaped(serialSocket)}`],
      ["-serial", "chardev:serial"],
      ["-chardev", `socket,id=control,path=${escaped(controlSocket)}`],
      ["-mon", "chardev=control,mode=control"],
    ].flat(),
  ];
}

function machineOf(plan: MachinePlan): string {
  // The builds of OVMF that can enforce Secure Boot keep their variables in system management mode and don't start
  // without it; Debian has the ia32 firmware as such a build only.
  if (plan.firmware === "secure-boot" || plan.firmware === "uefi-ia32") return "q35,smm=on";
  return plan.firmware === "uefi" ? "q35" : "pc";
}

function accelerationOf(accelerator: Accelerator): string[] {
  const emulated = ["-accel", "tcg,thread=multi"];
  // QEMU takes the first accelerator that starts.
  if (accelerator === "kvm") return ["-accel", "kvm", ...emulated, "-cpu", "max", "-smp", "2"];
  // A kernel that is told of fast byte-string instructions clears and copies memory with them, and emulated they go byte by
  // byte: without them Debian's live system starts in half the time. A second processor costs more in locks than it gives.
  return [...emulated, "-cpu", "max,-erms,-fsrm", "-smp", "1"];
}

function firmwareOf(plan: MachinePlan): string[] {
  if (plan.firmwareFiles === undefined) return [];
  const { code, variables } = plan.firmwareFiles;
  const flash = (unit: number, file: string, more: string): string[] => [
    "-drive",
    `if=pflash,format=raw,unit=${unit},file=${escaped(file)}${more}`,
  ];
  const secure = machineOf(plan).includes("smm=on")
    ? ["-global", "driver=cfi.pflash01,property=secure,value=on"]
    : [];
  return [...secure, ...flash(0, code, ",readonly=on"), ...flash(1, variables, "")];
}

/** A comma ends a value in QEMU's option lists, unless doubled. */
function escaped(value: string): string {
  return value.replaceAll(",", ",,");
}
