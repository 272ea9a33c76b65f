/** A Ventoy stick in words, for `inspect` and `upgrade`. */
import { OF_THE_LAYOUT } from "../boot/ventoy/device-check.ts";
import type { VentoySurvey } from "../stick/ventoy/survey.ts";
import { interruptionOf } from "../stick/ventoy/interrupted.ts";
import { PART_NAMES, versions } from "../stick/ventoy/upgrade/messages.ts";
import type { VentoyUpgradePlan } from "../stick/ventoy/upgrade/plan.ts";
import { formatSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import type { Shell } from "./shell.ts";

const UNKNOWN: Text = { en: "unknown version", zh: "版本未知" };

export function linesOfVentoy(path: string, survey: VentoySurvey, shell: Shell): string[] {
  const { version, scheme, secureBoot, uuid, reservedBytes, interrupted } = survey;
  // Nothing of a stick that is only becoming Ventoy's is Ventoy's before that has been brought to an end.
  const isBecoming = interrupted?.was !== undefined;
  const shown =
    interrupted === undefined || isBecoming ? version : versions(interrupted.from, interrupted.to);
  const lines = [
    `${path}  Ventoy ${shown ?? shell.say(UNKNOWN)}  ${scheme}${secureBoot === true ? ", Secure Boot" : ""}`,
    ...linesOfInterrupted(path, survey, shell),
  ];
  if (isBecoming) return lines;
  return [
    ...lines,
    `  UUID  ${uuid}`,
    ...(reservedBytes > 0
      ? [
          shell.say({
            en: `  ${formatSize(reservedBytes)} reserved behind Ventoy's partition`,
            zh: `  Ventoy 分区之后预留 ${formatSize(reservedBytes)}`,
          }),
        ]
      : []),
    ...linesOfCheck(survey, shell),
  ];
}

/** Of a stick that lifeboat starts, what lies behind its menu. */
export function linesOfBehind(path: string, survey: VentoySurvey, shell: Shell): string[] {
  const { version, secureBoot, uuid } = survey;
  const name = `Ventoy ${version ?? shell.say(UNKNOWN)}${secureBoot === true ? ", Secure Boot" : ""}`;
  return [
    `  ${shell.say({ en: `${name}, behind lifeboat's menu`, zh: `${name}，位于 lifeboat 菜单之后` })}`,
    ...linesOfInterrupted(path, survey, shell),
    `  UUID  ${uuid}`,
    ...linesOfCheck(survey, shell),
  ];
}

function linesOfInterrupted(path: string, { interrupted }: VentoySurvey, shell: Shell): string[] {
  if (interrupted === undefined) return [];
  const { what, fix } = interruptionOf(path, interrupted);
  return [what, fix].map((text) => `  ${shell.say(text)}`);
}

function linesOfCheck({ deviceCheck, interrupted }: VentoySurvey, shell: Shell): string[] {
  // What an upgrade that was cut short has yet to write can't pass, and says nothing new.
  const failed = deviceCheck.filter(
    ({ ok, code }) => !ok && (interrupted === undefined || OF_THE_LAYOUT.includes(code)),
  );
  if (failed.length === 0 && interrupted === undefined) {
    const text = {
      en: "  Ventoy takes it for one of its own",
      zh: "  符合 Ventoy 对自身设备的检查",
    };
    return [shell.say(text)];
  }
  return failed.map(({ code, what }) =>
    shell.say({
      en: `  Ventoy would not boot from it (${code}): ${what.en}`,
      zh: `  Ventoy 无法从中启动（${code}）：${what.zh}`,
    }),
  );
}

export function linesOfPlan(plan: VentoyUpgradePlan, shell: Shell): string[] {
  const { target, versions, scheme, secureBoot, parts, lost, archive, archiveSha256 } = plan;
  const before = versions.before ?? shell.say(UNKNOWN);
  return [
    `${target}  Ventoy ${before} → ${versions.after}  ${scheme}`,
    `  ${archive}  SHA-256 ${archiveSha256}`,
    `  Secure Boot  ${secureWord(secureBoot.before, shell)} → ${secureWord(secureBoot.after, shell)}`,
    ...parts.map((part) => `  ~ ${shell.say(PART_NAMES[part])}`),
    ...lost.map((path) => `  - ${path}`),
    ...(lost.length > 0
      ? [
          shell.say({
            en: "  What is marked with - is not of the release and is removed from Ventoy's partition; what is saved before has it",
            zh: "  标有 - 的文件不属于发行包，将从 Ventoy 分区中移除；事先保存的文件中有其内容",
          }),
        ]
      : []),
  ];
}

function secureWord(value: boolean | null, shell: Shell): string {
  if (value === null) return "?";
  return shell.say(value ? { en: "yes", zh: "是" } : { en: "no", zh: "否" });
}
