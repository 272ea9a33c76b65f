/**
 * Partition type bytes of MBR that lifeboat knows by name. There is no standard: these are what Windows, Linux and their tools
 * write (Microsoft's PARTITION_INFORMATION_MBR; `sfdisk --list-types`).
 */

export const MBR_TYPE = {
  extendedChs: 0x05,
  ntfsOrExfat: 0x07,
  fat32Lba: 0x0c,
  extendedLba: 0x0f,
  windowsRecovery: 0x27,
  linuxSwap: 0x82,
  linux: 0x83,
  linuxExtended: 0x85,
  linuxLvm: 0x8e,
  noFileSystem: 0xda,
  gptProtective: 0xee,
  efiSystem: 0xef,
  linuxRaid: 0xfd,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  0x00: "Empty",
  0x01: "FAT12",
  0x04: "FAT16 below 32 MiB",
  0x05: "Extended",
  0x06: "FAT16",
  0x07: "NTFS or exFAT",
  0x0b: "FAT32",
  0x0c: "FAT32 (LBA)",
  0x0e: "FAT16 (LBA)",
  0x0f: "Extended (LBA)",
  0x11: "Hidden FAT12",
  0x14: "Hidden FAT16 below 32 MiB",
  0x16: "Hidden FAT16",
  0x17: "Hidden NTFS",
  0x1b: "Hidden FAT32",
  0x1c: "Hidden FAT32 (LBA)",
  0x1e: "Hidden FAT16 (LBA)",
  0x27: "Windows recovery environment",
  0x42: "Windows LDM",
  0x82: "Linux swap",
  0x83: "Linux",
  0x85: "Linux extended",
  0x86: "NTFS volume set",
  0x87: "NTFS volume set",
  0x8e: "Linux LVM",
  0xa5: "FreeBSD",
  0xa6: "OpenBSD",
  0xa8: "Darwin UFS",
  0xab: "Darwin boot",
  0xaf: "Apple HFS or HFS+",
  0xbe: "Solaris boot",
  0xbf: "Solaris",
  0xcd: "ISO 9660 (isohybrid)",
  0xda: "Data without a file system",
  0xde: "Dell utility",
  0xee: "GPT protective",
  0xef: "EFI system partition",
  0xfb: "VMware VMFS",
  0xfd: "Linux RAID",
};

/** The name of a type byte; "unknown" where lifeboat knows none. */
export function mbrTypeName(type: number): string {
  return NAMES[type] ?? "unknown";
}

/** A partition that holds a chain of logical partitions. */
export function isExtended(type: number): boolean {
  return (
    type === MBR_TYPE.extendedChs ||
    type === MBR_TYPE.extendedLba ||
    type === MBR_TYPE.linuxExtended
  );
}
