/** From a stick's records to its menu. */
import { checkSums } from "../menu/checks.ts";
import type { DefaultEntry } from "../menu/default-entry.ts";
import { findDefault } from "../menu/default-entry.ts";
import { searchScript } from "../menu/dynamic/search.ts";
import { COMPUTER, isoNodes, makeMenu } from "../menu/menu.ts";
import type { MenuNode } from "../menu/model.ts";
import { countStarts } from "../menu/model.ts";
import { ownLoaderMenu } from "../menu/own-loader/menu.ts";
import type { MenuPasswords } from "../menu/render.ts";
import { renderMenu } from "../menu/render.ts";
import type { MenuRecords } from "./menu-isos.ts";
import { menuIsos } from "./menu-isos.ts";
import { fitsPattern } from "./settings/patterns.ts";
import type { StickSettings } from "./settings/schema.ts";
import type { Stick } from "./stick.ts";

type StickPart = Pick<Stick, "manifest" | "hookPartition">;

export function menuOfStick(records: MenuRecords, stick: StickPart): MenuNode[] {
  return makeMenu(menuIsos(records, stick.manifest), factsOf(records, stick));
}

/** The text of menu.cfg. */
export function menuTextOfStick(records: MenuRecords, stick: StickPart): string {
  const { settings = {} } = records;
  const nodes = menuOfStick(records, stick);
  const { language } = factsOf(records, stick);
  const defaultEntry = defaultOf(settings, nodes);
  const passwords = passwordsOf(settings);
  const timeoutSeconds = settings.menu?.timeout;
  return renderMenu(nodes, {
    language,
    ...(defaultEntry === undefined ? {} : { defaultEntry }),
    ...(passwords === undefined ? {} : { passwords }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(language === stick.manifest.language ? {} : { theme: language }),
  });
}

/** File name in the slot → text: the menus of ISOs that are started by their own boot loader. */
export function ownMenusOfStick(records: MenuRecords, stick: StickPart): Record<string, string> {
  const passwords = passwordsOf(records.settings ?? {});
  const menus: Record<string, string> = {};
  for (const iso of menuIsos(records, stick.manifest)) {
    const text = ownLoaderMenu(iso, factsOf(records, stick), passwords);
    if (iso.ownLoader !== undefined && text !== undefined) menus[iso.ownLoader.menu] = text;
  }
  return menus;
}

/** The text of the slot's file with the SHA-256 of images: see menu/checks.ts. */
export function sumsOfStick(records: MenuRecords, stick: StickPart): string {
  return checkSums(menuIsos(records, stick.manifest));
}

/** The text of new.cfg. */
export function searchTextOfStick(records: MenuRecords, stick: StickPart): string {
  const { isos, settings = {} } = records;
  // As with `ruleOf`: a rule that names an ISO itself wins over its folder's.
  const rules = Object.entries(settings.images ?? {}).flatMap(([pattern, { hide }]) =>
    hide === undefined ? [] : [{ pattern, hides: hide }],
  );
  const hidden = (settings.hide ?? []).map((pattern) => ({ pattern, hides: true }));
  return searchScript({
    ...factsOf(records, stick),
    fileSystem: stick.manifest.fileSystem,
    known: isos.map(({ path }) => path),
    hidden: [...hidden, ...rules],
  });
}

/** How many entries of the menu start something from an ISO, on any firmware. */
export function countIsoEntries(records: MenuRecords, stick: StickPart): number {
  return countStarts(isoNodes(menuIsos(records, stick.manifest), factsOf(records, stick)));
}

/** The entry that starts by itself; undefined where the settings name none, or none that is there. */
export function defaultOf(
  { menu }: StickSettings,
  nodes: readonly MenuNode[],
): DefaultEntry | undefined {
  if (menu?.default === undefined) return undefined;
  const { image, entry } = menu.default as { image: string; entry?: string };
  const mark = (path: string) =>
    image === COMPUTER ? path === COMPUTER : path !== COMPUTER && fitsPattern(image, path);
  return findDefault(nodes, { mark, ...(entry === undefined ? {} : { entry }) });
}

export function factsOf({ settings }: MenuRecords, { manifest, hookPartition }: StickPart) {
  return { partition: hookPartition, language: settings?.menu?.language ?? manifest.language };
}

function passwordsOf({ users = {}, superusers, menu }: StickSettings): MenuPasswords | undefined {
  if (superusers === undefined) return undefined;
  const menuUsers = menu?.users;
  return { users, superusers, ...(menuUsers === undefined ? {} : { menuUsers }) };
}
