import type { LifeboatError } from "../../system/errors.ts";
import { failureOf } from "../../system/errors.ts";
import { parseSize } from "../../system/sizes.ts";

/** What is wrong with a size as it is typed. */
export function sizeMistake(size: string): LifeboatError | undefined {
  try {
    parseSize(size);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}
