import type { Text } from "../../system/text.ts";

/** What the QEMU try-out says. */
export const say = {
  qemuMissing: (): Text => ({
    en: "QEMU is not installed, so the stick can't be tried out here",
    zh: "未安装 QEMU，无法在本机试启动",
  }),
  firmwareMissing: (firmware: string): Text => ({
    en: `The firmware files for a try-out with ${firmware} are not installed`,
    zh: `未安装以 ${firmware} 方式试启动所需的固件文件`,
  }),
  installHint: (packages: string): Text => ({
    en: `Install it: sudo apt-get install ${packages}`,
    zh: `请安装：sudo apt-get install ${packages}`,
  }),
  qemuFailed: (reason: string): Text => ({
    en: `QEMU ended before the try-out was over: ${reason}`,
    zh: `QEMU 在试启动完成前退出：${reason}`,
  }),
  controlFailed: (command: string, reason: string): Text => ({
    en: `QEMU refused the command ${command}: ${reason}`,
    zh: `QEMU 拒绝了命令 ${command}：${reason}`,
  }),
  controlClosed: (): Text => ({
    en: "QEMU closed its control connection",
    zh: "QEMU 关闭了控制连接",
  }),
  imageUnreadable: (path: string): Text => ({
    en: `${path} can't be read`,
    zh: `无法读取 ${path}`,
  }),
  imageUnreadableHint: (): Text => ({
    en: "Check the path; a device needs root: repeat the command with sudo",
    zh: "请检查路径；读取设备需要 root 权限：请用 sudo 重新运行该命令",
  }),
};
