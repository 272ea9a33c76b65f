/** From a stick's records to its menu. */
import type { DefaultEntry } from "../../menu/default-entry.ts";
import { findDefault } from "../../menu/default-entry.ts";
import { COMPUTER, isoNodes, makeMenu } from "../../menu/menu.ts";
import type { MenuNode } from "../../menu/model.ts";
import { countStarts } from "../../menu/model.ts";
import type { MenuPasswords } from "../../menu/render.ts";
import { renderMenu } from "../../menu/render.ts";
import type { MenuRecords } from "./isos.ts";
import { menuIsos } from "./isos.ts";
import { hasVentoy } from "../has-ventoy.ts";
import { fitsPattern } from "../settings/patterns.ts";
import type { StickSettings } from "../settings/schema.ts";
import type { Stick } from "../stick.ts";

export type StickPart = Pick<Stick, "manifest" | "hookPartition">;

export function menuOfStick(records: MenuRecords, stick: StickPart): MenuNode[] {
  return makeMenu(menuIsos(records, stick.manifest), factsOf(records, stick));
}

/** The text of menu.cfg. */
export function menuTextOfStick(records: MenuRecords, stick: StickPart): string {
  const { settings = {} } = records;
  const nodes = menuOfStick(records, stick);
  const facts = factsOf(records, stick);
  const { language } = facts;
  const defaultEntry = defaultOf(settings, nodes);
  const passwords = passwordsOf(settings);
  const timeoutSeconds = settings.menu?.timeout;
  return renderMenu(nodes, {
    language,
    hasVentoy: facts.hasVentoy,
    ...(defaultEntry === undefined ? {} : { defaultEntry }),
    ...(passwords === undefined ? {} : { passwords }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(language === stick.manifest.language ? {} : { theme: language }),
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
  return {
    partition: hookPartition,
    language: settings?.menu?.language ?? manifest.language,
    hasVentoy: hasVentoy(manifest),
  };
}

export function passwordsOf({
  users = {},
  superusers,
  menu,
}: StickSettings): MenuPasswords | undefined {
  if (superusers === undefined) return undefined;
  const menuUsers = menu?.users;
  return { users, superusers, ...(menuUsers === undefined ? {} : { menuUsers }) };
}
