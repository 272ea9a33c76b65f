/** Puts what a ventoy.json says into a stick.yaml; what only lifeboat's menu knows, and the comments, stay. */
import { isDeepStrictEqual } from "node:util";
import { LifeboatError } from "../../system/errors.ts";
import type { SettingEdit } from "../settings/edit.ts";
import { withEdits } from "../settings/edit.ts";
import { parseSettings } from "../settings/read.ts";
import type { StickSettings } from "../settings/schema.ts";
import { settingsOfPlugins } from "./from-json.ts";
import { say } from "./messages.ts";
import { readVentoyJson } from "./read.ts";
import type { SharedSetting, SharingPlugin, VentoyContext } from "./shared.ts";
import { SHARING_PLUGINS, idOf, isBare } from "./shared.ts";
import { itemsOf, toVentoyJson, writtenSettings } from "./to-json.ts";

/**
 * The text of a stick.yaml that comes to this ventoy.json: what both menus know is changed, added or taken out where it stands; what
 * only Ventoy knows is under `ventoy`.
 * @param text of the file as it is; empty where there is none.
 * @param bytes a ventoy.json.
 * @param name of the ventoy.json, for what is wrong with it.
 * @throws LifeboatError `ventoy-json-mistake` by line, `settings-mistake`.
 */
export async function importVentoyJson(
  text: string,
  bytes: Uint8Array,
  context: VentoyContext = {},
  name = "ventoy.json",
): Promise<string> {
  const { plugins, mistakes } = readVentoyJson(bytes);
  if (plugins === undefined) throw refused(name, mistakes);
  const old = await settingsIn(text);
  // What the user said for Ventoy alone, beside the same for lifeboat's menu, stays apart.
  const apart = overrides(old);
  const isApart = (plugin: SharingPlugin, id: string) => apart.has(`${plugin} ${id}`);
  const edited = async (moved: readonly string[]) => {
    const placed = SHARING_PLUGINS.filter((plugin) => moved.includes(plugin));
    const wanted = settingsOfPlugins(plugins, { context, isApart, placed });
    // A map that is changed key by key keeps the order that it has.
    const anew = moved
      .filter((key) => old.ventoy?.[key] !== undefined)
      .map((key) => ({ path: ["ventoy", key], value: undefined }));
    const changes = [...anew, ...edits(old, wanted)];
    return changes.length === 0 ? text : withEdits(text, changes);
  };
  const first = await edited([]);
  const written = toVentoyJson(await settingsIn(first), context).plugins;
  // Where the file's own order is another one, each item says where it belongs.
  const moved = Object.keys(plugins).filter(
    (key) => !isDeepStrictEqual(written[key], plugins[key]),
  );
  return moved.length === 0 ? first : edited(moved);
}

async function settingsIn(text: string): Promise<StickSettings> {
  const { settings } = await parseSettings(Buffer.from(text));
  // It tells the mistakes, with their lines.
  if (settings === undefined) await withEdits(text, []);
  return settings ?? {};
}

function overrides(settings: StickSettings): ReadonlySet<string> {
  return new Set(
    SHARING_PLUGINS.flatMap((plugin) =>
      itemsOf(settings.ventoy?.[plugin])
        .filter((item) => !isBare(plugin, item))
        .map((item) => `${plugin} ${idOf(plugin, item)}`),
    ),
  );
}

function edits(old: StickSettings, wanted: StickSettings): SettingEdit[] {
  const before = writtenSettings(old).filter(hasPath);
  const after = writtenSettings(wanted).filter(hasPath);
  const found: SettingEdit[] = [];
  for (const { path } of before) {
    if (!after.some((one) => isDeepStrictEqual(one.path, path))) {
      found.push({ path, value: undefined });
    }
  }
  for (const setting of after) {
    const same = before.find((one) => isDeepStrictEqual(one.path, setting.path));
    // An answer file's title and the default entry's name are lifeboat's, and stay where the rest is the same.
    if (same !== undefined && isDeepStrictEqual(same.item, setting.item)) continue;
    found.push({ path: setting.path, value: valueOf(setting) });
  }
  const hide = hidden(old, wanted);
  if (!isDeepStrictEqual(hide ?? [], old.hide ?? [])) found.push({ path: ["hide"], value: hide });
  if (!isDeepStrictEqual(old.ventoy, wanted.ventoy)) {
    found.push({ path: ["ventoy"], value: wanted.ventoy });
  }
  return found;
}

type WithPath = SharedSetting & { readonly path: readonly string[] };

function hasPath(setting: SharedSetting): setting is WithPath {
  return setting.path !== undefined;
}

/** As people write it. */
function valueOf({ plugin, id, value }: SharedSetting): unknown {
  if (plugin === "control" && id === "VTOY_DEFAULT_IMAGE") {
    return (value as { image: string }).image;
  }
  if (plugin === "auto_install") return (value as { file: string }[]).map(({ file }) => file);
  return value;
}

/** The list as it is, without what Ventoy doesn't hide any more, and what it hides besides at the end. */
function hidden(old: StickSettings, wanted: StickSettings): string[] | undefined {
  const known = new Set(
    writtenSettings(old).flatMap(({ plugin, id }) => (plugin === "image_blacklist" ? [id] : [])),
  );
  const now = wanted.hide ?? [];
  const kept = (old.hide ?? []).filter((pattern) => !known.has(pattern) || now.includes(pattern));
  const list = [...kept, ...now.filter((pattern) => !kept.includes(pattern))];
  return list.length === 0 ? undefined : list;
}

function refused(
  name: string,
  mistakes: ReturnType<typeof readVentoyJson>["mistakes"],
): LifeboatError {
  const list = (language: "en" | "zh") =>
    mistakes.map(({ line, text }) => say.refused(name, line, text)[language]).join("; ");
  return new LifeboatError(
    "ventoy-json-mistake",
    { en: list("en"), zh: list("zh") },
    { kind: "usage", hint: say.refusedHint() },
  );
}
