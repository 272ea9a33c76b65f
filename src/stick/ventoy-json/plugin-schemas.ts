/** The form of each of Ventoy's plugins, as its boot stage takes them from a ventoy.json. Keys that it doesn't know are kept. */
import { z } from "zod";
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";
import type { PluginName } from "./names.ts";
import {
  LARGEST_NUMBER,
  LONGEST_ALIAS_BYTES,
  LONGEST_CLASS_BYTES,
  LONGEST_PATH_BYTES,
  LONGEST_TIP_BYTES,
  bytesOf,
} from "./names.ts";
import { wrongInPassword } from "./passwords.ts";

/** A mistake in words for people: they travel with the issue. */
function wrong(text: Text) {
  return { error: text.en, params: { text } };
}

/** @param most in bytes of UTF-8, which Ventoy counts. */
function text(most: number) {
  return z.string().refine((value) => bytesOf(value) <= most, wrong(say.tooLong(most)));
}

export const path = z
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

export function complain({ issues }: Issues, where: readonly PropertyKey[], words: Text): void {
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

export const oneKey = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), value)
    .refine((item) => Object.keys(item).length === 1, wrong(say.oneKeyEach()));

export const inJson: Readonly<Record<PluginName, z.ZodType>> = {
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
