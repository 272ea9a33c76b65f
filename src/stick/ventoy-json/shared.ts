/**
 * The settings that lifeboat's menu and Ventoy's both know, under one key in stick.yaml: what each is in a ventoy.json, and back.
 *
 * Only where it means the same: a single image or folder by its whole path, since Ventoy's `*` is another one than lifeboat's.
 */
import type { StickSettings } from "../settings/schema.ts";
import type { Json } from "./json.ts";
import {
  VENTOY_LABELS,
  isSharedArchive,
  isSharedImage,
  isSharedPath,
  isSharedTitle,
} from "./sharable.ts";

/** A file that a live system keeps its changes in. */
export interface VentoyPersistence {
  readonly image: string;
  readonly backend: string;
  /** Of its file system. */
  readonly label: string;
}

/** What is on the stick and in neither file. */
export interface VentoyContext {
  /** The persistence files that lifeboat made; found on the stick, not named in the settings. */
  readonly persistence?: readonly VentoyPersistence[];
}

export const SHARING_PLUGINS = [
  "control",
  "menu_alias",
  "auto_install",
  "persistence",
  "injection",
  "image_blacklist",
] as const;

export type SharingPlugin = (typeof SHARING_PLUGINS)[number];

/** One setting in its two forms. */
export interface SharedSetting {
  readonly plugin: SharingPlugin;
  /** Of what it is about, within the plugin. */
  readonly id: string;
  /** In ventoy.json. */
  readonly item: Json;
  /** What stands for it under `ventoy` in stick.yaml where its place there matters. */
  readonly bare: Json;
  /** In stick.yaml; undefined where nothing stands there (persistence), or it is one of a list (`hide`). */
  readonly path: readonly string[] | undefined;
  readonly value: unknown;
}

const LANGUAGES = { en: "en_US", zh: "zh_CN" } as const;
const MENU_MODES = { flat: "0", tree: "1" } as const;

/** All of a stick's settings that a ventoy.json can hold, in the order in which they are written there. */
export function sharedSettings(
  settings: StickSettings,
  context: VentoyContext = {},
): SharedSetting[] {
  const images = Object.entries(settings.images ?? {}).filter(([path]) => isSharedPath(path));
  const found = [...ofMenu(settings.menu ?? {})];
  for (const [path, { title }] of images) {
    if (title !== undefined && isSharedTitle(title)) found.push(alias("image", path, title));
  }
  for (const [path, { title }] of Object.entries(settings.folders ?? {})) {
    if (title === undefined || !isSharedPath(path) || !isSharedTitle(title)) continue;
    found.push(alias("dir", path, title));
  }
  for (const [path, { unattended = [] }] of images) {
    const files = unattended.map(({ file }) => file);
    if (files.length > 0 && files.every(isSharedPath)) found.push(answers(path, files));
  }
  for (const { image, backend, label } of context.persistence ?? []) {
    if (!VENTOY_LABELS.includes(label) || !isSharedPath(image) || !isSharedPath(backend)) continue;
    found.push(persistence(image, backend));
  }
  for (const [path, { inject = [] }] of images) {
    const [archive, ...more] = inject;
    if (archive === undefined || more.length > 0 || !isSharedArchive(archive)) continue;
    found.push(injection(path, archive));
  }
  if (showsListedOnly(settings) !== undefined) return found;
  for (const path of new Set(settings.hide)) {
    if (isSharedImage(path) && settings.images?.[path]?.hide !== false) found.push(hidden(path));
  }
  return found;
}

/** The list of images without which Ventoy shows none: nothing can be hidden beside it. */
export function showsListedOnly({ ventoy = {} }: StickSettings): string | undefined {
  return Object.keys(ventoy).find((key) => /^image_list(?:_|$)/.test(key));
}

/** A setting of a ventoy.json as one that both know; undefined where it means something to Ventoy alone. */
export function sharedSettingOf(plugin: SharingPlugin, item: Json): SharedSetting | undefined {
  if (plugin === "image_blacklist") {
    return typeof item === "string" && isSharedImage(item) ? hidden(item) : undefined;
  }
  if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
  if (plugin === "control") {
    const [[key, value] = ["", null]] = Object.entries(item);
    return typeof value === "string" ? ofControl(key, value) : undefined;
  }
  const { image, dir, alias: title, template, archive, ...others } = item;
  const isImage = typeof image === "string" && isSharedPath(image) && dir === undefined;
  if (Object.keys(others).length > 0) return undefined;
  const has = (...keys: string[]) => Object.keys(item).every((key) => keys.includes(key));
  if (plugin === "menu_alias" && typeof title === "string" && isTitle(title)) {
    if (isImage && has("image", "alias")) return alias("image", image, title);
    if (typeof dir !== "string" || !isSharedPath(dir) || !has("dir", "alias")) return undefined;
    return alias("dir", dir, title);
  }
  if (!isImage) return undefined;
  if (plugin === "auto_install" && has("image", "template")) {
    // One file is written as a text, several as a list.
    const files = typeof template === "string" ? [template] : asPaths(template);
    if (files === undefined || !files.every(isSharedPath)) return undefined;
    return Array.isArray(template) && files.length < 2 ? undefined : answers(image, files);
  }
  if (plugin === "injection" && has("image", "archive") && typeof archive === "string") {
    return isSharedArchive(archive) ? injection(image, archive) : undefined;
  }
  return undefined;
}

/** As stick.yaml takes it. */
function isTitle(title: string): boolean {
  return title.length > 0 && title.length <= 500 && isSharedTitle(title);
}

function asPaths(value: Json | undefined): string[] | undefined {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= MOST_ANSWERS;
  if (!isList || !value.every((one) => typeof one === "string")) return undefined;
  return value;
}

/** Of one image in stick.yaml. */
const MOST_ANSWERS = 50;

function ofMenu(menu: NonNullable<StickSettings["menu"]>): SharedSetting[] {
  const { language, timeout, default: first, folders } = menu;
  const found: SharedSetting[] = [];
  if (folders !== undefined) {
    found.push(control("VTOY_DEFAULT_MENU_MODE", MENU_MODES[folders], "folders", folders));
  }
  if (timeout !== undefined) {
    found.push(control("VTOY_MENU_TIMEOUT", String(timeout), "timeout", timeout));
  }
  if (language !== undefined) {
    found.push(control("VTOY_MENU_LANGUAGE", LANGUAGES[language], "language", language));
  }
  if (first !== undefined && isSharedPath(first.image)) {
    found.push(control("VTOY_DEFAULT_IMAGE", first.image, "default", { image: first.image }));
  }
  return found;
}

function ofControl(key: string, value: string): SharedSetting | undefined {
  switch (key) {
    case "VTOY_DEFAULT_MENU_MODE": {
      const mode = (["flat", "tree"] as const).find((one) => MENU_MODES[one] === value);
      return mode === undefined ? undefined : ofMenu({ folders: mode })[0];
    }
    case "VTOY_MENU_TIMEOUT": {
      const isSeconds = /^[1-9]\d{0,3}$/.test(value) && Number(value) <= 3_600;
      return isSeconds ? ofMenu({ timeout: Number(value) })[0] : undefined;
    }
    case "VTOY_MENU_LANGUAGE": {
      const language = (["en", "zh"] as const).find((one) => LANGUAGES[one] === value);
      return language === undefined ? undefined : ofMenu({ language })[0];
    }
    case "VTOY_DEFAULT_IMAGE":
      return ofMenu({ default: { image: value } })[0];
    default:
      return undefined;
  }
}

function control(key: string, written: string, name: string, value: unknown): SharedSetting {
  const path = ["menu", name];
  return {
    plugin: "control",
    id: key,
    item: { [key]: written },
    bare: { [key]: null },
    path,
    value,
  };
}

function alias(kind: "image" | "dir", of: string, title: string): SharedSetting {
  const item = { [kind]: of, alias: title };
  const path = [kind === "image" ? "images" : "folders", of, "title"];
  return {
    plugin: "menu_alias",
    id: `${kind} ${of}`,
    item,
    bare: { [kind]: of },
    path,
    value: title,
  };
}

function answers(image: string, files: readonly string[]): SharedSetting {
  const [first = "", ...more] = files;
  const item = { image, template: more.length === 0 ? first : [...files] };
  const value = files.map((file) => ({ file }));
  const path = ["images", image, "unattended"];
  return { plugin: "auto_install", id: image, item, bare: { image }, path, value };
}

function persistence(image: string, backend: string): SharedSetting {
  const item = { image, backend };
  const base = { plugin: "persistence", id: image, item, bare: { image } } as const;
  return { ...base, path: undefined, value: undefined };
}

function injection(image: string, archive: string): SharedSetting {
  const path = ["images", image, "inject"];
  const item = { image, archive };
  return { plugin: "injection", id: image, item, bare: { image }, path, value: [archive] };
}

function hidden(path: string): SharedSetting {
  const base = { plugin: "image_blacklist", id: path, item: path, bare: path } as const;
  return { ...base, path: undefined, value: undefined };
}

/** What an item under `ventoy` is about, if it is about one thing; it may be a bare one. */
export function idOf(plugin: SharingPlugin, item: Json): string | undefined {
  if (typeof item === "string") return plugin === "image_blacklist" ? item : undefined;
  if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
  if (plugin === "control") return Object.keys(item)[0];
  const { image, dir } = item;
  if (plugin !== "menu_alias") return typeof image === "string" ? image : undefined;
  if (typeof image === "string") return `image ${image}`;
  return typeof dir === "string" ? `dir ${dir}` : undefined;
}

export function isBare(plugin: SharingPlugin, item: Json): boolean {
  if (plugin === "image_blacklist") return true;
  if (typeof item !== "object" || item === null || Array.isArray(item)) return false;
  const [only, ...more] = Object.entries(item);
  if (only === undefined || more.length > 0) return false;
  return plugin === "control" ? only[1] === null : true;
}
