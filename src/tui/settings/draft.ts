/** A stick's settings in the making: the file as it was read, and as it would be. Nothing here touches the stick. */
import type { SettingsChange } from "../../stick/settings/changes.ts";
import { settingsChanges } from "../../stick/settings/changes.ts";
import type { SettingEdit } from "../../stick/settings/edit.ts";
import { withEdits } from "../../stick/settings/edit.ts";
import { textOfSettings } from "../../stick/settings/file.ts";
import type { SettingsMistake } from "../../stick/settings/read.ts";
import { parseSettings } from "../../stick/settings/read.ts";
import type { StickSettings } from "../../stick/settings/schema.ts";

export interface Version {
  readonly text: string;
  /** Undefined where there are mistakes. */
  readonly settings: StickSettings | undefined;
  readonly mistakes: readonly SettingsMistake[];
}

export interface Draft {
  /** The file's bytes; undefined where the stick has none. */
  readonly onStick: Buffer | undefined;
  readonly first: Version;
  readonly now: Version;
}

/**
 * @param example the text to begin with where the stick has no file.
 * @throws LifeboatError what `textOfSettings` throws.
 */
export async function openDraft(onStick: Buffer | undefined, example: string): Promise<Draft> {
  const bytes = onStick ?? Buffer.from(example);
  const { settings, mistakes } = await parseSettings(bytes);
  const first = { text: textOfSettings(bytes), settings, mistakes };
  return { onStick, first, now: first };
}

/** @throws LifeboatError `settings-mistake`. */
export async function edited(draft: Draft, edits: readonly SettingEdit[]): Promise<Draft> {
  return withText(draft, await withEdits(draft.now.text, edits));
}

/** Whatever somebody wrote: with mistakes in it, it can be looked at and mended, and not be saved. */
export async function withText(draft: Draft, text: string): Promise<Draft> {
  const { settings, mistakes } = await parseSettings(Buffer.from(text));
  return { ...draft, now: { text, settings, mistakes } };
}

/** When it is on the stick. */
export function saved({ now }: Draft): Draft {
  return { onStick: Buffer.from(now.text), first: now, now };
}

export function isChanged({ first, now }: Draft): boolean {
  return first.text !== now.text;
}

/** None where only comments and layout differ; undefined where what was there before can't be compared, for the mistakes in it. */
export function changesIn({ first, now }: Draft): readonly SettingsChange[] | undefined {
  if (first.settings === undefined || now.settings === undefined) return undefined;
  return settingsChanges(first.settings, now.settings);
}
