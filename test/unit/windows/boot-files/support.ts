/** A tree shaped like \Windows\Boot of an applied image. Its contents stand in for Microsoft's, and are all different. */
import { randomFrom } from "../../../support/random.ts";

export const MACHINE = { x86_64: 0x8664, i386: 0x014c, aarch64: 0xaa64 } as const;

/** The least that is a PE file: MZ header, PE signature, COFF header; the rest is noise. */
export function program(machine: number, seed: number, sizeBytes: number): Buffer {
  const bytes = noise(seed, sizeBytes);
  bytes.fill(0, 0, 128);
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(64, 0x3c);
  bytes.write("PE\0\0", 64, "latin1");
  bytes.writeUInt16LE(machine, 68);
  return bytes;
}

export function noise(seed: number, sizeBytes: number): Buffer {
  const random = randomFrom(seed);
  return Buffer.from(Array.from({ length: sizeBytes }, () => random(256)));
}

/** Paths below `\Windows\Boot`, with `/`. */
export function bootTree(machine: number = MACHINE.x86_64): Record<string, Buffer> {
  let seed = 1;
  const data = (sizeBytes: number) => noise(seed++, sizeBytes);
  const loader = (sizeBytes: number) => program(machine, seed++, sizeBytes);
  return {
    "EFI/bootmgfw.efi": loader(50_001),
    "EFI/bootmgr.efi": loader(40_000),
    "EFI/memtest.efi": loader(9_000),
    "EFI/boot.stl": data(4_096),
    "EFI/winsipolicy.p7b": data(1_000),
    "EFI/kd_02_8086.dll": data(3_000),
    "EFI/en-US/bootmgfw.efi.mui": data(2_000),
    "EFI/en-US/memtest.efi.mui": data(700),
    "EFI/zh-CN/bootmgfw.efi.mui": data(2_100),
    "EFI/qps-ploc/bootmgr.efi.mui": data(900),
    "EFI_EX/bootmgfw_EX.efi": loader(51_003),
    "EFI_EX/bootmgr_EX.efi": loader(41_000),
    "EFI_EX/en-US/bootmgfw_EX.efi.mui": data(2_003),
    "PCAT/bootmgr": data(41_369),
    "PCAT/bootnxt": Buffer.from([1]),
    "PCAT/bootvhd.dll": data(1_500),
    "PCAT/memtest.exe": data(1_600),
    "PCAT/en-US/bootmgr.exe.mui": data(800),
    "Fonts/wgl4_boot.ttf": data(5_000),
    "Fonts/chs_boot.ttf": data(37_000),
    "Fonts_EX/wgl4_boot_EX.ttf": data(5_003),
    "Resources/bootres.dll": data(9_000),
    "Resources/en-US/bootres.dll.mui": data(500),
  };
}

/** As a Windows volume has it. */
export function underWindows(tree: Readonly<Record<string, Buffer>>): Record<string, Buffer> {
  return Object.fromEntries(
    Object.entries(tree).map(([path, bytes]) => [`/Windows/Boot/${path}`, bytes]),
  );
}

/** What bcdboot makes of `bootTree` for UEFI, by the reference's list: target and source. */
export const EFI_COPIES: Readonly<Record<string, string>> = {
  "/EFI/Boot/bootx64.efi": "EFI/bootmgfw.efi",
  "/EFI/Microsoft/Boot/bootmgfw.efi": "EFI/bootmgfw.efi",
  "/EFI/Microsoft/Boot/bootmgr.efi": "EFI/bootmgr.efi",
  "/EFI/Microsoft/Boot/memtest.efi": "EFI/memtest.efi",
  "/EFI/Microsoft/Boot/boot.stl": "EFI/boot.stl",
  "/EFI/Microsoft/Boot/winsipolicy.p7b": "EFI/winsipolicy.p7b",
  "/EFI/Microsoft/Boot/kd_02_8086.dll": "EFI/kd_02_8086.dll",
  "/EFI/Microsoft/Boot/en-US/bootmgfw.efi.mui": "EFI/en-US/bootmgfw.efi.mui",
  "/EFI/Microsoft/Boot/en-US/memtest.efi.mui": "EFI/en-US/memtest.efi.mui",
  "/EFI/Microsoft/Boot/zh-CN/bootmgfw.efi.mui": "EFI/zh-CN/bootmgfw.efi.mui",
  "/EFI/Microsoft/Boot/qps-ploc/bootmgr.efi.mui": "EFI/qps-ploc/bootmgr.efi.mui",
  "/EFI/Microsoft/Boot/Fonts/wgl4_boot.ttf": "Fonts/wgl4_boot.ttf",
  "/EFI/Microsoft/Boot/Fonts/chs_boot.ttf": "Fonts/chs_boot.ttf",
  "/EFI/Microsoft/Boot/Resources/bootres.dll": "Resources/bootres.dll",
  "/EFI/Microsoft/Boot/Resources/en-US/bootres.dll.mui": "Resources/en-US/bootres.dll.mui",
};

export const BIOS_COPIES: Readonly<Record<string, string>> = {
  "/bootmgr": "PCAT/bootmgr",
  "/BOOTNXT": "PCAT/bootnxt",
  "/Boot/bootvhd.dll": "PCAT/bootvhd.dll",
  "/Boot/memtest.exe": "PCAT/memtest.exe",
  "/Boot/en-US/bootmgr.exe.mui": "PCAT/en-US/bootmgr.exe.mui",
  "/Boot/Fonts/wgl4_boot.ttf": "Fonts/wgl4_boot.ttf",
  "/Boot/Fonts/chs_boot.ttf": "Fonts/chs_boot.ttf",
  "/Boot/Resources/bootres.dll": "Resources/bootres.dll",
  "/Boot/Resources/en-US/bootres.dll.mui": "Resources/en-US/bootres.dll.mui",
};

/** What `/bootex` changes of it. */
export const EX_COPIES: Readonly<Record<string, string>> = {
  "/EFI/Boot/bootx64.efi": "EFI_EX/bootmgfw_EX.efi",
  "/EFI/Microsoft/Boot/bootmgfw.efi": "EFI_EX/bootmgfw_EX.efi",
  "/EFI/Microsoft/Boot/bootmgr.efi": "EFI_EX/bootmgr_EX.efi",
  "/EFI/Microsoft/Boot/en-US/bootmgfw.efi.mui": "EFI_EX/en-US/bootmgfw_EX.efi.mui",
  "/EFI/Microsoft/Boot/Fonts/wgl4_boot.ttf": "Fonts_EX/wgl4_boot_EX.ttf",
};
