/** What a stick with the mark of a job that was cut short says of itself: what happened, and both ways on. */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { UpgradeMark } from "./mark.ts";
import {
  SOME_ARCHIVE,
  adoptCommand,
  restoreCommand,
  say as sayUpgrade,
} from "./upgrade/messages.ts";

export interface Interruption {
  /** Of the finding of `verify`. */
  readonly id: "ventoy-upgrade-interrupted" | "ventoy-adoption-interrupted";
  readonly what: Text;
  readonly fix: Text;
}

/** @param path of the disk, for the commands. */
export function interruptionOf(path: string, { from, to, backup, was }: UpgradeMark): Interruption {
  if (was === undefined) {
    const fix = sayUpgrade.interruptedFix(path, backup);
    return { id: "ventoy-upgrade-interrupted", what: sayUpgrade.interrupted(from, to), fix };
  }
  const fix = say.fix(adoptCommand(path, SOME_ARCHIVE), restoreCommand(path, backup || "FILE"));
  return { id: "ventoy-adoption-interrupted", what: say.what(to), fix };
}

/** What a job gets that isn't the one which brings it to its end. @throws LifeboatError `ventoy-adoption-interrupted` (refused). */
export function refuseHalfAdopted(path: string, mark: UpgradeMark | undefined): void {
  if (mark?.was === undefined) return;
  const { id, what, fix } = interruptionOf(path, mark);
  throw new LifeboatError(id, what, { kind: "refused", hint: fix });
}

const say = {
  what: (to: string): Text => ({
    en: `This lifeboat stick was becoming a Ventoy ${to} stick, which was cut short: nothing starts it as it is; its files are there`,
    zh: `此 lifeboat U 盘在转为 Ventoy ${to} U 盘时中断：目前无法启动；其文件完好`,
  }),
  fix: (finish: string, back: string): Text => ({
    en: `To bring it to an end: ${finish}. Back to the lifeboat stick: ${back}`,
    zh: `完成转换：${finish}。恢复为 lifeboat U 盘：${back}`,
  }),
};
