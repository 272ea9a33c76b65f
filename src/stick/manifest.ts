/**
 * What lifeboat knows of a stick, kept on its ESP: `lifeboat/stick.json` says what the stick is and is written once by `build`
 * (and by `upgrade`); each menu slot holds `isos.json`, the records that its menu was made from, so that records and menu are
 * always of one refresh.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { FIRMWARES, VIAS } from "../iso/types.ts";
import { LifeboatError } from "../system/errors.ts";
import { LANGUAGES } from "../system/text.ts";
import { DATA_FILE_SYSTEMS, SCHEMES } from "./layout.ts";
import { say } from "./messages.ts";
import { settingsSchema } from "./settings/schema.ts";

/** Raised when a stick made by this version can't be kept by an earlier one. */
export const STICK_FORMAT = 1;

export const MANIFEST_PATH = "/lifeboat/stick.json";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.object({
  format: z.number().int().positive(),
  /** lifeboat's version that built it. */
  lifeboat: z.string(),
  /**
   * `LIFEBOAT-` and eight hex digits of `diskId`; with GRUB's boot stage on a GPT also the name of the data partition.
   */
  name: z.string().regex(/^LIFEBOAT-[0-9A-F]{8}$/),
  scheme: z.enum(SCHEMES),
  /** The disk's GUID (GPT), its signature (MBR), or with Ventoy's boot stage the 16 bytes by which Ventoy knows it, in hex. */
  diskId: z.string(),
  fileSystem: z.enum(DATA_FILE_SYSTEMS),
  secureBoot: z.boolean(),
  language: z.enum(LANGUAGES),
  bootStage: z.object({
    kind: z.enum(["grub", "ventoy"]),
    /** Package → version. */
    versions: z.record(z.string(), z.string()),
    /** Absolute path on the volume that the menu is read from → SHA-256 of what was put there. */
    files: z.record(z.string(), sha256),
    /** Ventoy lies behind lifeboat's menu: its partition is number 2, lifeboat's 3. */
    ventoyChain: z.literal(true).optional(),
    /** SHA-256 of the 440 bytes of boot code and of the core image, where the stick starts on a BIOS. */
    bios: z
      .object({
        coreLba: z.number().int().nonnegative(),
        coreBytes: z.number().int().nonnegative(),
        bootCode: sha256,
        core: sha256,
      })
      .optional(),
  }),
});

export type StickManifest = z.infer<typeof manifestSchema>;

const extent = z.object({
  start: z.number().int().nonnegative(),
  length: z.number().int().positive(),
});
const text = z.object({ en: z.string(), zh: z.string() });
const firmware = z.enum(FIRMWARES);
const initrd = z.array(z.string());

const method = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("linux"),
    kernel: z.string(),
    initrd,
    args: z.string(),
    hook: z.boolean(),
    hookFiles: z.array(z.string()).optional(),
  }),
  z.object({ kind: z.literal("linux16"), kernel: z.string(), args: z.string() }),
  z.object({ kind: z.literal("chainload"), path: z.string(), image: z.string().optional() }),
  z.object({ kind: z.literal("configfile"), path: z.string() }),
  z.object({ kind: z.literal("loopback"), path: z.string() }),
  z.object({
    kind: z.literal("memdisk"),
    args: z.string().optional(),
    path: z.string().optional(),
  }),
  z.object({
    kind: z.literal("multiboot"),
    version: z.union([z.literal(1), z.literal(2)]),
    kernel: z.string(),
    args: z.string(),
    modules: z.array(z.object({ path: z.string(), args: z.string() })),
  }),
  z.object({
    kind: z.literal("kfreebsd"),
    kernel: z.string(),
    args: z.string(),
    hints: z.string().optional(),
    settings: z.record(z.string(), z.string()),
    modules: z.array(z.object({ path: z.string().optional(), type: z.string() })),
  }),
  z.object({
    kind: z.literal("knetbsd"),
    kernel: z.string(),
    args: z.string(),
    modules: z.array(z.string()),
  }),
  z.object({ kind: z.literal("kopenbsd"), kernel: z.string(), args: z.string() }),
  z.object({ kind: z.literal("ventoy") }),
]);

const isoEntry = z.object({
  title: z.string(),
  firmware: z.array(firmware),
  method,
  via: z.enum(VIAS),
  secureBoot: z.enum(["signed-by-shim", "own-loader", "other-vendor", "unsigned", "not-needed"]),
  needsDataFs: z.boolean().optional(),
});

/** Where an ISO keeps its changes: found anew at each refresh. */
const persistenceFile = z.object({
  /** On the data partition, absolute. */
  path: z.string().startsWith("/"),
  /** Bytes within the data partition. */
  extents: z.array(extent).min(1),
  /** Of its ext4 file system: the hook writes nothing where it finds another one. */
  uuid: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  /** `SHA256@START+LENGTH[,…]`, in bytes of the data partition: what says where it lies. The hook writes nothing where that changed. */
  check: z
    .string()
    .regex(/^[0-9a-f]{64}@\d+\+\d+(,\d+\+\d+)*$/)
    .optional(),
  /** A cpio on the ESP, for extents and check that are too long for the kernel line. */
  list: z.string().optional(),
});

const isoRecord = z.object({
  /** On the data partition, absolute. */
  path: z.string().startsWith("/"),
  size: z.number().int().nonnegative(),
  /** Seconds since 1970, even ones as FAT keeps them; null where the file system keeps no time. */
  modified: z.number().nullable(),
  /** Bytes within the data partition; null where they can't be addressed. */
  extents: z.array(extent).nullable(),
  sha256: sha256.nullable(),
  volumeId: z.string(),
  uuid: z.string(),
  family: z.string(),
  name: z.string(),
  version: z.string(),
  arch: z.array(z.string()),
  firmware: z.array(z.enum(["bios", "uefi"])),
  entries: z.array(isoEntry),
  problems: z.array(
    z.object({ id: z.string(), severity: z.enum(["info", "warning", "error"]), text }),
  ),
  uuidPartition: z.string().optional(),
  recipe: z.string().optional(),
  persistence: z
    .object({
      label: z.string(),
      files: z.record(z.string(), z.string()),
      folders: z.array(z.string()),
      entries: z.array(isoEntry),
    })
    .optional(),
  unattended: z
    .object({
      file: z.string(),
      files: z.record(z.string(), z.string()),
      firstLine: z.string().optional(),
      entries: z.array(isoEntry),
    })
    .optional(),
  persistenceFile: persistenceFile.optional(),
  /** Path in the ISO → path on the ESP of its copy, or of the cpio that it is in (see esp/copies.ts). */
  copies: z.record(z.string(), z.string()).optional(),
  extentList: z.string().optional(),
  /** Its own boot loader on the ESP, and where that one looks for its configuration (see own-loaders/place.ts). */
  ownLoader: z.object({ folder: z.string(), prefix: z.string() }).optional(),
  /** Why it has none, though it would need one. */
  noOwnLoader: text.optional(),
  /** What the settings bring into its initrd: cpios on the ESP (see extras/place.ts). */
  extras: z
    .object({
      /** For all of its entries. */
      injected: z.string().optional(),
      /** Answer files by their path on the data partition, each with an entry of its own. */
      answers: z.array(
        z.object({ file: z.string(), title: z.string().optional(), cpio: z.string() }),
      ),
    })
    .optional(),
});

const recordsSchema = z.object({
  /** Of the recipes that the records were made with: other recipes, other entries. */
  recipes: z.string(),
  isos: z.array(isoRecord),
  /** The stick's settings that are in force (`lifeboat/stick.yaml` when it was last without a mistake). */
  settings: settingsSchema.optional(),
});

export type IsoRecord = z.infer<typeof isoRecord>;
export type PersistenceFile = z.infer<typeof persistenceFile>;
export type StickRecords = z.infer<typeof recordsSchema>;

/** What a stick gets that has a manifest, and one that this lifeboat can't go by. */
export const UNKNOWN_MENU: readonly string[] = ["stick-manifest", "newer-format"];

/** @throws LifeboatError `stick-manifest`; `newer-format` for a stick of a later lifeboat. */
export function parseStickManifest(json: Buffer): StickManifest {
  const manifest = parse(manifestSchema, json, MANIFEST_PATH);
  if (manifest.format > STICK_FORMAT) {
    throw new LifeboatError("newer-format", say.newerFormat(manifest.format), {
      kind: "refused",
      hint: say.newerFormatHint(),
    });
  }
  return manifest;
}

/** @throws LifeboatError `stick-manifest`. */
export function parseStickRecords(json: Buffer, path: string): StickRecords {
  return parse(recordsSchema, json, path);
}

/**
 * True for values that are the same once they are written: whatever the order of their keys, which is the schema's in what was
 * read and the code's in what was made, and without the keys that are undefined.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
  return isDeepStrictEqual(written(a), written(b));
}

/** Deterministic text: the same value gives the same bytes. */
export function encodeJson(value: StickManifest | StickRecords): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`);
}

function parse<T>(schema: z.ZodType<T>, json: Buffer, where: string): T {
  let reason: string;
  try {
    const parsed = schema.safeParse(JSON.parse(json.toString("utf8")));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    reason = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
  } catch (cause) {
    reason = cause instanceof Error ? cause.message : String(cause);
  }
  throw new LifeboatError("stick-manifest", say.badManifest(where, reason), { kind: "damaged" });
}
