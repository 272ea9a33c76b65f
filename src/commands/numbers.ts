/** Numbers on the command line. */
import { LifeboatError } from "../system/errors.ts";

/** A parser for an option's value. @throws LifeboatError `bad-number` where it is no whole number, or out of the range. */
export function wholeNumber(flag: string, least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d{1,15}$/.test(value) && number >= least && number <= most) return number;
    throw new LifeboatError(
      "bad-number",
      {
        en: `${flag} takes a whole number from ${least} to ${most}, not "${value}"`,
        zh: `${flag} 须为 ${least} 到 ${most} 的整数，而不是“${value}”`,
      },
      { kind: "usage" },
    );
  };
}
