/** What differs between two versions of a stick's settings, in lines for people: the keys are those of the file. */
import { isDeepStrictEqual } from "node:util";
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";
import type { StickSettings } from "./schema.ts";

export interface SettingsChange {
  readonly kind: "added" | "removed" | "changed";
  readonly text: Text;
}

/** In the order of the keys; a setting that was moved within a group is no change, an item that was moved within a list is. */
export function settingsChanges(before: StickSettings, after: StickSettings): SettingsChange[] {
  return changesAt([], before, after);
}

function changesAt(path: readonly string[], before: unknown, after: unknown): SettingsChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  // The default entry has two ways to be written, and is one thing.
  const isWhole = path[0] === "menu" && path[1] === "default";
  if (!isWhole && isGroup(before ?? {}) && isGroup(after ?? {})) {
    const [old, now] = [before ?? {}, after ?? {}] as [Group, Group];
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return keys.flatMap((key) => changesAt([...path, key], old[key], now[key]));
  }
  const key = path.join(" › ");
  const isSecret = path[0] === "ventoy" && path[1]?.startsWith("password") === true;
  if (path[0] === "users" || isSecret) return [ofPassword(key, before, after)];
  if (before === undefined) return [{ kind: "added", text: same(`${key}: ${inWords(after)}`) }];
  if (after === undefined) return [{ kind: "removed", text: same(`${key}: ${inWords(before)}`) }];
  return [{ kind: "changed", text: same(`${key}: ${inWords(before)} → ${inWords(after)}`) }];
}

/** Nobody can tell one hash from another, and Ventoy's passwords may be in plain text. */
function ofPassword(key: string, before: unknown, after: unknown): SettingsChange {
  if (before === undefined) return { kind: "added", text: say.newUser(key) };
  if (after === undefined) return { kind: "removed", text: same(key) };
  return { kind: "changed", text: say.newPassword(key) };
}

type Group = Readonly<Record<string, unknown>>;

function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inWords).join(", ")}]`;
  if (!isGroup(value)) return String(value);
  return Object.values(value).map(inWords).join(" · ");
}

function same(text: string): Text {
  return { en: text, zh: text };
}
