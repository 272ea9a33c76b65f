/**
 * The form of a ventoy.json, and of the section `ventoy` of stick.yaml that holds what only Ventoy knows of it.
 *
 * They differ in two things. In stick.yaml `control` is one map, where the file has a list of maps with one key each; and an item may stand
 * there without its value, or a key of `control` without one: what the other settings say of the same comes to its place (docs/settings.md).
 */
import { z } from "zod";
import type { Text } from "../../system/text.ts";
import type { Json } from "./json.ts";
import { wrongInText } from "./json.ts";
import { say } from "./messages.ts";
import type { PluginName } from "./names.ts";
import { DEEPEST, LARGEST_NUMBER, PLATFORMS, PLUGIN_KEYS, pluginOf } from "./names.ts";
import { complain, inJson, oneKey, path } from "./plugin-schemas.ts";

/** By plugin, `_uefi` and the like included; what Ventoy doesn't know is there as it was found. */
export type VentoyPlugins = { readonly [key: string]: Json };

/** A number without quotation marks is what people write; Ventoy takes strings alone. */
const controlValue = z.union([z.string(), z.number().transform(String), z.null()]);

/** `{image: …}` alone: what the settings say of that image comes here. */
const bareImage = z.strictObject({ image: path });
const bareFolder = z.strictObject({ dir: path });

const inYaml: Readonly<Record<PluginName, z.ZodType>> = {
  ...inJson,
  control: z
    .union([z.record(z.string(), controlValue), z.array(oneKey(controlValue))])
    .transform(controlInYaml),
  menu_alias: orBare(inJson.menu_alias, bareImage, bareFolder),
  auto_install: orBare(inJson.auto_install, bareImage),
  persistence: orBare(inJson.persistence, bareImage),
  injection: orBare(inJson.injection, bareImage),
};

function orBare(list: z.ZodType, ...bare: readonly z.ZodType[]): z.ZodType {
  const isBare = (item: unknown) => bare.some((one) => one.safeParse(item).success);
  return z.array(z.unknown()).check((context) => {
    // With what stands in for the others, so that each keeps its place.
    const [sound] = list instanceof z.ZodArray ? [list.element] : [];
    for (const [index, item] of context.value.entries()) {
      if (isBare(item) || !(sound instanceof z.ZodType)) continue;
      const { error } = sound.safeParse(item);
      for (const issue of error?.issues ?? []) {
        context.issues.push({ ...issue, input: undefined, path: [index, ...issue.path] });
      }
    }
  });
}

/** As one map where that can hold it: its keys are different ones, and none is a number, which a map would put in front. */
export function controlInYaml(control: unknown): Json {
  const items: [string, Json][] = Array.isArray(control)
    ? control.flatMap((item: { [name: string]: Json }) => Object.entries(item))
    : [];
  const keys = items.map(([key]) => key);
  const fits = new Set(keys).size === keys.length && !keys.some((key) => /^\d+$/.test(key));
  if (!Array.isArray(control) || !fits) return control as Json;
  return Object.fromEntries(items);
}

/** Numbers and texts that Ventoy reads, nothing that JSON can't say, not too deep: what the parser of JSON looks at by itself. */
const readable = z.unknown().check((context) => {
  const look = (value: unknown, where: readonly PropertyKey[]): void => {
    const bad = wrongIn(value, where.length);
    if (bad !== undefined) return complain(context, where, bad);
    if (typeof value !== "object" || value === null) return;
    for (const [key, one] of Object.entries(value)) {
      const at = [...where, Array.isArray(value) ? Number(key) : key];
      const badKey = key === "__proto__" ? say.badName(key) : wrongInText(key);
      if (badKey === undefined) look(one, at);
      else complain(context, at, badKey);
    }
  };
  look(context.value, []);
});

function wrongIn(value: unknown, depth: number): Text | undefined {
  if (depth > DEEPEST) return say.tooDeep(DEEPEST);
  if (typeof value === "string") return wrongInText(value);
  if (typeof value === "bigint") return say.badNumber(String(value));
  if (typeof value !== "number") return undefined;
  const isRead = Number.isInteger(value) && value >= 0 && value <= LARGEST_NUMBER;
  return isRead && !Object.is(value, -0) ? undefined : say.badNumber(String(value));
}

function section(plugins: Readonly<Record<PluginName, z.ZodType>>): z.ZodType<VentoyPlugins> {
  const shape = Object.fromEntries(
    PLUGIN_KEYS.map((key) => {
      const known = pluginOf(key);
      return [key, known === undefined ? z.unknown() : plugins[known.plugin].optional()];
    }),
  );
  const schema = z.looseObject(shape).check((context) => {
    for (const [one, other] of bothLists(Object.keys(context.value))) {
      complain(context, [other], say.bothLists(one, other));
    }
  });
  return schema as unknown as z.ZodType<VentoyPlugins>;
}

/** Ventoy keeps one list of images, to show or to hide: on a platform where both are there, which one counts depends on their order. */
function bothLists(keys: readonly string[]): [string, string][] {
  const known = (plugin: string) =>
    ["", ...PLATFORMS.map((platform) => `_${platform}`)].filter((one) =>
      keys.includes(`${plugin}${one}`),
    );
  return known("image_list").flatMap((one) =>
    known("image_blacklist")
      .filter((other) => one === other || one === "" || other === "")
      .map((other): [string, string] => [`image_list${one}`, `image_blacklist${other}`]),
  );
}

export const ventoyJsonSchema = section(inJson);
export const ventoyYamlSchema = readable.pipe(section(inYaml));
