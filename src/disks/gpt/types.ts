/**
 * Partition types and attributes of GPT that lifeboat knows by name. Sources: UEFI 2.10 §5.3.3 (tables 5.7, 5.8),
 * Microsoft's CREATE_PARTITION_PARAMETERS and PARTITION_INFORMATION_GPT, the Discoverable Partitions Specification.
 */

export const GPT_TYPE = {
  efiSystem: "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
  biosBoot: "21686148-6449-6E6F-744E-656564454649",
  microsoftReserved: "E3C9E316-0B5C-4DB8-817D-F92DF00215AE",
  microsoftBasicData: "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
  windowsRecovery: "DE94BBA4-06D1-4D40-A16A-BFD50179D6AC",
  linuxFilesystem: "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
  linuxSwap: "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F",
  linuxLvm: "E6D6D379-F507-44C2-A23C-238F2A3DF928",
  linuxRaid: "A19D880F-05FC-4D3B-A006-743F0F84911E",
} as const;

/** Bits of a partition's attributes; 48 and up are Microsoft's, for basic data only. */
export const GPT_ATTRIBUTE = {
  required: 1n << 0n,
  noBlockIo: 1n << 1n,
  legacyBiosBootable: 1n << 2n,
  readOnly: 1n << 60n,
  shadowCopy: 1n << 61n,
  hidden: 1n << 62n,
  noDriveLetter: 1n << 63n,
} as const;

const NAMES: Readonly<Record<string, string>> = {
  [GPT_TYPE.efiSystem]: "EFI system partition",
  [GPT_TYPE.biosBoot]: "BIOS boot partition",
  [GPT_TYPE.microsoftReserved]: "Microsoft reserved",
  [GPT_TYPE.microsoftBasicData]: "Microsoft basic data",
  [GPT_TYPE.windowsRecovery]: "Windows recovery environment",
  [GPT_TYPE.linuxFilesystem]: "Linux filesystem",
  [GPT_TYPE.linuxSwap]: "Linux swap",
  [GPT_TYPE.linuxLvm]: "Linux LVM",
  [GPT_TYPE.linuxRaid]: "Linux RAID",
  "024DEE41-33E7-11D3-9D69-0008C781F39F": "MBR partition scheme",
  "5808C8AA-7E8F-42E0-85D2-E1E90434CFB3": "Windows LDM metadata",
  "AF9B60A0-1431-4F62-BC68-3311714A69AD": "Windows LDM data",
  "E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D": "Windows Storage Spaces",
  "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709": "Linux root (x86-64)",
  "44479540-F297-41B2-9AF7-D131D5F0458A": "Linux root (x86)",
  "B921B045-1DF0-41C3-AF44-4C6F280D3FAE": "Linux root (ARM 64-bit)",
  "8484680C-9521-48C6-9C11-B0720656F69E": "Linux /usr (x86-64)",
  "933AC7E1-2EB4-4F13-B844-0E14E2AEF915": "Linux /home",
  "3B8F8425-20E0-4F3B-907F-1A25A76F98E8": "Linux /srv",
  "4D21B016-B534-45C2-A9FB-5C16E091FD2D": "Linux /var",
  "BC13C2FF-59E6-4262-A352-B275FD6F7172": "Linux extended boot",
  "CA7D7CCB-63ED-4C53-861C-1742536059CC": "Linux LUKS",
  "8DA63339-0007-60C0-C436-083AC8230908": "Linux reserved",
  "48465300-0000-11AA-AA11-00306543ECAC": "Apple HFS+",
  "7C3457EF-0000-11AA-AA11-00306543ECAC": "Apple APFS",
  "426F6F74-0000-11AA-AA11-00306543ECAC": "Apple boot",
  "52637672-7900-11AA-AA11-00306543ECAC": "Apple recovery",
  "516E7CB4-6ECF-11D6-8FF8-00022D09712B": "FreeBSD data",
  "516E7CB6-6ECF-11D6-8FF8-00022D09712B": "FreeBSD UFS",
  "516E7CBA-6ECF-11D6-8FF8-00022D09712B": "FreeBSD ZFS",
  "6A898CC3-1DD2-11B2-99A6-080020736631": "Solaris /usr or ZFS",
  "AA31E02A-400F-11DB-9590-000C2911D1B8": "VMware VMFS",
  "9D275380-40AD-11DB-BF97-000C2911D1B8": "VMware diagnostics",
  "FE3A2A5D-4F32-41A7-B725-ACCC3285A309": "ChromeOS kernel",
  "3CB8E202-3B7E-47DD-8A3C-7FF2A13CFCEC": "ChromeOS root",
};

/** The name of a type GUID (in upper case); "unknown" where lifeboat knows none. */
export function gptTypeName(type: string): string {
  return NAMES[type] ?? "unknown";
}
