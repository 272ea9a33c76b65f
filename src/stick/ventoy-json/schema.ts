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
import {
  DEEPEST,
  LARGEST_NUMBER,
  LONGEST_ALIAS_BYTES,
  LONGEST_CLASS_BYTES,
  LONGEST_PATH_BYTES,
  LONGEST_TIP_BYTES,
  PLATFORMS,
  PLUGIN_KEYS,
  bytesOf,
  pluginOf,
} from "./names.ts";
import { wrongInPassword } from "./passwords.ts";

/** By plugin, `_uefi` and the like included; what Ventoy doesn't know is there as it was found. */
export type VentoyPlugins = { readonly [key: string]: Json };

/** A mistake in words for people: they travel with the issue. */
function wrong(text: Text) {
  return { error: text.en, params: { text } };
}

/** @param most in bytes of UTF-8, which Ventoy counts. */
function text(most: number) {
  return z.string().refine((value) => bytesOf(value) <= most, wrong(say.tooLong(most)));
}

const path = z
  .string()
  .refine((value) => value.startsWith("/"), wrong(say.notFromRoot()))
  .refine((value) => bytesOf(value) <= LONGEST_PATH_BYTES, wrong(say.tooLong(LONGEST_PATH_BYTES)));

const paths = z.array(path);
const pathOrPaths = z.union([path, paths]);
const count = z
  .int()
  .refine((value) => value >= 0 && value <= LARGEST_NUMBER, wrong(say.negative()));

const password = z.string().check((context) => {
  const mistake = wrongInPassword(context.value);
  if (mistake !== undefined) complain(context, [], mistake);
});

type Issues = { readonly value: unknown; readonly issues: z.core.$ZodRawIssue[] };

function complain({ issues }: Issues, where: readonly PropertyKey[], words: Text): void {
  issues.push({
    code: "custom",
    path: [...where],
    message: words.en,
    params: { text: words },
    input: undefined,
  });
}

/** An item that is about one thing: of these keys, one must be there. */
function about<T extends z.ZodType<object>>(item: T, ...keys: readonly string[]) {
  return item.check((context) => {
    if (!keys.some((key) => key in context.value)) complain(context, [], say.oneNeeded(keys));
  });
}

const theme = z.looseObject({
  file: z.union([z.string().min(1), z.array(z.string().min(1))]).optional(),
  random: z.string().optional(),
  default_file: count.optional(),
  resolution_fit: count.optional(),
  gfxmode: z.string().optional(),
  display_mode: z.string().optional(),
  serial_param: z.string().optional(),
  ventoy_left: z.string().optional(),
  ventoy_top: z.string().optional(),
  ventoy_color: z.string().optional(),
  fonts: paths.optional(),
});

const tip = z.looseObject({
  image: path.optional(),
  dir: path.optional(),
  tip: text(LONGEST_TIP_BYTES).optional(),
  tip1: text(LONGEST_TIP_BYTES).optional(),
  tip2: text(LONGEST_TIP_BYTES).optional(),
});

const menuTip = z.looseObject({
  left: z.string().optional(),
  top: z.string().optional(),
  color: z.string().optional(),
  // Without it Ventoy's own check of the file stops.
  tips: z.array(about(about(tip, "image", "dir"), "tip", "tip1", "tip2")),
});

const menuClass = z.looseObject({
  key: text(LONGEST_PATH_BYTES).min(1).optional(),
  parent: path.optional(),
  dir: path.optional(),
  class: text(LONGEST_CLASS_BYTES).min(1),
});

const confReplace = z.looseObject({ iso: path, org: path, new: path, img: count.optional() });

const menuPassword = z.looseObject({
  file: path.optional(),
  parent: path.optional(),
  pwd: password,
});

const passwords = z.looseObject({
  bootpwd: password.optional(),
  isopwd: password.optional(),
  wimpwd: password.optional(),
  efipwd: password.optional(),
  imgpwd: password.optional(),
  vhdpwd: password.optional(),
  vtoypwd: password.optional(),
  menupwd: z.array(about(menuPassword, "file", "parent")).optional(),
});

const vcfg = path.refine((value) => value.endsWith(".vcfg"), wrong(say.noVcfg()));
const customBoot = z.looseObject({ file: path.optional(), dir: path.optional(), vcfg });

const oneKey = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), value)
    .refine((item) => Object.keys(item).length === 1, wrong(say.oneKeyEach()));

const inJson: Readonly<Record<PluginName, z.ZodType>> = {
  control: z.array(oneKey(z.string())),
  theme,
  menu_alias: z.array(
    about(
      z.looseObject({
        image: path.optional(),
        dir: path.optional(),
        alias: text(LONGEST_ALIAS_BYTES),
      }),
      "image",
      "dir",
    ),
  ),
  menu_tip: menuTip,
  menu_class: z.array(about(menuClass, "key", "parent", "dir")),
  auto_install: z.array(
    about(
      z.looseObject({
        image: path.optional(),
        parent: path.optional(),
        template: pathOrPaths,
        autosel: count.optional(),
        timeout: count.optional(),
      }),
      "image",
      "parent",
    ),
  ),
  persistence: z.array(
    z.looseObject({
      image: path,
      backend: pathOrPaths,
      autosel: count.optional(),
      timeout: count.optional(),
    }),
  ),
  injection: z.array(
    about(
      z.looseObject({ image: path.optional(), parent: path.optional(), archive: path }),
      "image",
      "parent",
    ),
  ),
  conf_replace: z.array(confReplace),
  dud: z.array(z.looseObject({ image: path, dud: pathOrPaths })),
  password: passwords,
  image_list: paths,
  image_blacklist: paths,
  auto_memdisk: paths,
  custom_boot: z.array(about(customBoot, "file", "dir")),
};

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
