/** A ventoy.json in words: a line for each setting in it. */
import type { Text } from "../../system/text.ts";
import { CONTROL_KEYS } from "./control.ts";
import { sayPlugin as say } from "./explain-words.ts";
import type { Json } from "./json.ts";
import type { PluginName } from "./names.ts";
import { pluginOf } from "./names.ts";
import type { VentoyPlugins } from "./schema.ts";
import type { Group } from "./values.ts";
import { groupOf, itemsOf, textOf, textsOf } from "./values.ts";

/** @param plugins as `readVentoyJson` or `toVentoyJson` gives them. No password is in what comes out. */
export function explainVentoyJson(plugins: VentoyPlugins): Text[] {
  const lines = Object.entries(plugins).flatMap(([key, value]) => {
    const known = pluginOf(key);
    if (known === undefined) return [say.setting(key, say.unknown())];
    return EXPLAIN[known.plugin](value).map((text) => {
      return say.onPlatform(known.platform, say.setting(known.plugin, text));
    });
  });
  return lines.length === 0 ? [say.nothing()] : lines;
}

const EXPLAIN: Readonly<Record<PluginName, (value: Json) => Text[]>> = {
  control: (value) =>
    itemsOf(value).flatMap((item) =>
      Object.entries(item).map(([key, one]) => {
        const written = textOf(one) ?? "";
        return say.setting(key, CONTROL_KEYS[key]?.words(written) ?? say.unknownControl(written));
      }),
    ),
  theme: explainTheme,
  menu_alias: (value) =>
    itemsOf(value).map((item) => say.alias(aboutWhat(item), textOf(item["alias"]) ?? "")),
  menu_tip: (value) => {
    const tip = groupOf(value);
    const [left, top, color] = ["left", "top", "color"].map((key) => textOf(tip[key]));
    const isPlaced = left !== undefined || top !== undefined || color !== undefined;
    const tips = itemsOf(tip["tips"]).map((item) => {
      // With `tip` there, Ventoy doesn't look at the other two.
      const lines = "tip" in item ? [item["tip"]] : [item["tip1"], item["tip2"]];
      return say.tip(
        aboutWhat(item),
        textsOf(lines.filter((one) => one !== undefined)).join(" / "),
      );
    });
    return [...(isPlaced ? [say.tipPlace(left, top, color)] : []), ...tips];
  },
  menu_class: (value) =>
    itemsOf(value).map((item) => say.menuClass(aboutWhat(item), textOf(item["class"]) ?? "")),
  auto_install: (value) =>
    itemsOf(value).map((item) =>
      say.answers(aboutWhat(item), textsOf(item["template"]), ...selectionOf(item)),
    ),
  persistence: (value) =>
    itemsOf(value).map((item) =>
      say.persistence(aboutWhat(item), textsOf(item["backend"]), ...selectionOf(item)),
    ),
  injection: (value) =>
    itemsOf(value).map((item) => say.injection(aboutWhat(item), textOf(item["archive"]) ?? "")),
  conf_replace: (value) =>
    itemsOf(value).map((item) => {
      const [iso = "", org = "", replacement = ""] = ["iso", "org", "new"].map((key) =>
        textOf(item[key]),
      );
      return say.replaced(iso, org, replacement);
    }),
  dud: (value) =>
    itemsOf(value).map((item) => say.drivers(textOf(item["image"]) ?? "", textsOf(item["dud"]))),
  password: (value) =>
    Object.entries(groupOf(value)).flatMap(([key, one]) => {
      if (key === "bootpwd") return [say.bootPassword()];
      if (key === "menupwd") return itemsOf(one).map((item) => say.imagePassword(aboutWhat(item)));
      return FILE_TYPES.includes(key)
        ? [say.typePassword(key.slice(0, -"pwd".length))]
        : [say.setting(key, say.unknown())];
    }),
  image_list: (value) => [say.shown(textsOf(value))],
  image_blacklist: (value) => [say.hidden(textsOf(value))],
  auto_memdisk: (value) => [say.memdisk(textsOf(value))],
  custom_boot: (value) =>
    itemsOf(value).map((item) => say.customBoot(aboutWhat(item), textOf(item["vcfg"]) ?? "")),
};

const FILE_TYPES: readonly string[] = ["isopwd", "wimpwd", "efipwd", "imgpwd", "vhdpwd", "vtoypwd"];

function explainTheme(value: Json): Text[] {
  const { file, fonts, random, ...others } = groupOf(value);
  const files = textsOf(file);
  const [only] = files;
  const lines: Text[] = [];
  if (typeof file === "string" && only !== undefined) lines.push(say.theme(only));
  else if (files.length > 0) lines.push(say.themes(files, textOf(random)));
  if (fonts !== undefined) lines.push(say.fonts(textsOf(fonts)));
  for (const [key, one] of Object.entries(others)) {
    lines.push(say.setting(key, say.value(typeof one === "string" ? one : JSON.stringify(one))));
  }
  return lines;
}

/** Which images or which folder an item is about; where several keys say it, the one that Ventoy takes. */
function aboutWhat(item: Group): Text {
  const [image, key, parent, dir] = ["image", "key", "parent", "dir"].map((one) =>
    textOf(item[one]),
  );
  const file = image ?? textOf(item["file"]);
  if (file !== undefined) return say.value(file);
  if (key !== undefined) return say.named(key);
  return parent === undefined ? say.folder(dir ?? "") : say.filesIn(parent);
}

function selectionOf(item: Group): [number | undefined, number | undefined] {
  const number = (value: Json | undefined) => (typeof value === "number" ? value : undefined);
  return [number(item["autosel"]), number(item["timeout"])];
}
