/** Integers that bcdedit has words for (bcdedit /? TYPES …; Microsoft's BCD reference). The words in the order of the numbers. */

const ON_OFF = ["Off", "Auto"];
const DISABLE_ENABLE = ["Disable", "Enable"];
const FORCE_DISABLE = ["Default", "ForceDisable"];
const MENU_POLICY = ["Legacy", "Standard"];
const BOOT_UX = ["Disabled", "Basic", "Standard"];
const DEBUG_TYPES = ["Serial", "1394", "USB", "Net", "Local"];
const MESSAGES = [
  "Default",
  "Resume",
  "HyperV",
  "Recovery",
  "StartupRepair",
  "SystemImageRecovery",
  "CommandPrompt",
  "SystemRestore",
  "PushButtonReset",
];

export const LIBRARY_WORDS: Readonly<Record<number, readonly string[]>> = {
  0x1500000c: ["UseNone", "UseAll", "UsePrivate"],
  0x15000011: DEBUG_TYPES,
  0x15000018: ["Active", "AutoEnable", "Disable"],
  0x15000047: ["Default", "DisallowMmConfig"],
  0x1500004b: ["Default", "Disable", "Enable"],
  0x15000052: ["1024x768", "800x600", "1024x600"],
  0x15000065: MESSAGES,
  0x15000066: MESSAGES,
};

export const OSLOADER_WORDS: Readonly<Record<number, readonly string[]>> = {
  0x25000020: ["OptIn", "OptOut", "AlwaysOff", "AlwaysOn"],
  0x25000021: ["Default", "ForceEnable", "ForceDisable"],
  0x25000055: ["Default", "Disable", "Enable"],
  0x25000071: FORCE_DISABLE,
  0x25000072: FORCE_DISABLE,
  0x25000080: ["Minimal", "Network", "DsRepair"],
  0x250000a6: ["Default", "Legacy", "Enhanced"],
  0x250000c1: ["Fatal", "UseErrorControl"],
  0x250000c2: MENU_POLICY,
  0x250000e0: [
    "DisplayAllFailures",
    "IgnoreAllFailures",
    "IgnoreShutdownFailures",
    "IgnoreBootFailures",
    "IgnoreCheckpointFailures",
    "DisplayShutdownFailures",
    "DisplayBootFailures",
    "DisplayCheckpointFailures",
  ],
  0x250000f0: ON_OFF,
  0x250000f3: ["Serial", "1394", "None", "Net"],
  0x250000f7: BOOT_UX,
  0x25000100: ["Default", "ForceDisable", "ForceEnable"],
  0x25000115: ["Default", "Enable", "Disable"],
  0x25000118: DISABLE_ENABLE,
  0x25000119: DISABLE_ENABLE,
  0x2500012c: DEBUG_TYPES,
  0x25000142: ON_OFF,
};

export const RESUME_WORDS: Readonly<Record<number, readonly string[]>> = {
  0x25000007: BOOT_UX,
  0x25000008: MENU_POLICY,
};

export const MEMDIAG_WORDS: Readonly<Record<number, readonly string[]>> = {
  0x25000002: ["Basic", "Extended"],
  0x25000004: ["Stride", "Mats", "InverseCoupling", "RandomPattern", "Checkerboard"],
};
