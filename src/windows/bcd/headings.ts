/** What bcdedit writes above each object, and in which order it lists them. */
import type { Text } from "../../system/text.ts";
import type { ObjectId } from "./object-id.ts";
import { OBJECT, SETUP_LOADER, SETUP_RAMDISK_OPTIONS } from "./object-id.ts";
import { OBJECT_TYPE } from "./object-type.ts";

const BY_ID: ReadonlyMap<ObjectId, Text> = new Map<ObjectId, Text>([
  [OBJECT.emssettings, { en: "EMS Settings", zh: "EMS 设置" }],
  [OBJECT.dbgsettings, { en: "Debugger Settings", zh: "调试器设置" }],
  [OBJECT.kerneldbgsettings, { en: "Kernel Debugger Settings", zh: "内核调试器设置" }],
  [OBJECT.badmemory, { en: "RAM Defects", zh: "RAM 缺陷" }],
  [OBJECT.globalsettings, { en: "Global Settings", zh: "全局设置" }],
  [OBJECT.bootloadersettings, { en: "Boot Loader Settings", zh: "启动加载器设置" }],
  [OBJECT.hypervisorsettings, { en: "Hypervisor Settings", zh: "虚拟机监控程序设置" }],
  [OBJECT.resumeloadersettings, { en: "Resume Loader Settings", zh: "恢复加载器设置" }],
  [OBJECT.ramdiskoptions, { en: "Setup Ramdisk Options", zh: "安装程序 Ramdisk 选项" }],
  [SETUP_RAMDISK_OPTIONS, { en: "Setup Ramdisk Options", zh: "安装程序 Ramdisk 选项" }],
  [SETUP_LOADER, { en: "Windows Boot Loader", zh: "Windows 启动加载器" }],
]);

const BY_TYPE: ReadonlyMap<number, Text> = new Map<number, Text>([
  [OBJECT_TYPE.fwbootmgr, { en: "Firmware Boot Manager", zh: "固件启动管理器" }],
  [OBJECT_TYPE.bootmgr, { en: "Windows Boot Manager", zh: "Windows 启动管理器" }],
  [
    OBJECT_TYPE.firmwareApplication,
    { en: "Firmware Application (101fffff)", zh: "固件应用程序 (101fffff)" },
  ],
  [OBJECT_TYPE.osloader, { en: "Windows Boot Loader", zh: "Windows 启动加载器" }],
  [OBJECT_TYPE.resume, { en: "Resume from Hibernate", zh: "从休眠状态恢复" }],
  [OBJECT_TYPE.memdiag, { en: "Windows Memory Tester", zh: "Windows 内存测试程序" }],
  [OBJECT_TYPE.ntldr, { en: "Windows Legacy OS Loader", zh: "Windows 旧版 OS 加载器" }],
  [OBJECT_TYPE.bootsector, { en: "Real-mode Boot Sector", zh: "实模式启动扇区" }],
  [OBJECT_TYPE.bootapp, { en: "Boot Application", zh: "启动应用程序" }],
  [OBJECT_TYPE.startup, { en: "Startup Application", zh: "启动程序" }],
]);

const UNKNOWN: Text = { en: "Object without a type", zh: "没有类型的对象" };

/** In the order in which bcdedit /enum all lists them. */
const ORDER: readonly number[] = [
  OBJECT_TYPE.fwbootmgr,
  OBJECT_TYPE.bootmgr,
  OBJECT_TYPE.firmwareApplication,
  OBJECT_TYPE.osloader,
  OBJECT_TYPE.resume,
  OBJECT_TYPE.memdiag,
  OBJECT_TYPE.ntldr,
  OBJECT_TYPE.bootsector,
];

export function headingOf(id: ObjectId, type: number | undefined): Text {
  const known = BY_ID.get(id) ?? (type === undefined ? UNKNOWN : BY_TYPE.get(type));
  if (known !== undefined || type === undefined) return known ?? UNKNOWN;
  const digits = type.toString(16).padStart(8, "0");
  switch (type >>> 28) {
    case 1:
      return { en: `Application (${digits})`, zh: `应用程序 (${digits})` };
    case 2:
      return { en: `Inheritable Settings (${digits})`, zh: `可继承的设置 (${digits})` };
    case 3:
      return { en: "Device options", zh: "设备选项" };
    default:
      return { en: `Object (${digits})`, zh: `对象 (${digits})` };
  }
}

/** Where an object comes in the listing: smaller first. */
export function listingRank(type: number | undefined): number {
  if (type === undefined) return ORDER.length + 0x10;
  const at = ORDER.indexOf(type);
  return at === -1 ? ORDER.length + (type >>> 28) : at;
}
