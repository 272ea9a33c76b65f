/** The settings that a ventoy.json comes to: what lifeboat's menu knows too under its own keys, the rest under `ventoy`. */
import { isDeepStrictEqual } from "node:util";
import type { StickSettings } from "../settings/schema.ts";
import { commonOrder } from "./image-order.ts";
import type { Json, JsonMistake } from "./json.ts";
import { pluginOf } from "./names.ts";
import { readVentoyJson } from "./read.ts";
import type { VentoyPlugins } from "./schema.ts";
import { controlInYaml } from "./schema.ts";
import type { SharedSetting, SharingPlugin, VentoyContext } from "./shared.ts";
import { SHARING_PLUGINS, idOf, sharedSettingOf, sharedSettings } from "./shared.ts";

export interface VentoySettings {
  /** Undefined where there are mistakes. */
  readonly settings: StickSettings | undefined;
  readonly mistakes: readonly JsonMistake[];
}

/** @param bytes a ventoy.json. */
export function fromVentoyJson(bytes: Uint8Array, context: VentoyContext = {}): VentoySettings {
  const { plugins, mistakes } = readVentoyJson(bytes);
  const settings = plugins === undefined ? undefined : settingsOfPlugins(plugins, { context });
  return { settings, mistakes };
}

export interface SplitOptions {
  readonly context?: VentoyContext;
  /** What is to stay under `ventoy`. */
  readonly isApart?: (plugin: SharingPlugin, id: string) => boolean;
  /** The plugins whose items are to keep their places by bare ones, whether the order asks for it or not. */
  readonly placed?: readonly SharingPlugin[];
}

interface Draft {
  menu?: { [key: string]: unknown };
  hide?: string[];
  folders?: { [path: string]: { [key: string]: unknown } };
  images?: { [path: string]: { [key: string]: unknown } };
  ventoy?: { [key: string]: Json };
}

export function settingsOfPlugins(
  plugins: VentoyPlugins,
  options: SplitOptions = {},
): StickSettings {
  const draft: Draft = {};
  const taken = new Map<SharingPlugin, ReadonlyMap<Json, SharedSetting>>();
  for (const plugin of SHARING_PLUGINS) {
    const list = plugins[plugin];
    if (!Array.isArray(list)) continue;
    const settings = sharedIn(plugin, list, options);
    taken.set(plugin, settings);
  }
  const all = [...taken.values()].map((settings) => [...settings.values()]);
  // The order of the images in stick.yaml is that of each plugin's list.
  for (const image of commonOrder(all.map(imagesIn))) (draft.images ??= {})[image] ??= {};
  for (const setting of all.flat()) put(draft, setting);
  const canonical = sharedSettings(asSettings(draft), options.context);
  const ventoy: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(plugins)) {
    const plugin = SHARING_PLUGINS.find((one) => one === key);
    const settings = plugin === undefined ? undefined : taken.get(plugin);
    if (plugin === undefined || settings === undefined || !Array.isArray(value)) {
      ventoy[key] = pluginOf(key)?.plugin === "control" ? controlInYaml(value) : value;
      continue;
    }
    const rest = value.filter((item) => !settings.has(item));
    const written = [
      ...canonical
        .filter((one) => one.plugin === plugin && hasId(settings, one.id))
        .map(({ item }) => item),
      ...rest,
    ];
    const keepsPlaces =
      options.placed?.includes(plugin) === true || !isDeepStrictEqual(written, value);
    const own = keepsPlaces ? value.map((item) => settings.get(item)?.bare ?? item) : rest;
    if (own.length === 0 && value.length > 0) continue;
    ventoy[key] = plugin === "control" ? controlInYaml(own) : own;
  }
  if (Object.keys(ventoy).length > 0) draft.ventoy = ventoy;
  return asSettings(draft);
}

/** Of the items of one plugin those that both menus know; by the item itself, or the text that it is. */
function sharedIn(
  plugin: SharingPlugin,
  list: readonly Json[],
  { context, isApart }: SplitOptions,
): ReadonlyMap<Json, SharedSetting> {
  const ids = list.map((item) => idOf(plugin, item));
  const fromStick = sharedSettings({}, context).filter((one) => one.plugin === plugin);
  const found = new Map<Json, SharedSetting>();
  for (const [index, item] of list.entries()) {
    const id = ids[index];
    // Which of several counts is for Ventoy to say.
    if (id === undefined || ids.indexOf(id) !== ids.lastIndexOf(id)) continue;
    if (isApart?.(plugin, id) === true) continue;
    const setting =
      sharedSettingOf(plugin, item) ??
      fromStick.find((one) => one.id === id && isDeepStrictEqual(one.item, item));
    if (setting !== undefined) found.set(item, setting);
  }
  return found;
}

function imagesIn(settings: readonly SharedSetting[]): string[] {
  return settings.flatMap(({ path: [section, image] = [] }) => {
    return section === "images" && image !== undefined ? [image] : [];
  });
}

function hasId(settings: ReadonlyMap<Json, SharedSetting>, id: string): boolean {
  return [...settings.values()].some((one) => one.id === id);
}

function put(draft: Draft, { plugin, id, path, value }: SharedSetting): void {
  if (plugin === "image_blacklist") (draft.hide ??= []).push(id);
  const [section, key, name] = path ?? [];
  if (section === "menu" && key !== undefined) (draft.menu ??= {})[key] = value;
  if ((section === "images" || section === "folders") && key !== undefined && name !== undefined) {
    ((draft[section] ??= {})[key] ??= {})[name] = value;
  }
}

/** It was made of what the schema takes. */
function asSettings(draft: Draft): StickSettings {
  return draft;
}
