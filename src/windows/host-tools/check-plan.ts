/**
 * Is the plan one that these tools can be given on this computer? Names and paths from outside are held against what is allowed, so
 * that nothing reaches diskpart's scripts, or a command line, that could mean something else there.
 */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { HostFacts } from "./facts.ts";
import { say } from "./messages.ts";
import type { HostPlan } from "./plan.ts";

const LETTER = /^[D-Z]$/;
const LABEL = /^[A-Za-z0-9_-](?:[A-Za-z0-9 _-]{0,30}[A-Za-z0-9_-])?$/;
const LOCALE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}$/;
/** `D:\…` or `\\server\share\…`; no device paths, and nothing that a file can't be called. */
const PATH =
  /^(?:[A-Za-z]:\\|\\\\[^\\/:*?"<>|]+\\[^\\/:*?"<>|]+(?:\\|$))(?:[^\\/:*?"<>|]+\\)*[^\\/:*?"<>|]*$/;
const PATTERN =
  /^(?:[A-Za-z]:\\|\\\\[^\\/:*?"<>|]+\\[^\\/:*?"<>|]+\\)(?:[^\\/:*?"<>|]+\\)*[^\\/:*?"<>|]*\*[^\\/:*?"<>|]*$/;
/** MAX_PATH, which the tools go by. */
const LONGEST_PATH = 259;
const MOST_MIB = 1 << 20;
const SMALLEST_SYSTEM_MIB = 100;
/** Windows makes no larger FAT32. */
const LARGEST_SYSTEM_MIB = 32 * 1024;
/** The first host that makes and shows several partitions on media with the removable bit: Windows 10, version 1703. */
export const SEVERAL_PARTITIONS_BUILD = 15_063;
/** The first whose bcdboot knows /offline and /bootex. */
export const BOOTEX_BUILD = 26_100;

/**
 * @throws LifeboatError `host-plan` (kind `usage`); kind `refused`: `needs-permission`, `removable-old-host`, `bootex-old-host`,
 * `letter-taken`.
 */
export function checkHostPlan(plan: HostPlan, facts: HostFacts): void {
  const problem = problemIn(plan);
  if (problem !== undefined) throw new LifeboatError("host-plan", problem, { kind: "usage" });
  if (!facts.elevated) {
    throw refused("needs-permission", say.notElevated(), say.notElevatedHint());
  }
  const isNew = plan.layout.kind !== "existing";
  const number = diskNumber(plan);
  if (isNew && facts.removable.includes(number) && facts.build < SEVERAL_PARTITIONS_BUILD) {
    throw refused("removable-old-host", say.removableOldHost(), say.removableOldHostHint());
  }
  if (plan.bootex === true && facts.bcdboot.build < BOOTEX_BUILD) {
    const text = say.bootexOldHost(facts.bcdboot.text);
    throw refused("bootex-old-host", text, say.bootexOldHostHint());
  }
  const taken = Object.values(plan.letters).find((letter) => facts.letters.includes(letter));
  if (taken !== undefined) throw refused("letter-taken", say.letterTaken(taken));
}

/** As diskpart counts. @throws TypeError where the plan wasn't checked. */
export function diskNumber({ disk }: Pick<HostPlan, "disk">): number {
  const [, number] = /^\\\\\.\\PhysicalDrive(0|[1-9][0-9]{0,3})$/i.exec(disk.path) ?? [];
  if (number === undefined) throw new TypeError(`no physical drive: ${disk.path}`);
  return Number(number);
}

function problemIn(plan: HostPlan): Text | undefined {
  const { letters, image, layout } = plan;
  if (!/^\\\\\.\\PhysicalDrive(0|[1-9][0-9]{0,3})$/i.test(plan.disk.path)) {
    return say.notADisk(plan.disk.path);
  }
  for (const letter of [letters.system, letters.windows]) {
    if (!LETTER.test(letter)) return say.letter(letter);
  }
  if (letters.system === letters.windows) return say.sameLetters(letters.system);
  if (!LABEL.test(plan.label)) return say.label(plan.label);
  if (plan.locale !== undefined && !LOCALE.test(plan.locale)) return say.locale(plan.locale);
  if (!isPath(image.path)) return say.path(image.path);
  const { parts } = image;
  if (parts !== undefined && !(PATTERN.test(parts) && isPath(parts.replace("*", "x")))) {
    return say.path(parts);
  }
  if (plan.drivers !== undefined && !isPath(plan.drivers)) return say.path(plan.drivers);
  const partitions = layout.kind === "existing" ? [layout.system, layout.windows] : [];
  const numbers = partitions.map(({ number }) => number);
  for (const number of [image.index, ...numbers]) {
    if (!isCount(number, 9999)) return say.number(number);
  }
  if (numbers.length > 0 && numbers[0] === numbers[1]) return say.samePartition(numbers[0] ?? 0);
  if (layout.kind === "existing") return undefined;
  if (layout.kind === "gpt" && plan.firmware === "bios") return say.biosFromGpt();
  const { systemMiB = SMALLEST_SYSTEM_MIB } = layout;
  if (!isCount(systemMiB, MOST_MIB) || systemMiB < SMALLEST_SYSTEM_MIB) {
    return say.systemTooSmall(systemMiB, SMALLEST_SYSTEM_MIB);
  }
  if (systemMiB > LARGEST_SYSTEM_MIB) {
    return say.systemTooLarge(systemMiB, LARGEST_SYSTEM_MIB);
  }
  const reservedMiB = layout.kind === "gpt" ? (layout.reservedMiB ?? 1) : 1;
  return isCount(reservedMiB, MOST_MIB) ? undefined : say.number(reservedMiB);
}

function isPath(path: string): boolean {
  if (path.length > LONGEST_PATH || !PATH.test(path)) return false;
  // `..`, and what Windows drops at the end of a name, would name another file than it says.
  const names = path.split("\\").slice(1);
  return !hasControl(path) && !names.some((name) => /[. ]$/.test(name));
}

function hasControl(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return /[\u0000-\u001f\u007f-\u009f]/.test(text) || !text.isWellFormed();
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function refused(code: string, text: Text, hint?: Text): LifeboatError {
  return new LifeboatError(code, text, {
    kind: "refused",
    ...(hint === undefined ? {} : { hint }),
  });
}
