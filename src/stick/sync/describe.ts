/** What is said of a sync's plan, wherever it is shown: line by line, what it costs, and why it can't be carried out. */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { SyncAction } from "./action.ts";
import { say } from "./messages.ts";
import type { SyncPlan } from "./plan.ts";

/** What becomes of a file, in one column. */
export const SIGNS: Readonly<Record<SyncAction["action"], string>> = {
  add: "+",
  replace: "~",
  remove: "-",
  keep: "=",
  skip: "!",
};

/** Why, and what else there is to know. */
export function reasonOf({ why, oldFirst }: SyncAction): Text {
  if (oldFirst !== true) return why;
  const more = say.oldFirst();
  return { en: `${why.en}; ${more.en}`, zh: `${why.zh}；${more.zh}` };
}

/** How much is copied, and what room there is before and afterwards. */
export function roomOf({ copyBytes, freeBefore, freeAfter, missingBytes }: SyncPlan): Text {
  return say.room(copyBytes, freeBefore, freeAfter, missingBytes);
}

/** What is only added costs nobody anything; these do, and are asked about. */
export function lostBy({ actions }: SyncPlan): readonly SyncAction[] {
  return actions.filter(({ action }) => action === "replace" || action === "remove");
}

/** How many files are lost, in a sentence without its full stop. */
export function describeLost(lost: readonly SyncAction[]): Text {
  return say.lost(lost.length);
}

/** Why it can't be carried out: `volume-full`. Undefined where it can. */
export function lacksRoom({ missingBytes, freeBefore }: SyncPlan): LifeboatError | undefined {
  if (missingBytes === 0) return undefined;
  const hint = say.noRoomHint();
  return new LifeboatError("volume-full", say.noRoom(missingBytes, freeBefore), { hint });
}
