/**
 * The names in a Ventoy stick's `/ventoy/ventoy.json`: its plugins and the computers that each may be written for.
 *
 * What Ventoy does with them is taken from its boot stage (`ventoy_plugin.c`, `ventoy_json.c`, version 1.1.17).
 */

/** On the data partition; both names in lower case. */
export const VENTOY_JSON_PATH = "/ventoy/ventoy.json";

/** More than anybody writes. */
export const LARGEST_VENTOY_JSON_BYTES = 256 * 1024;

/** In the order in which they are written. */
export const PLUGINS = [
  "control",
  "theme",
  "menu_alias",
  "menu_tip",
  "menu_class",
  "auto_install",
  "persistence",
  "injection",
  "conf_replace",
  "dud",
  "password",
  "image_list",
  "image_blacklist",
  "auto_memdisk",
  "custom_boot",
] as const;

export type PluginName = (typeof PLUGINS)[number];

/** Where a plugin is there for a computer's platform (`control_uefi`), Ventoy takes that one there, and not the other one at all. */
export const PLATFORMS = ["legacy", "uefi", "ia32", "aa64", "mips"] as const;

export type Platform = (typeof PLATFORMS)[number];

export interface PluginKey {
  readonly plugin: PluginName;
  /** Undefined: for all that have none of their own. */
  readonly platform: Platform | undefined;
}

const KEYS: ReadonlyMap<string, PluginKey> = new Map(
  PLUGINS.flatMap((plugin): [string, PluginKey][] => [
    [plugin, { plugin, platform: undefined }],
    ...PLATFORMS.map((platform): [string, PluginKey] => {
      return [`${plugin}_${platform}`, { plugin, platform }];
    }),
  ]),
);

/** Every name that Ventoy takes at the top of the file, in the order in which they are written. */
export const PLUGIN_KEYS: readonly string[] = [...KEYS.keys()];

/** Undefined for a name that Ventoy doesn't know. */
export function pluginOf(key: string): PluginKey | undefined {
  return KEYS.get(key);
}

/** Of paths, and of a menu line's text: what is longer is cut, and fits nothing any more. */
export const LONGEST_PATH_BYTES = 255;
export const LONGEST_ALIAS_BYTES = 255;
export const LONGEST_TIP_BYTES = 999;
export const LONGEST_CLASS_BYTES = 63;
export const LONGEST_PASSWORD_BYTES = 64;

/** A file that takes the place of one in an image. */
export const LARGEST_REPLACEMENT_BYTES = 1024 * 1024;
/** Of one image. */
export const MOST_REPLACEMENTS = 2;

/** 32 bits: Ventoy for 32-bit firmware reads no larger ones. */
export const LARGEST_NUMBER = 2 ** 32 - 1;

/** Of arrays and objects. Nothing that Ventoy knows is deeper than four. */
export const DEEPEST = 32;

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
