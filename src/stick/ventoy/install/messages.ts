import type { Text } from "../../../system/text.ts";

/** What making a Ventoy stick says to people. */
export const say = {
  enrolment: (): Text => ({
    en: "Under Secure Boot, Ventoy starts only after its key was enrolled once on each computer",
    zh: "启用 Secure Boot 时，每台电脑须先注册一次 Ventoy 的密钥才能启动",
  }),
  writingVentoy: (version: string): Text => ({
    en: `Writing Ventoy ${version}`,
    zh: `正在写入 Ventoy ${version}`,
  }),
  notOfPlan: (planned: string, found: string): Text => ({
    en: `The plan is for Ventoy ${planned}, and the archive holds ${found}`,
    zh: `计划使用 Ventoy ${planned}，而压缩包中是 ${found}`,
  }),
  volumeDamaged: (what: Text): Text => ({
    en: `Partition 1 was read back with an error: ${what.en}. The medium is bad, or not as large as it says`,
    zh: `读回分区 1 时发现错误：${what.zh}。介质已损坏，或容量虚标`,
  }),
  notStandard: (code: number, what: Text): Text => ({
    en: `Ventoy would refuse this stick (${code}). ${what.en}`,
    zh: `Ventoy 会拒绝该 U 盘（${code}）。${what.zh}`,
  }),
  notStandardHint: (): Text => ({
    en: "The archive is no release of Ventoy; take one from its own page",
    zh: "该压缩包不是 Ventoy 的发布文件；请从其官方页面下载",
  }),
};
