/** A plan that destroys something is confirmed by the target's name. */
import type { BuildPlan } from "../../stick/build/plan.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Screen } from "../frame/screen.ts";
import { typeToConfirm } from "../jobs/confirm.ts";
import { buildSay } from "./messages.ts";
import { pictureOfPlan } from "./plan-picture.ts";

/** @param word what has to be typed. @param next where it leads then. */
export function confirmScreen(plan: BuildPlan, word: string, next: () => Screen): Screen {
  const { target } = plan;
  const about = [target.model, target.serial].filter(Boolean).join(" · ");
  return typeToConfirm({
    title: buildSay.confirmTitle(),
    word,
    about: [
      { kind: "text", text: buildSay.allIsLost(target.path), tone: "bad" },
      {
        kind: "facts",
        facts: [
          { label: buildSay.target(), value: target.path },
          { label: buildSay.size(), value: formatSize(target.sizeBytes) },
          ...(about === "" ? [] : [{ label: buildSay.device(), value: about }]),
        ],
      },
      { kind: "disk", picture: pictureOfPlan(plan) },
    ],
    next,
  });
}
