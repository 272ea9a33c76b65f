/** Timestamps: sections 7.4.5 to 7.4.10 of the exFAT specification. */

/** The three fields that together hold one time. */
interface Timestamp {
  /** DOS date and time: year from 1980, month, day, hour, minute, two seconds. */
  readonly dateTime: number;
  /** 0 to 199, what the two seconds leave out. */
  readonly tenMilliseconds: number;
  readonly utcOffset: number;
}

/** Section 7.4.10.2: the offset counts. Without it the time is local to whoever reads it. */
const OFFSET_VALID = 0x80;
const OFFSET_UNIT_MINUTES = 15;
const FIRST = Date.UTC(1980, 0, 1);
const LAST = Date.UTC(2107, 11, 31, 23, 59, 59, 990);

/** `date` in UTC, marked as such; times that the format can't hold become the nearest it can. */
export function encodeTimestamp(date: Date): Timestamp {
  const time = Number.isNaN(date.getTime()) ? FIRST : date.getTime();
  const utc = new Date(Math.min(Math.max(time, FIRST), LAST));
  const day =
    ((utc.getUTCFullYear() - 1980) << 9) | ((utc.getUTCMonth() + 1) << 5) | utc.getUTCDate();
  const seconds = utc.getUTCSeconds();
  const clock = (utc.getUTCHours() << 11) | (utc.getUTCMinutes() << 5) | (seconds >> 1);
  return {
    dateTime: ((day << 16) | clock) >>> 0,
    tenMilliseconds: (seconds % 2) * 100 + Math.floor(utc.getUTCMilliseconds() / 10),
    utcOffset: OFFSET_VALID,
  };
}

/** Undefined where the fields are no time: month 0 or 13, hour 24, … */
export function decodeTimestamp(stamp: Timestamp): Date | undefined {
  const { dateTime } = stamp;
  const year = 1980 + (dateTime >>> 25);
  const month = ((dateTime >>> 21) & 0x0f) - 1;
  const day = (dateTime >>> 16) & 0x1f;
  const hour = (dateTime >>> 11) & 0x1f;
  const minute = (dateTime >>> 5) & 0x3f;
  const second = (dateTime & 0x1f) * 2;
  const possible = month >= 0 && month < 12 && day > 0 && hour < 24 && minute < 60 && second < 60;
  if (!possible) return undefined;
  const milliseconds = Math.min(stamp.tenMilliseconds, 199) * 10;
  if ((stamp.utcOffset & OFFSET_VALID) === 0) {
    return new Date(year, month, day, hour, minute, second, milliseconds);
  }
  // Seven bits, two's complement.
  const quarters = ((stamp.utcOffset & 0x7f) << 25) >> 25;
  const time = Date.UTC(year, month, day, hour, minute, second, milliseconds);
  return new Date(time - quarters * OFFSET_UNIT_MINUTES * 60_000);
}
