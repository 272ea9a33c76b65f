/** What a repair came to, for every job that mends something: the disk before and after, and what became of each finding. */
import type { DiskPicture } from "../frame/disk-picture.ts";
import type { Go } from "../frame/screen.ts";
import type { Block, Choice, Control, Words } from "../frame/view.ts";
import { jobSay } from "./messages.ts";
import { pageScreen } from "./page-screen.ts";

export interface RepairedFinding {
  readonly what: Words;
  readonly where: string;
  readonly isMended: boolean;
  /** Of what is left: why, and what to do. */
  readonly why?: Words;
}

export interface RepairOutcome {
  /** With what was damaged marked. */
  readonly before: DiskPicture;
  readonly after: DiskPicture;
  readonly findings: readonly RepairedFinding[];
}

export function repairOutcome(
  { before, after, findings }: RepairOutcome,
  go: (go: Go) => void,
): (Block | Control)[] {
  const mended = findings.filter(({ isMended }) => isMended).length;
  const left = findings.length - mended;
  return [
    {
      kind: "text",
      text: jobSay.mendedAndLeft(mended, left),
      tone: left > 0 ? "warning" : "good",
    },
    { kind: "before-after", before, after },
    {
      kind: "choices",
      id: "findings",
      label: jobSay.whatBecame(),
      empty: jobSay.nothingToMend(),
      // What is left is of more interest than what isn't there any more.
      items: findings
        .toSorted((a, b) => Number(a.isMended) - Number(b.isMended))
        .map((finding, index) => findingChoice(finding, `${index}`, go)),
    },
  ];
}

function findingChoice(finding: RepairedFinding, id: string, go: (go: Go) => void): Choice {
  const { what, where, isMended, why } = finding;
  const detail = isMended ? jobSay.mended() : jobSay.left();
  const tone = isMended ? "good" : "warning";
  const page = () =>
    pageScreen(where, [
      { kind: "text", text: what },
      { kind: "text", text: detail, tone },
      ...(why === undefined ? [] : [{ kind: "text" as const, text: why }]),
    ]);
  const label = `${isMended ? "✓" : "!"} ${where}`;
  return { id, label, detail, note: what, tone, choose: () => go({ to: page() }) };
}
