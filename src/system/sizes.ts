/** Sizes as people write and read them. */
import { LifeboatError } from "./errors.ts";

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

const UNITS = ["K", "M", "G", "T"] as const;

/**
 * Bytes from `512M`, `8G`, `8GiB`, `1.5T` or a plain number of bytes. Units are powers of 1024, with or without `iB` or `B`.
 * @throws LifeboatError `bad-size`.
 */
export function parseSize(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s*(?:([KMGT])(?:iB|B)?)?$/i.exec(text.trim());
  const number = Number(match?.[1]);
  const unit = match?.[2]?.toUpperCase() as (typeof UNITS)[number] | undefined;
  const bytes = Math.floor(number * (unit ? 1024 ** (UNITS.indexOf(unit) + 1) : 1));
  if (match === null || !Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new LifeboatError(
      "bad-size",
      { en: `"${text}" is not a size`, zh: `“${text}”不是有效的大小` },
      {
        kind: "usage",
        hint: { en: "Write it like 512M, 8G or 8GiB", zh: "请写成 512M、8G 或 8GiB" },
      },
    );
  }
  return bytes;
}

/** `3.7 GiB`: three figures, binary units. */
export function formatSize(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  do {
    value /= 1024;
    unit++;
  } while (value >= 1023.95 && unit < UNITS.length - 1);
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${UNITS[unit]}iB`;
}
