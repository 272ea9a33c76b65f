/** What would make a stick that starts by lifeboat one of Ventoy's, where lifeboat's own partition can't be read. */
import { LifeboatError } from "../../../system/errors.ts";
import type { VentoySurvey } from "../survey.ts";
import { say } from "./messages.ts";

/** @throws LifeboatError `ventoy-chain-unreadable` (refused). */
export function refuseUnreadableChain(
  path: string,
  { chainUnreadable }: Pick<VentoySurvey, "chainUnreadable">,
): void {
  if (!chainUnreadable) return;
  throw new LifeboatError("ventoy-chain-unreadable", say.unreadable(), {
    kind: "refused",
    hint: say.unreadableHint(path),
  });
}
