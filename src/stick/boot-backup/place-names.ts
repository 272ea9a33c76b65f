import type { Text } from "../../system/text.ts";
import type { PlaceKind } from "./places.ts";

/** What each place is called. */
export const PLACE_NAMES: Readonly<Record<PlaceKind, Text>> = {
  esp: { en: "EFI system partition", zh: "EFI 系统分区" },
  gap: { en: "GRUB's core image", zh: "GRUB 核心映像" },
  "backup-gpt": { en: "backup partition table", zh: "备份分区表" },
  "primary-gpt": { en: "partition table", zh: "分区表" },
  "boot-sector": { en: "first sector", zh: "第一扇区" },
};
