/** The volume label: an entry of its own in the root directory, and a copy in the boot sector. */
import { LifeboatError } from "../../system/errors.ts";
import { NO_LABEL } from "./boot-sector.ts";
import { say } from "./messages.ts";
import { SHORT_NAME_LENGTH } from "./short-name.ts";

/**
 * A label as it is stored, in upper case and padded; undefined for an empty one.
 * @throws LifeboatError `invalid-label`
 */
export function encodeLabel(label: string): Buffer | undefined {
  const upper = label.toUpperCase();
  if (upper.trim() === "") return undefined;
  const valid = /^[\x21-\x7e][\x20-\x7e]*$/.test(upper) && !/["*+,./:;<=>?[\\\]|]/.test(upper);
  if (!valid || upper.length > SHORT_NAME_LENGTH) {
    throw new LifeboatError("invalid-label", say.invalidLabel(label), { kind: "usage" });
  }
  return Buffer.from(upper.padEnd(SHORT_NAME_LENGTH), "latin1");
}

/** The label of a volume from both places that may hold one: the root directory's counts. */
export function labelOf(inRoot: string | undefined, inBootSector: string): string {
  return inRoot ?? (inBootSector === NO_LABEL ? "" : inBootSector.trimEnd());
}
