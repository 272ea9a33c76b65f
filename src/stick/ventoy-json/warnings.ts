/** What is no mistake in a ventoy.json, and still not what somebody meant: by line. */
import type { Text } from "../../system/text.ts";
import { CONTROL_KEYS } from "./control.ts";
import type { Json, JsonMistake } from "./json.ts";
import { say } from "./messages.ts";
import type { PluginName } from "./names.ts";
import { MOST_REPLACEMENTS, pluginOf } from "./names.ts";
import { isPlainPassword } from "./passwords.ts";
import type { ReadVentoyJson } from "./read.ts";
import type { VentoyPlugins } from "./schema.ts";
import { groupOf, itemsOf, textOf } from "./values.ts";

interface Warning {
  readonly path: readonly PropertyKey[];
  readonly text: Text;
}

/** Of a file without mistakes, in the order of its lines. */
export function warningsOf({ plugins = {}, escapes, lineOf }: ReadVentoyJson): JsonMistake[] {
  const found = pluginWarnings(plugins).map(({ path, text }) => ({ line: lineOf(path), text }));
  const inTexts = escapes.map((line) => ({ line, text: say.escape() }));
  return [...found, ...inTexts].toSorted((one, other) => one.line - other.line);
}

/** Of settings that are in no file yet: without lines. */
export function pluginWarnings(plugins: VentoyPlugins): Warning[] {
  return Object.entries(plugins).flatMap(([key, value]) => {
    const known = pluginOf(key);
    if (known === undefined) return [{ path: [key], text: say.unknownPlugin(key) }];
    return LOOK[known.plugin]?.(key, value) ?? [];
  });
}

const LOOK: Readonly<Partial<Record<PluginName, (key: string, value: Json) => Warning[]>>> = {
  control: ofControl,
  theme: ofTheme,
  auto_install: (key, value) => ofSelection(key, value, "template"),
  persistence: (key, value) => ofSelection(key, value, "backend"),
  conf_replace: ofReplacements,
  password: (key, value) => plainPasswords([key], value),
};

function ofControl(key: string, value: Json): Warning[] {
  return itemsOf(value).flatMap((item, index) =>
    Object.entries(item).flatMap(([name, written]) => {
      const path = [key, index, name];
      const text = textOf(written) ?? "";
      const known = CONTROL_KEYS[name];
      if (known === undefined) return [{ path, text: say.unknownControl(name) }];
      if (known.fits === undefined || known.fits.test(text)) return [];
      return [{ path, text: say.unusualValue(name, text, known.known ?? "") }];
    }),
  );
}

const THEME_VALUES: Readonly<Record<string, readonly string[]>> = {
  random: ["boot_second", "boot_day", "boot_month"],
  display_mode: ["GUI", "CLI", "serial", "serial_console"],
};

function ofTheme(key: string, value: Json): Warning[] {
  const theme = groupOf(value);
  const found = Object.entries(THEME_VALUES).flatMap(([name, known]): Warning[] => {
    const written = theme[name];
    if (typeof written !== "string" || known.includes(written)) return [];
    return [{ path: [key, name], text: say.unusualValue(name, written, known.join(", ")) }];
  });
  const { default_file: chosen, file } = theme;
  const files = Array.isArray(file) ? file.length : 0;
  if (typeof chosen !== "number" || chosen <= files) return found;
  const text = say.noSuchItem("default_file", chosen, files);
  return [...found, { path: [key, "default_file"], text }];
}

function ofSelection(key: string, value: Json, name: string): Warning[] {
  return itemsOf(value).flatMap((item, index): Warning[] => {
    const { autosel } = item;
    const files = item[name];
    const count = Array.isArray(files) ? files.length : 1;
    if (typeof autosel !== "number" || autosel <= count) return [];
    return [{ path: [key, index, "autosel"], text: say.noSuchItem("autosel", autosel, count) }];
  });
}

function ofReplacements(key: string, value: Json): Warning[] {
  const counts = new Map<string, number>();
  return itemsOf(value).flatMap((item, index): Warning[] => {
    const image = textOf(item["iso"]) ?? "";
    const count = (counts.get(image) ?? 0) + 1;
    counts.set(image, count);
    if (count !== MOST_REPLACEMENTS + 1) return [];
    return [{ path: [key, index, "iso"], text: say.tooManyReplacements(image, MOST_REPLACEMENTS) }];
  });
}

function plainPasswords(path: readonly PropertyKey[], value: Json): Warning[] {
  if (typeof value === "string") {
    return isPlainPassword(value)
      ? [{ path, text: say.plainPassword(path.map(String).join(" › ")) }]
      : [];
  }
  if (Array.isArray(value))
    return value.flatMap((one, index) => plainPasswords([...path, index], one));
  return Object.entries(groupOf(value)).flatMap(([key, one]) =>
    plainPasswords([...path, key], one),
  );
}
