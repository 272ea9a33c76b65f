/** What an image is and on which machines it starts, in the few words that a list has room for. */
import type { IsoEntry, IsoReport } from "../../iso/types.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { Choice } from "../frame/view.ts";
import { buildSay } from "./messages.ts";

/** For a choice: its detail, its note, and a tone where something is amiss. */
export function describeReport(
  report: IsoReport | LifeboatError | undefined,
  secureBoot: boolean,
): Pick<Choice, "detail" | "note" | "tone"> {
  if (report === undefined) return { detail: buildSay.lookingAt() };
  if (report instanceof LifeboatError) {
    return { detail: buildSay.unreadable(), note: report.text, tone: "bad" };
  }
  const { name, version, entries, problems } = report;
  const worst = problems.find(({ severity }) => severity === "error") ?? problems[0];
  const what = [name, version].filter(Boolean).join(" ");
  const own = startedByLifeboat(entries);
  const machines = machinesOf(own, secureBoot);
  const isBad = own.length === 0 || worst?.severity === "error";
  return {
    detail: machines.length === 0 ? startsNowhere(entries) : machines.join(" · "),
    note: worst?.text ?? buildSay.isoNote(what, own.length),
    ...(isBad ? { tone: "bad" as const } : worst !== undefined && { tone: "warning" as const }),
  };
}

/** Those that need no Ventoy on the stick. */
export function startedByLifeboat<E extends Pick<IsoEntry, "via">>(entries: readonly E[]): E[] {
  return entries.filter(({ via }) => via !== "ventoy");
}

/** What is said of an image that the stick doesn't start. @param entries all of them. */
export function startsNowhere(entries: readonly Pick<IsoEntry, "via">[]): Text {
  return entries.length === 0 ? buildSay.startsNowhere() : buildSay.onlyByVentoy();
}

/** Names that are the same in every language. */
export function machinesOf(
  entries: readonly Pick<IsoEntry, "firmware" | "secureBoot">[],
  secureBoot: boolean,
): string[] {
  const has = (wanted: IsoEntry["firmware"][number]) =>
    entries.some(({ firmware }) => firmware.includes(wanted));
  const underSecureBoot = entries.some(
    (entry) =>
      entry.firmware.includes("x64") && /^(signed-by-shim|own-loader)$/.test(entry.secureBoot),
  );
  return [
    ...(has("bios") ? ["BIOS"] : []),
    ...(has("x64") ? ["UEFI"] : []),
    ...(secureBoot && underSecureBoot ? ["Secure Boot"] : []),
    ...(has("ia32") ? ["UEFI 32-bit"] : []),
  ];
}
