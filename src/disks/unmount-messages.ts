import type { Text } from "../system/text.ts";

/** What is said of volumes that are to be unmounted. */
export const unmountSay = {
  busy: (place: string, users: readonly string[]): Text => ({
    en: `${place} can't be unmounted: it is in use${users.length > 0 ? ` by ${users.join(", ")}` : ""}`,
    zh: `无法卸载 ${place}：正${users.length > 0 ? `被 ${users.join("、")} ` : "在"}使用`,
  }),
  busyHint: (): Text => ({
    en: "Close what uses it (a file manager, a shell that is in that folder), then run the command again",
    zh: "请关闭正在使用它的程序（文件管理器、位于该文件夹的终端等），然后重新运行该命令",
  }),
  failed: (place: string, reason: string): Text => ({
    en: `${place} can't be unmounted: ${reason}`,
    zh: `无法卸载 ${place}：${reason}`,
  }),
  failedHint: (): Text => ({
    en: "Unmount it by hand, then run the command again",
    zh: "请手动卸载，然后重新运行该命令",
  }),
  covered: (place: string, source: string): Text => ({
    en: `${place} can't be unmounted: ${source} is mounted over it`,
    zh: `无法卸载 ${place}：${source} 挂载在它之上`,
  }),
  coveredHint: (place: string): Text => ({
    en: `Unmount that first: umount ${place}`,
    zh: `请先卸载上层：umount ${place}`,
  }),
};
