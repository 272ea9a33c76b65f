/** Entries that install by themselves, one for each answer file that a stick has for an ISO. */
import type { MenuIsoEntry } from "../../menu/menu-iso.ts";
import type { Language } from "../../system/text.ts";
import type { IsoRecord } from "../manifest.ts";
import { menuEntry } from "../menu/entry.ts";
import { say } from "./messages.ts";

export function unattendedEntries(
  { unattended, extras }: IsoRecord,
  language: Language,
): MenuIsoEntry[] {
  const answers = extras?.answers ?? [];
  return answers.flatMap(({ file, title, cpio }) => {
    const name = file.slice(file.lastIndexOf("/") + 1);
    const alike = answers.filter((one) => one.file.endsWith(`/${name}`)).length > 1;
    const shown = title ?? say.installUnattended(alike ? file : name)[language];
    const entries = (unattended?.entries ?? []).map(menuEntry);
    return entries.map((entry) => ({ ...entry, title: shown, files: cpio }));
  });
}
