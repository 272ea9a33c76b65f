/**
 * FAT's dates and times: local time, two seconds fine, from 1980 to 2107.
 * Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03, "Date and Time Formats".
 */
export interface FatTimestamp {
  readonly date: number;
  readonly time: number;
  /** Hundredths of a second that `time` leaves out, 0–199; only the time of creation has them. */
  readonly hundredths: number;
}

const FIRST_YEAR = 1980;
const LAST_YEAR = 2107;

/** Times outside FAT's years become its first or last moment. */
export function encodeTimestamp(at: Date): FatTimestamp {
  const year = at.getFullYear();
  if (!(year >= FIRST_YEAR)) return { date: (1 << 5) | 1, time: 0, hundredths: 0 };
  if (year > LAST_YEAR) return { date: 0xff9f, time: 0xbf7d, hundredths: 199 };
  return {
    date: ((year - FIRST_YEAR) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
    hundredths: (at.getSeconds() % 2) * 100 + Math.floor(at.getMilliseconds() / 10),
  };
}

/** Undefined for a date that isn't one: zero in volumes whose writer has no clock. */
export function decodeTimestamp(date: number, time: number): Date | undefined {
  const month = (date >> 5) & 0x0f;
  const day = date & 0x1f;
  const hour = time >> 11;
  const minute = (time >> 5) & 0x3f;
  const second = (time & 0x1f) * 2;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
    return undefined;
  return new Date(FIRST_YEAR + (date >> 9), month - 1, day, hour, minute, second);
}
