/** Every path that a ventoy.json names, or the section `ventoy` of a stick.yaml, and what Ventoy looks for there. */
import type { Json } from "./json.ts";
import type { Comparison } from "./match.ts";
import type { PluginName } from "./names.ts";
import { pluginOf } from "./names.ts";
import type { VentoyPlugins } from "./schema.ts";
import { groupOf } from "./values.ts";

export interface NamedPath {
  /** The way to it, for its line. */
  readonly at: readonly PropertyKey[];
  /** The same for people. */
  readonly key: string;
  readonly path: string;
  /** `image`: compared with what the menu found; `file`: opened; `replacement`: opened, and limited in size. */
  readonly kind: "image" | "folder" | "file" | "replacement";
  /** Undefined where a star is no wildcard. */
  readonly comparison?: Comparison;
}

/** What stands under a key of an item. */
type Kinds = Readonly<Record<string, Pick<NamedPath, "kind" | "comparison">>>;

const IMAGE = { kind: "image", comparison: "whole" } as const;
const COUNTED_IMAGE = { kind: "image", comparison: "counted" } as const;
const FOLDER = { kind: "folder" } as const;
const FILE = { kind: "file" } as const;

/** Folders are compared as whole paths; a star in one (`parent` takes it) can't be looked at, and is left. */
const ITEMS: Readonly<Partial<Record<PluginName, Kinds>>> = {
  menu_alias: { image: IMAGE, dir: FOLDER },
  menu_class: { parent: FOLDER, dir: FOLDER },
  auto_install: { image: IMAGE, parent: FOLDER, template: FILE },
  persistence: { image: IMAGE, backend: FILE },
  injection: { image: IMAGE, parent: FOLDER, archive: FILE },
  conf_replace: { iso: COUNTED_IMAGE, new: { kind: "replacement" } },
  dud: { image: COUNTED_IMAGE, dud: FILE },
  custom_boot: { file: { kind: "image" }, dir: FOLDER, vcfg: FILE },
};

const LISTS: readonly string[] = ["image_list", "image_blacklist", "auto_memdisk"];

export function namedPaths(plugins: VentoyPlugins): NamedPath[] {
  return Object.entries(plugins).flatMap(([key, value]) => {
    const plugin = pluginOf(key)?.plugin;
    if (plugin === undefined) return [];
    if (LISTS.includes(plugin)) return pathsAt([key], value, COUNTED_IMAGE);
    if (plugin === "control") return ofControl(key, value);
    if (plugin === "theme") return ofTheme(key, value);
    if (plugin === "menu_tip") {
      return ofItems([key, "tips"], groupOf(value)["tips"], { image: IMAGE, dir: FOLDER });
    }
    if (plugin === "password") {
      const kinds = { file: COUNTED_IMAGE, parent: FOLDER };
      return ofItems([key, "menupwd"], groupOf(value)["menupwd"], kinds);
    }
    return ofItems([key], value, ITEMS[plugin] ?? {});
  });
}

function ofItems(at: readonly PropertyKey[], value: Json | undefined, kinds: Kinds): NamedPath[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => {
    const group = groupOf(item);
    // With both there, Ventoy takes the image.
    const isForImages = "image" in group || "file" in group || "key" in group;
    return Object.entries(kinds).flatMap(([name, kind]) => {
      if (kind.kind === "folder" && isForImages) return [];
      return pathsAt([...at, index, name], group[name], kind);
    });
  });
}

/** A list of maps in a ventoy.json, one map in a stick.yaml. */
function ofControl(key: string, value: Json): NamedPath[] {
  const items = Array.isArray(value)
    ? value.map((item, index) => ({ at: [key, index], item }))
    : [{ at: [key], item: value }];
  return items.flatMap(({ at, item }) => {
    const { VTOY_DEFAULT_IMAGE: image, VTOY_DEFAULT_SEARCH_ROOT: root } = groupOf(item);
    const isPath = typeof image === "string" && image.startsWith("/");
    return [
      ...pathsAt([...at, "VTOY_DEFAULT_IMAGE"], isPath ? image : undefined, { kind: "image" }),
      ...pathsAt([...at, "VTOY_DEFAULT_SEARCH_ROOT"], withoutSlash(root), FOLDER),
    ];
  });
}

/** Ventoy adds one where there is none. */
function withoutSlash(root: Json | undefined): Json | undefined {
  if (typeof root !== "string" || !root.startsWith("/")) return undefined;
  return root === "/" ? root : root.replace(/\/$/, "");
}

function ofTheme(key: string, value: Json): NamedPath[] {
  const { file, fonts } = groupOf(value);
  const files = pathsAt([key, "file"], file, FILE).map((one) => {
    return one.path.startsWith("/") ? one : { ...one, path: `/ventoy/${one.path}` };
  });
  return [...files, ...pathsAt([key, "fonts"], fonts, FILE)];
}

function pathsAt(
  at: readonly PropertyKey[],
  value: Json | undefined,
  kind: Pick<NamedPath, "kind" | "comparison">,
): NamedPath[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => pathsAt([...at, index], one, kind));
  if (typeof value !== "string") return [];
  const isOpen = kind.kind === "folder" && value.includes("*");
  const key = at.filter((one) => typeof one === "string").join(" › ");
  return isOpen ? [] : [{ at, key, path: value, ...kind }];
}
