/** Plans that destroy something are confirmed by the targets' names. */
import type { BuildPlan } from "../../stick/build/plan.ts";
import { isTestable } from "../../stick/build/test-first.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Screen } from "../frame/screen.ts";
import type { Block } from "../frame/view.ts";
import { typeToConfirm } from "../jobs/confirm.ts";
import { canBeTested } from "./draft.ts";
import { buildSay } from "./messages.ts";
import { pictureOfPlan } from "./plan-picture.ts";

/** @param lost the plans whose targets are there already. @param next where it leads then. */
export function confirmScreen(
  lost: readonly BuildPlan[],
  testFirst: boolean,
  next: () => Screen,
): Screen {
  const isTested = testFirst && lost.some(({ target }) => isTestable(target));
  const tested =
    isTested || canBeTested(lost)
      ? [
          {
            kind: "text" as const,
            text: isTested ? buildSay.testedFirst() : buildSay.notTested(),
            tone: "faint" as const,
          },
        ]
      : [];
  return typeToConfirm({
    title: buildSay.confirmTitle(),
    word: lost.map(({ target }) => target.path),
    about: [...whatIsLost(lost), ...tested],
    next,
  });
}

function whatIsLost(lost: readonly BuildPlan[]): Block[] {
  const [only] = lost;
  if (only === undefined || lost.length > 1) {
    return [
      { kind: "text", text: buildSay.allOnThemIsLost(lost.length), tone: "bad" },
      ...lost.map(({ target }): Block => {
        const { path, sizeBytes, model, serial } = target;
        const about = [path, formatSize(sizeBytes), model, serial].filter(Boolean).join("  ");
        return { kind: "text", text: about };
      }),
    ];
  }
  const { target } = only;
  const about = [target.model, target.serial].filter(Boolean).join(" · ");
  return [
    { kind: "text", text: buildSay.allIsLost(target.path), tone: "bad" },
    {
      kind: "facts",
      facts: [
        { label: buildSay.target(), value: target.path },
        { label: buildSay.size(), value: formatSize(target.sizeBytes) },
        ...(about === "" ? [] : [{ label: buildSay.device(), value: about }]),
      ],
    },
    { kind: "disk", picture: pictureOfPlan(only) },
  ];
}
