/** One of the computer's disks as a line of a list of targets. */
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { Choice } from "../frame/view.ts";
import type { FoundTarget } from "./find-sticks.ts";
import { targetsSay } from "./messages.ts";

export interface DiskChoiceOptions {
  /** Absent: it is no list of several. */
  readonly ticked?: boolean;
  /** Why this disk, which could be a target, isn't to be one here. */
  readonly except?: Text;
  readonly choose: () => void;
  readonly unmount: () => void;
}

export function diskChoice(
  { path, about, sizeBytes, refused, stick, mounted }: FoundTarget,
  { ticked, except, choose, unmount }: DiskChoiceOptions,
): Choice {
  const base = {
    id: path,
    label: [path, about].filter(Boolean).join("  "),
    detail: formatSize(sizeBytes),
  };
  const box = ticked === undefined ? {} : { ticked };
  if (except !== undefined) return { ...base, note: except };
  if (refused !== undefined) {
    if (!mounted) return { ...base, note: refused };
    return { ...base, tone: "faint", note: targetsSay.mounted(refused), choose: unmount };
  }
  // In a narrow terminal the line is cut before the serial number, which tells sticks of one make from each other.
  const note =
    stick === undefined ? targetsSay.diskNote(about) : targetsSay.isStickAlready(about, stick.name);
  return { ...base, ...box, note, choose };
}
