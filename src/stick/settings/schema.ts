/** The form of `lifeboat/stick.yaml`, the settings of a stick: docs/settings.md says what each key does. */
import { z } from "zod";
import { LANGUAGES } from "../../system/text.ts";
import type { Text } from "../../system/text.ts";
import { ventoyYamlSchema } from "../ventoy-json/schema.ts";
import { say } from "./messages.ts";

const MOST_RULES = 1_000;
const LONGEST_TEXT = 500;
/** An hour: who wants to wait longer doesn't want a menu. */
const LONGEST_TIMEOUT_S = 3_600;

/** A mistake in words for people: they travel with the issue. */
function wrong(text: Text) {
  return { error: text.en, params: { text } };
}

const shortText = z.string().min(1).max(LONGEST_TEXT);

/** A file or folder of the data partition, or of an initrd: joined to nothing that it could climb out of. */
const path = shortText.refine(
  (value) => value.startsWith("/") && !value.split("/").includes(".."),
  wrong(say.badPath()),
);

/** What `fitsPattern` takes. */
const pattern = shortText.refine((value) => value !== "/", wrong(say.badPattern()));

const userName = z
  .string()
  .refine((value) => /^[\w.-]{1,32}$/.test(value), wrong(say.badUserName()));

/** As grub-mkpasswd-pbkdf2 prints it: iterations, salt and hash. The bounds are GRUB's patience, not its format's. */
const passwordHash = shortText
  .max(1_100)
  .refine(
    (value) =>
      /^grub\.pbkdf2\.sha512\.[1-9]\d{2,6}\.(?:[0-9A-Fa-f]{2}){8,256}\.(?:[0-9A-Fa-f]{2}){16,64}$/.test(
        value,
      ),
    wrong(say.plainPassword()),
  );

const users = z.array(userName).min(1).max(50);

function map<T extends z.ZodType>(key: z.ZodType<string, string>, value: T) {
  return z.record(key, value).refine((record) => Object.keys(record).length <= MOST_RULES);
}

const entryRule = z.strictObject({
  title: shortText.optional(),
  hide: z.boolean().optional(),
  users: users.optional(),
});

const answers = z.union([
  path.transform((file) => ({ file })),
  z.strictObject({ file: path, title: shortText.optional() }),
]);

const imageRule = z.strictObject({
  title: shortText.optional(),
  hide: z.boolean().optional(),
  /** Who may start it, besides the superusers. */
  users: users.optional(),
  /** Names of kernel arguments that go; a name may end in `*`. */
  drop: z.array(shortText).max(100).optional(),
  /** Kernel arguments added. */
  append: shortText.optional(),
  /** `own`: it starts by the shim and the GRUB that it brings, on 64-bit UEFI. */
  loader: z.enum(["own"]).optional(),
  /** By title: an entry of this ISO's own. */
  entries: map(shortText, entryRule).optional(),
  /** Answer files, each an entry of its own. */
  unattended: z.array(answers).max(50).optional(),
  /** Folders and archives unpacked into the initrd's root. */
  inject: z.array(path).max(100).optional(),
  /** File of the initrd → file of the data partition that takes its place. */
  files: map(path, path).optional(),
});

const folderRule = z.strictObject({ title: shortText.optional(), users: users.optional() });

const defaultEntry = z.union([
  /** An ISO, by pattern; or `computer`: this computer's own disk. */
  pattern.transform((image) => ({ image })),
  z.strictObject({ image: pattern, entry: shortText.optional() }),
]);

const menu = z.strictObject({
  language: z.enum(LANGUAGES).optional(),
  /** In seconds; without one, the menu waits for ever. */
  timeout: z.int().min(1).max(LONGEST_TIMEOUT_S).optional(),
  default: defaultEntry.optional(),
  folders: z.enum(["tree", "flat"]).optional(),
  sort: z.enum(["name", "file", "size", "newest"]).optional(),
  first: z.array(pattern).max(MOST_RULES).optional(),
  /** Who may see the menu at all. */
  users: users.optional(),
});

export const settingsSchema = z
  .strictObject({
    menu: menu.optional(),
    users: map(userName, passwordHash).optional(),
    superusers: users.optional(),
    hide: z.array(pattern).max(MOST_RULES).optional(),
    folders: map(pattern, folderRule).optional(),
    images: map(pattern, imageRule).optional(),
    /** What only Ventoy's menu knows, under Ventoy's own names. */
    ventoy: ventoyYamlSchema.optional(),
  })
  .check((context) => {
    const settings = context.value;
    const known = new Set(Object.keys(settings.users ?? {}));
    const complain = (where: PropertyKey[], text: Text) =>
      context.issues.push({
        code: "custom",
        path: where,
        message: text.en,
        params: { text },
        input: undefined,
      });
    if (known.size > 0 && settings.superusers === undefined) {
      complain(["users"], say.noSuperusers());
    }
    for (const [where, named] of namedUsers(settings)) {
      for (const [index, user] of named.entries()) {
        if (!known.has(user)) complain([...where, index], say.noSuchUser(user));
      }
    }
  });

type Parsed = {
  menu?: { users?: string[] | undefined } | undefined;
  superusers?: string[] | undefined;
  folders?: Record<string, { users?: string[] | undefined }> | undefined;
  images?:
    | Record<
        string,
        {
          users?: string[] | undefined;
          entries?: Record<string, { users?: string[] | undefined }> | undefined;
        }
      >
    | undefined;
};

/** Every list of users, with the way to it. */
function namedUsers(settings: Parsed): [PropertyKey[], string[]][] {
  const lists: [PropertyKey[], string[] | undefined][] = [
    [["superusers"], settings.superusers],
    [["menu", "users"], settings.menu?.users],
  ];
  for (const [key, rule] of Object.entries(settings.folders ?? {})) {
    lists.push([["folders", key, "users"], rule.users]);
  }
  for (const [key, rule] of Object.entries(settings.images ?? {})) {
    lists.push([["images", key, "users"], rule.users]);
    for (const [title, entry] of Object.entries(rule.entries ?? {})) {
      lists.push([["images", key, "entries", title, "users"], entry.users]);
    }
  }
  return lists.flatMap(([where, list]) => (list === undefined ? [] : [[where, list]]));
}

export type StickSettings = z.output<typeof settingsSchema>;
export type ImageRule = z.output<typeof imageRule>;
