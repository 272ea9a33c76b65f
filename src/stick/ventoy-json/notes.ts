/** What a stick's settings say that a ventoy.json can't hold, in words. */
import type { Text } from "../../system/text.ts";
import type { StickSettings } from "../settings/schema.ts";
import { say } from "./messages.ts";
import { PLUGIN_KEYS, pluginOf } from "./names.ts";
import type { VentoyContext } from "./shared.ts";
import {
  VENTOY_LABELS,
  isSharedArchive,
  isSharedImage,
  isSharedPath,
  isSharedTitle,
} from "./sharable.ts";
import { sharedSettings, showsListedOnly } from "./shared.ts";

/** Settings of images that only lifeboat's menu has. */
const OWN_KEYS = ["hide", "users", "drop", "append", "loader", "entries", "files"] as const;

export function unwritten(settings: StickSettings, context: VentoyContext): Text[] {
  const notes: Text[] = [];
  const own: string[] = [];
  const { menu = {}, users, hide = [], folders = {}, images = {} } = settings;
  const key = (...names: string[]) => names.join(" › ");
  const { default: first } = menu;
  if (first !== undefined) {
    if (!isSharedPath(first.image)) notes.push(say.noPattern(key("menu", "default")));
    else if ("entry" in first) own.push(key("menu", "default", "entry"));
  }
  for (const name of ["sort", "first"] as const) {
    if (menu[name] !== undefined) own.push(key("menu", name));
  }
  if (users !== undefined) notes.push(say.ownPasswords());
  for (const [path, { title }] of Object.entries(folders)) {
    if (title !== undefined) notes.push(...ofTitle(key("folders", path, "title"), path, title));
  }
  for (const [path, rule] of Object.entries(images)) {
    const { title, unattended = [], inject = [] } = rule;
    const at = (name: string) => key("images", path, name);
    const isOne = isSharedPath(path);
    if (title !== undefined) notes.push(...ofTitle(at("title"), path, title));
    if (unattended.length > 0) {
      if (!isOne) notes.push(say.noPattern(at("unattended")));
      else if (!unattended.every(({ file }) => isSharedPath(file))) {
        notes.push(say.noAnswers(at("unattended")));
      }
    }
    if (inject.length > 0) {
      if (!isOne) notes.push(say.noPattern(at("inject")));
      else if (inject.length > 1 || !inject.every(isSharedArchive)) {
        notes.push(say.oneArchive(at("inject")));
      }
    }
    own.push(...OWN_KEYS.filter((name) => rule[name] !== undefined).map(at));
  }
  notes.push(...ofHide(hide, settings), ...ofPlatforms(settings, context));
  for (const { backend, label } of context.persistence ?? []) {
    if (!VENTOY_LABELS.includes(label)) notes.push(say.otherLabel(backend, label));
  }
  if (own.length > 0) notes.push(say.onlyOwnMenu(own));
  return notes;
}

function ofTitle(key: string, path: string, title: string): Text[] {
  if (!isSharedPath(path)) return [say.noPattern(key)];
  return isSharedTitle(title) ? [] : [say.noTitle(key)];
}

function ofHide(hide: readonly string[], settings: StickSettings): Text[] {
  const list = showsListedOnly(settings);
  if (hide.length > 0 && list !== undefined) return [say.listInstead("hide", `ventoy › ${list}`)];
  return hide
    .filter((pattern) => !isSharedImage(pattern))
    .map((pattern) => say.noPattern(`hide › ${pattern}`));
}

/** On a platform with a plugin of its own Ventoy doesn't look at the other one, and so not at what both menus know. */
function ofPlatforms(settings: StickSettings, context: VentoyContext): Text[] {
  const shared = new Set<string>(sharedSettings(settings, context).map(({ plugin }) => plugin));
  return PLUGIN_KEYS.flatMap((key) => {
    const known = pluginOf(key);
    if (known?.platform === undefined || settings.ventoy?.[key] === undefined) return [];
    return shared.has(known.plugin) ? [say.platformInstead(key, known.plugin)] : [];
  });
}
