import { expect, test } from "vitest";
import { qemuArguments } from "../../../../src/boot/qemu/arguments.ts";
import type { MachinePlan } from "../../../../src/boot/qemu/arguments.ts";

const BIOS: MachinePlan = {
  image: "/home/user/stick.img",
  firmware: "bios",
  accelerator: "tcg",
  memoryMb: 2048,
  display: "none",
  serialSocket: "/tmp/x/serial",
  controlSocket: "/tmp/x/control",
};
const UEFI: MachinePlan = {
  ...BIOS,
  firmware: "uefi",
  firmwareFiles: { code: "/fw/code.fd", variables: "/tmp/x/variables.fd" },
};

function valuesOf(args: readonly string[], option: string): string[] {
  return args.filter((_, index) => args[index - 1] === option);
}

test("the stick is a USB disk, first to boot, and writes stay in QEMU's overlay", () => {
  const args = qemuArguments(BIOS);
  expect(valuesOf(args, "-drive")).toEqual([
    "file=/home/user/stick.img,format=raw,if=none,id=stick,snapshot=on",
  ]);
  const devices = valuesOf(args, "-device");
  expect(devices.some((device) => /^usb-storage,.*drive=stick.*bootindex=1$/.test(device))).toBe(
    true,
  );
  expect(valuesOf(args, "-nic")).toEqual(["none"]);
});

test("a comma in a name doesn't end the option", () => {
  const args = qemuArguments({ ...BIOS, image: "/home/a,readonly=off,b.img" });
  expect(valuesOf(args, "-drive")[0]).toMatch(/^file=\/home\/a,,readonly=off,,b\.img,format=raw,/);
});

test("BIOS has no flash; UEFI has the program read-only and its own variables", () => {
  expect(qemuArguments(BIOS).join(" ")).not.toContain("pflash");
  expect(valuesOf(qemuArguments(UEFI), "-drive").slice(0, 2)).toEqual([
    "if=pflash,format=raw,unit=0,file=/fw/code.fd,readonly=on",
    "if=pflash,format=raw,unit=1,file=/tmp/x/variables.fd",
  ]);
});

test("system management mode protects the variables where the firmware needs it, and only there", () => {
  for (const firmware of ["secure-boot", "uefi-ia32"] as const) {
    const args = qemuArguments({ ...UEFI, firmware });
    expect(valuesOf(args, "-machine")).toEqual(["q35,smm=on"]);
    expect(valuesOf(args, "-global")).toEqual(["driver=cfi.pflash01,property=secure,value=on"]);
  }
  expect(valuesOf(qemuArguments(UEFI), "-machine")).toEqual(["q35"]);
  expect(valuesOf(qemuArguments(UEFI), "-global")).toEqual([]);
});

test("emulation is what remains when KVM doesn't start", () => {
  expect(valuesOf(qemuArguments(BIOS), "-accel")).toEqual(["tcg,thread=multi"]);
  expect(valuesOf(qemuArguments({ ...BIOS, accelerator: "kvm" }), "-accel")).toEqual([
    "kvm",
    "tcg,thread=multi",
  ]);
});

test("an emulated processor is not asked to move memory byte by byte", () => {
  expect(valuesOf(qemuArguments(BIOS), "-cpu")).toEqual(["max,-erms,-fsrm"]);
  expect(valuesOf(qemuArguments({ ...BIOS, accelerator: "kvm" }), "-cpu")).toEqual(["max"]);
});
