/** Options that several commands have, with one meaning and one sentence: for `flag(…)` and `value(…)`. */
import type { Text } from "../system/text.ts";

type Described = readonly [flags: string, text: Text];

export const YES: Described = ["--yes", { en: "don't ask", zh: "不询问" }];

export const DRY_RUN: Described = [
  "--dry-run",
  { en: "show the plan and write nothing", zh: "仅显示计划，不写入任何内容" },
];

export const UNMOUNT: Described = [
  "--unmount",
  {
    en: "unmount what is mounted of it, without asking (Linux)",
    zh: "直接卸载其已挂载的分区，不询问（Linux）",
  },
];

export const EXPECT_SERIAL: Described = [
  "--expect-serial <serial>",
  {
    en: "refuse a disk with another serial number",
    zh: "磁盘序列号与此不符时拒绝执行",
  },
];

export const ALLOW_FIXED: Described = [
  "--allow-fixed",
  {
    en: "allow a disk that isn't removable (never the system's)",
    zh: "允许使用非可移动磁盘（系统盘始终拒绝）",
  },
];

export const ALLOW_LARGE: Described = [
  "--allow-large",
  { en: "allow a disk of more than 2 TiB", zh: "允许使用大于 2 TiB 的磁盘" },
];

export const NO_SECURE_BOOT: Described = [
  "--no-secure-boot",
  {
    en: "Debian's unsigned GRUB instead of shim and the signed one",
    zh: "使用 Debian 未签名的 GRUB，而非 shim 与已签名的 GRUB",
  },
];
