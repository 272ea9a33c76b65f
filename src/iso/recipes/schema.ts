/** A recipe's form: what an ISO family is known by, and how it boots. Everything not named here is a mistake. */
import { z } from "zod";
import { FIRMWARES, VIAS } from "../types.ts";

/** A regular expression, compiled once; `m` so that `^` and `$` mean lines of a file. */
const regex = z.string().transform((source, context) => {
  try {
    return new RegExp(source, "m");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  }
});

/** An absolute path in the ISO; `*`, `?` and `[…]` stand for parts of a name. */
const path = z.string().startsWith("/");
const paths = z.union([path.transform((one) => [one]), z.array(path)]);

const text = z.strictObject({ en: z.string(), zh: z.string() });

/** Of a partition table inside the image, from 1. */
const partition = z.int().min(1).max(128).optional();

/** What can be asked without reading a file. */
const plainParts = {
  /** Each of these is there. */
  exists: paths.optional(),
  /** At least one of these is there. */
  existsAny: paths.optional(),
  /** None of these is there. */
  missing: paths.optional(),
  volumeId: regex.optional(),
};

/** All parts that are given must hold. */
const condition = z.strictObject({
  /** They hold in this partition of the image; `volumeId` is then its label. */
  partition,
  ...plainParts,
  /** A text file whose beginning fits. */
  file: z.strictObject({ path: paths, matches: regex }).optional(),
  /** An entry of the ISO's own boot configurations whose line "kernel arguments" fits. */
  config: regex.optional(),
  /** `linux`: the ISO's own configurations start a kernel that is there; `nothing`: they don't. */
  offers: z.enum(["linux", "nothing"]).optional(),
  /** What stands for `file`, `config` and `offers` where nothing can read a file: for ISOs that the menu finds by itself. */
  inGrub: z.strictObject(plainParts).optional(),
});

/** Where name and version come from: named groups `name`, `version` and `arch` of the first that fits. */
/** The name where that source fits and has no group `name`. */
const name = z.string().optional();
const identity = z.union([
  z.strictObject({ file: paths, matches: regex, name }),
  z.strictObject({ volumeId: regex, name }),
  z.strictObject({ fileName: regex, name }),
  /** The first title in the ISO's own boot menu that fits. */
  z.strictObject({ title: regex, name }),
]);

const argumentsRules = {
  /** Names of arguments that go; a name may end in `*`. */
  drop: z.array(z.string()).default([]),
  /** New values for arguments that are there. */
  replace: z.record(z.string(), z.string()).default({}),
  /** Arguments added. */
  append: z.string().default(""),
};

/** A further entry made from the first one; left out where the ISO's own menu has such an entry already. */
const variant = z.strictObject({ title: z.string(), ...argumentsRules });

const firmware = z.array(z.enum(FIRMWARES)).optional();

const common = {
  when: condition.optional(),
  /** The files lie in this partition of the image. */
  partition,
  title: z.string().default("{name}"),
  firmware,
  /** How the entry is called in lists; what goes by Ventoy no recipe says. */
  via: z.enum(VIAS).exclude(["ventoy"]).optional(),
};

const linux = z.strictObject({
  method: z.literal("linux").default("linux"),
  ...common,
  /** Takes the entries of the ISO's own configurations whose kernel is `kernel` (any, where that isn't given). */
  fromConfig: z.boolean().default(false),
  /** Of those, the ones whose title or arguments fit. */
  onlyTitle: regex.optional(),
  notTitle: regex.optional(),
  onlyArgs: regex.optional(),
  notArgs: regex.optional(),
  kernel: paths.optional(),
  /** Several files are loaded one after the other; those that aren't there are left out. `{*}`: what `*` in the kernel stood for. */
  initrd: paths.default([]),
  /** An entry for each kernel that is found, not for the first alone. */
  each: z.boolean().default(false),
  args: z.string().default(""),
  ...argumentsRules,
  hook: z.boolean().default(true),
  /** Files of the ISO for the hook, all that fit: drivers that the initrd lacks. */
  hookFiles: paths.default([]),
  variants: z.array(variant).default([]),
});

const linux16 = z.strictObject({
  method: z.literal("linux16"),
  ...common,
  kernel: paths,
  args: z.string().default(""),
});

const chainload = z.strictObject({
  method: z.literal("chainload"),
  ...common,
  path: paths,
  /** A FAT image in the ISO that holds the program; `path` is then one path inside of it. */
  image: paths.optional(),
});

const configfile = z.strictObject({ method: z.literal("configfile"), ...common, path: paths });
const loopback = z.strictObject({ method: z.literal("loopback"), ...common, path: paths });
const memdisk = z.strictObject({
  method: z.literal("memdisk"),
  ...common,
  /** memdisk's own arguments. Default: `iso raw` for the whole image, `raw` for one in it. */
  args: z.string().optional(),
  /** A floppy or disk image in the ISO. */
  path: paths.optional(),
});

const multibootFields = {
  ...common,
  kernel: paths,
  args: z.string().default(""),
  /** One that isn't there leaves the entry out. */
  modules: z.array(z.strictObject({ path: paths, args: z.string().default("") })).default([]),
};
const multiboot = z.strictObject({ method: z.literal("multiboot"), ...multibootFields });
const multiboot2 = z.strictObject({ method: z.literal("multiboot2"), ...multibootFields });

/** A name that FreeBSD's kernel has for one of its settings. */
const setting = z.string().regex(/^[\w.]+$/, "letters, digits, _ and . only");

const kfreebsd = z.strictObject({
  method: z.literal("kfreebsd"),
  ...common,
  kernel: paths,
  args: z.string().default(""),
  /** Files of settings, as FreeBSD's `device.hints`; the first one that is there is loaded. */
  hints: paths.optional(),
  settings: z.record(setting, z.string()).default({}),
  /** Loaded into memory: files of the ISO, or the ISO itself. One that isn't there leaves the entry out. */
  modules: z
    .array(
      z.union([
        z.strictObject({ path: paths, type: z.string() }),
        z.strictObject({ image: z.literal(true), type: z.string() }),
      ]),
    )
    .default([]),
});

const knetbsd = z.strictObject({
  method: z.literal("knetbsd"),
  ...common,
  kernel: paths,
  args: z.string().default(""),
  /** Kernel modules; one that isn't there leaves the entry out. */
  modules: z.array(paths).default([]),
});

const kopenbsd = z.strictObject({
  method: z.literal("kopenbsd"),
  ...common,
  kernel: paths,
  args: z.string().default(""),
});

const entry = z.discriminatedUnion("method", [
  linux,
  linux16,
  chainload,
  configfile,
  loopback,
  memdisk,
  multiboot,
  multiboot2,
  kfreebsd,
  knetbsd,
  kopenbsd,
]);

/** What the family's initrd wants to keep changes in, and how it is told; docs/persistence.md has the sources. */
const persistence = z.strictObject({
  /** The label of the file system, which is always ext4. */
  label: z.string().regex(/^[\w.-]{1,16}$/, "1 to 16 letters, digits, . _ and - only"),
  /** Path in it → text. */
  files: z.record(path, z.string()).default({}),
  folders: z.array(path).default([]),
  title: z.string().default("{title} (with persistence)"),
  /** Changes to the arguments of the image's first entry. */
  ...argumentsRules,
});

/** How the family's installer is told to read its answers from a file; docs/unattended.md has the sources. */
const unattended = z.strictObject({
  /** Of several ways the first whose condition holds is taken. */
  when: condition.optional(),
  /** Where the answer file goes: a path of the initrd, or below `/run/lifeboat` one of the running system. */
  file: path,
  /** Path → text of what must lie beside it. */
  files: z.record(path, z.string()).default({}),
  /** What an answer file must begin with. */
  firstLine: z.string().optional(),
  /** Entries are made from the image's first one with such a kernel. */
  kernel: paths.optional(),
  ...argumentsRules,
});

export const recipeSchema = z.strictObject({
  family: z.string().regex(/^[a-z0-9][a-z0-9+-]*$/, "lower-case letters, digits, - and + only"),
  name: z.string(),
  /** Smaller is asked first. Default: that of the recipe it refines, else 500. */
  order: z.int().optional(),
  /** The family of which this is a special case: what isn't given here is taken from there, and it must fit too. */
  refines: z.string().optional(),
  /** For images that no specific recipe knows. */
  generic: z.boolean().default(false),
  /** One of these must hold. */
  detect: z.array(condition).min(1),
  identify: z.array(identity).optional(),
  entries: z.array(entry).optional(),
  /** `none` where the recipe that this one refines has it and this family hasn't. */
  persistence: z.union([persistence, z.literal("none")]).optional(),
  unattended: z
    .union([unattended.transform((one) => [one]), z.array(unattended).min(1), z.literal("none")])
    .optional(),
  /** Why it can't boot, or what doesn't work. */
  unsupported: text.optional(),
  /** False where Ventoy is known not to start such images either. Default: that of the recipe it refines, else true. */
  ventoy: z.boolean().optional(),
});

export type ParsedRecipe = z.output<typeof recipeSchema>;
export type Condition = z.output<typeof condition>;
export type Identity = z.output<typeof identity>;
export type PersistenceRecipe = z.output<typeof persistence>;
export type UnattendedRecipe = z.output<typeof unattended>;
export type EntryRecipe = z.output<typeof entry>;
/** The part of a recipe with this method. */
export type MethodRecipe<M extends EntryRecipe["method"]> = Extract<EntryRecipe, { method: M }>;
export type LinuxRecipe = z.output<typeof linux>;
