/** The ventoy.json that a stick's settings come to. */
import type { Text } from "../../system/text.ts";
import type { StickSettings } from "../settings/schema.ts";
import type { Json } from "./json.ts";
import { say } from "./messages.ts";
import { PLUGIN_KEYS, pluginOf } from "./names.ts";
import { unwritten } from "./notes.ts";
import type { VentoyPlugins } from "./schema.ts";
import type { SharedSetting, SharingPlugin, VentoyContext } from "./shared.ts";
import { SHARING_PLUGINS, idOf, isBare, sharedSettings } from "./shared.ts";

export interface WrittenVentoyJson {
  /** UTF-8 without a byte order mark is what Ventoy reads; the same settings always come to the same text. */
  readonly text: string;
  readonly plugins: VentoyPlugins;
  /** What the settings say and the file can't. */
  readonly notes: readonly Text[];
}

export function toVentoyJson(
  settings: StickSettings,
  context: VentoyContext = {},
): WrittenVentoyJson {
  const shared = writtenSettings(settings, context);
  const own = settings.ventoy ?? {};
  const plugins: { [key: string]: Json } = {};
  const notes = unwritten(settings, context);
  const others = Object.keys(own).filter((key) => pluginOf(key) === undefined);
  for (const key of [...PLUGIN_KEYS, ...others]) {
    const known = pluginOf(key);
    const plugin = SHARING_PLUGINS.find((one) => one === known?.plugin);
    if (plugin === undefined) {
      if (own[key] !== undefined) plugins[key] = own[key];
      continue;
    }
    const settingsOfIt = shared.filter((one) => one.plugin === plugin);
    const isGeneral = known?.platform === undefined;
    const items = itemsOf(own[key]);
    const placed = items.filter((item) => isBare(plugin, item)).map((item) => idOf(plugin, item));
    const leading = isGeneral ? settingsOfIt.filter(({ id }) => !placed.includes(id)) : [];
    const rest = items.flatMap((item) => {
      const filled = fill(plugin, item, settingsOfIt);
      if (filled === undefined) notes.push(say.nothingToPlace(`ventoy › ${key}`));
      return filled === undefined ? [] : [filled];
    });
    const all = [...leading.map(({ item }) => item), ...rest];
    if (own[key] !== undefined || all.length > 0) plugins[key] = all;
  }
  return { text: `${JSON.stringify(plugins, undefined, 2)}\n`, plugins, notes };
}

/** What both know, without what stick.yaml says otherwise for Ventoy alone. */
export function writtenSettings(
  settings: StickSettings,
  context: VentoyContext = {},
): SharedSetting[] {
  const said = new Set(
    SHARING_PLUGINS.flatMap((plugin) =>
      itemsOf(settings.ventoy?.[plugin])
        .filter((item) => !isBare(plugin, item))
        .map((item) => `${plugin} ${idOf(plugin, item)}`),
    ),
  );
  return sharedSettings(settings, context).filter(({ plugin, id }) => !said.has(`${plugin} ${id}`));
}

/** The items of a plugin as the file has them. */
export function itemsOf(own: Json | undefined): Json[] {
  if (Array.isArray(own)) return own;
  // `control` of stick.yaml.
  return Object.entries(own ?? {}).map(([key, value]) => ({ [key]: value as Json }));
}

/** A bare item with what the other settings say of it; undefined where they say nothing. */
function fill(
  plugin: SharingPlugin,
  item: Json,
  shared: readonly SharedSetting[],
): Json | undefined {
  if (!isBare(plugin, item) || plugin === "image_blacklist") return item;
  const id = idOf(plugin, item);
  return shared.find((one) => one.id === id)?.item;
}
