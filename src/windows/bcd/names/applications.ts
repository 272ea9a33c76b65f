/** bcdedit's names of the elements of the smaller applications (class 2) and of device options (class 3). */

/** Windows' boot manager and the firmware's. */
export const BOOTMGR_ELEMENTS: Readonly<Record<number, string>> = {
  0x24000001: "displayorder",
  0x24000002: "bootsequence",
  0x23000003: "default",
  0x25000004: "timeout",
  0x26000005: "resume",
  0x23000006: "resumeobject",
  0x24000007: "startupsequence",
  0x24000010: "toolsdisplayorder",
  0x26000020: "displaybootmenu",
  0x26000021: "noerrordisplay",
  0x21000022: "bcddevice",
  0x22000023: "bcdfilepath",
  0x26000024: "hormenabled",
  0x26000025: "hiberboot",
  0x22000026: "passwordoverride",
  0x22000027: "pinpassphraseoverride",
  0x26000028: "processcustomactionsfirst",
  0x27000030: "customactions",
  0x26000031: "persistbootsequence",
  0x26000032: "skipstartupsequence",
  0x22000040: "fverecoveryurl",
  0x22000041: "fverecoverymessage",
};

/** What resumes from hibernation. */
export const RESUME_ELEMENTS: Readonly<Record<number, string>> = {
  0x21000001: "filedevice",
  0x22000002: "filepath",
  0x26000003: "customsettings",
  0x26000004: "pae",
  0x21000005: "associatedosdevice",
  0x26000006: "debugoptionenabled",
  0x25000007: "bootux",
  0x25000008: "bootmenupolicy",
  0x26000024: "hormenabled",
};

/** The memory test. */
export const MEMDIAG_ELEMENTS: Readonly<Record<number, string>> = {
  0x25000001: "passcount",
  0x25000002: "testmix",
  0x25000003: "failurecount",
  0x26000003: "cacheenable",
  0x25000004: "testtofail",
  0x26000004: "failuresenabled",
};

/** The loader of Windows before Vista. */
export const NTLDR_ELEMENTS: Readonly<Record<number, string>> = {
  0x22000001: "bpbstring",
};

/** What is started by a network boot. */
export const STARTUP_ELEMENTS: Readonly<Record<number, string>> = {
  0x26000001: "pxesoftreboot",
  0x22000002: "applicationname",
};

/** Additional options of devices: RAM disks. */
export const DEVICE_ELEMENTS: Readonly<Record<number, string>> = {
  0x35000001: "ramdiskimageoffset",
  0x35000002: "ramdisktftpclientport",
  0x31000003: "ramdisksdidevice",
  0x32000004: "ramdisksdipath",
  0x35000005: "ramdiskimagelength",
  0x36000006: "exportascd",
  0x35000007: "ramdisktftpblocksize",
  0x35000008: "ramdisktftpwindowsize",
  0x36000009: "ramdiskmcenabled",
  0x3600000a: "ramdiskmctftpfallback",
  0x3600000b: "ramdisktftpvarwindow",
};
