import type { Text } from "../../system/text.ts";

/** Why an ISO can't be started by its own vendor's boot loader. */
export const say = {
  noShim: (): Text => ({
    en: "it has no shim of its own for 64-bit UEFI",
    zh: "它没有用于 64 位 UEFI 的自带 shim",
  }),
  notFromMicrosoft: (): Text => ({
    en: "its own shim is not signed by Microsoft",
    zh: "它自带的 shim 没有 Microsoft 签名",
  }),
  noGrub: (): Text => ({
    en: "there is no GRUB beside its own shim",
    zh: "它自带的 shim 旁边没有 GRUB",
  }),
  badPrefix: (prefix: string): Text => ({
    en: `its own GRUB looks for its configuration in "${prefix}", where a stick can't have one`,
    zh: `它自带的 GRUB 在“${prefix}”查找配置，而 U 盘无法在该处提供`,
  }),
  noSbat: (file: string): Text => ({
    en: `its own ${file} is from before 2021 and is revoked (it has no SBAT data)`,
    zh: `它自带的 ${file} 早于 2021 年，已被吊销（没有 SBAT 数据）`,
  }),
  revoked: (file: string, component: string, has: number, needs: number): Text => ({
    en: `its own ${file} is revoked (SBAT: ${component} ${has}, ${needs} is wanted); a newer ISO may do`,
    zh: `它自带的 ${file} 已被吊销（SBAT：${component} 为 ${has}，要求 ${needs}）；较新的 ISO 可能可用`,
  }),
  unknownKey: (signer: string): Text => ({
    en: `its own shim does not know the key of "${signer}" either`,
    zh: `它自带的 shim 也不认识“${signer}”的密钥`,
  }),
};
