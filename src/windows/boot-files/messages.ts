import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";

/** What is said about the files that Windows starts from. */
export const say = {
  noBootFolder: (path: string): Text => ({
    en: `There is no ${path} on this volume: no Windows was applied to it`,
    zh: `此卷上没有 ${path}：未在其上应用 Windows`,
  }),
  noBootFolderHint: (): Text => ({
    en: "Apply a Windows image to it first",
    zh: "请先在其上应用 Windows 映像",
  }),
  noBootManager: (path: string): Text => ({
    en: `The image has no ${path}, without which this Windows can't be started`,
    zh: `映像中没有 ${path}，缺少它此 Windows 无法启动`,
  }),
  noBootManagerHint: (): Text => ({
    en: "Check the image (wimlib-imagex verify), or the checksum of the ISO that it comes from",
    zh: "请检查映像（wimlib-imagex verify），或核对其 ISO 的校验和",
  }),
  noBootex: (): Text => ({
    en: "The image has no boot files signed by Windows UEFI CA 2023 (\\Windows\\Boot\\EFI_EX)",
    zh: "映像中没有由 Windows UEFI CA 2023 签名的启动文件（\\Windows\\Boot\\EFI_EX）",
  }),
  noBootexHint: (): Text => ({
    en: "Take a newer image, or the usual boot files",
    zh: "请使用更新的映像，或改用通常的启动文件",
  }),
  machine: (path: string, machine: string | undefined): Text =>
    machine === undefined
      ? {
          en: `${path} is no EFI program: the image is damaged`,
          zh: `${path} 不是 EFI 程序：映像已损坏`,
        }
      : {
          en: `${path} is for machine ${machine}, which UEFI has no loader's name for`,
          zh: `${path} 所属的机器类型 ${machine} 没有对应的 UEFI 引导文件名`,
        },
  noBios: (): Text => ({
    en: "The image has nothing to start from with BIOS: it will start with UEFI only",
    zh: "映像中没有用于 BIOS 的启动文件：只能以 UEFI 启动",
  }),
  noLanguages: (): Text => ({
    en: "The image has no languages for the boot menu",
    zh: "映像中没有启动菜单的语言文件",
  }),
  noLanguage: (locale: string, there: readonly string[]): Text => ({
    en: `The boot menu has no ${JSON.stringify(locale)}; it has ${there.slice(0, 8).join(", ")}`,
    zh: `启动菜单没有 ${JSON.stringify(locale)}；已有 ${there.slice(0, 8).join("、")}`,
  }),
  missing: (paths: readonly string[]): Text => ({
    en: `Not in the image, and so not copied: ${paths.join(", ")}`,
    zh: `映像中没有、因此未复制：${paths.join("、")}`,
  }),
  skipped: (paths: readonly string[]): Text => ({
    en: `Neither files nor folders, and so not copied: ${paths.slice(0, 5).join(", ")}`,
    zh: `既不是文件也不是文件夹、因此未复制：${paths.slice(0, 5).join("、")}`,
  }),
  twice: (kept: string, left: string): Text => ({
    en: `${left} would go to the same place as ${kept}, and isn't copied`,
    zh: `${left} 与 ${kept} 的目标位置相同，未复制`,
  }),
  espTooSmall: (needed: number, free: number): Text => ({
    en: `Windows' boot files take ${formatSize(needed)}, and the system partition has ${formatSize(free)} free`,
    zh: `Windows 启动文件需要 ${formatSize(needed)}，而系统分区只有 ${formatSize(free)} 可用空间`,
  }),
  espTooSmallHint: (): Text => ({
    en: "Make room there, or make the partition larger",
    zh: "请在其中腾出空间，或扩大该分区",
  }),
  copying: (): Text => ({
    en: "Copying Windows' boot files",
    zh: "正在复制 Windows 启动文件",
  }),
  comparing: (): Text => ({
    en: "Reading Windows' boot files back",
    zh: "正在回读 Windows 启动文件",
  }),
  differs: (path: string): Text => ({
    en: `${path} on the system partition isn't what was written`,
    zh: `系统分区上的 ${path} 与写入的内容不符`,
  }),
  differsHint: (): Text => ({
    en: "The medium loses data: test it with lifeboat test-media",
    zh: "介质会丢失数据：请用 lifeboat test-media 检测",
  }),
};
