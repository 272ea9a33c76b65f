/** From the records of a stick's ISOs, and its settings, to what the menu shows of them. */
import { applyRules, joinArguments, splitArguments } from "../../iso/kernel-arguments.ts";
import { OTHER_VENDOR } from "../../iso/problems.ts";
import { matchesWildcard } from "../../iso/wildcard.ts";
import { compareNames } from "../../menu/compare.ts";
import type { MenuFolder } from "../../menu/folders.ts";
import type { MenuIso, MenuIsoEntry } from "../../menu/menu-iso.ts";
import type { Language } from "../../system/text.ts";
import { unattendedEntries } from "../extras/entries.ts";
import type { IsoRecord, StickManifest, StickRecords } from "../manifest.ts";
import { menuEntry } from "./entry.ts";
import { say } from "../messages.ts";
import { ownMenuName } from "../own-loaders/names.ts";
import { fitsPattern } from "../settings/patterns.ts";
import { folderRuleOf, ruleOf } from "../settings/rules.ts";
import type { ImageRule, StickSettings } from "../settings/schema.ts";

/** What a menu is made from: the same gives the same menu. */
export type MenuRecords = Pick<StickRecords, "isos" | "settings">;

interface Shown {
  readonly record: IsoRecord;
  readonly rule: ImageRule;
  readonly device: string;
  readonly title: string;
}

/** In the order of the menu, without those that are hidden. */
export function menuIsos(
  { isos, settings = {} }: MenuRecords,
  manifest: Pick<StickManifest, "fileSystem" | "language">,
): MenuIso[] {
  // GRUB reads these whatever its build; exFAT and NTFS only where its image was made with them.
  const language = settings.menu?.language ?? manifest.language;
  const grubReadsData = manifest.fileSystem === "ext4" || manifest.fileSystem === "fat32";
  const shown = isos.flatMap((record, index): Shown[] => {
    const rule = ruleOf(settings, record.path);
    const title = rule.title ?? titleOf(record);
    return rule.hide === true ? [] : [{ record, rule, device: `iso${index}`, title }];
  });
  const made = uniqueTitles(shown)
    .toSorted((a, b) => compareBy(settings.menu?.sort, a, b))
    .map((one) => ({ one, entries: allEntries(one, grubReadsData, language) }));
  // An ISO whose entries are all hidden is hidden too; one that never had any says why.
  const left = made.filter(
    ({ one, entries }) =>
      entries.length > 0 || one.record.entries.length === 0 || !hidesEntries(one.rule),
  );
  return left.map(({ one, entries }) => ({
    ...isoOf(one, entries, settings),
    ...persistenceOf(one),
  }));
}

function isoOf(
  { record, rule, device, title }: Shown,
  entries: readonly MenuIsoEntry[],
  settings: StickSettings,
): MenuIso {
  const problems = record.problems.map(({ text }) => text);
  if (record.extents === null) problems.push(say.notAddressable(record.path));
  const { path, copies, extentList, extras } = record;
  const folders = foldersOf(path, settings);
  const users = rule.users ?? folders.findLast((folder) => folder.users !== undefined)?.users;
  const rank = (settings.menu?.first ?? []).findIndex((pattern) => fitsPattern(pattern, path));
  return {
    device,
    title,
    uuid: record.uuid,
    ...(record.uuidPartition === undefined ? {} : { uuidPartition: record.uuidPartition }),
    ...(record.sha256 === null ? {} : { sha256: record.sha256 }),
    extents: record.extents ?? undefined,
    entries,
    problems,
    path,
    ...(settings.menu?.folders === "flat" ? {} : { folders }),
    ...(users === undefined ? {} : { users }),
    ...(rank < 0 ? {} : { rank }),
    ...(copies === undefined ? {} : { copies }),
    ...(extentList === undefined ? {} : { extentList }),
    ...ownLoaderOf(record, rule),
    ...(extras?.injected === undefined ? {} : { injected: extras.injected }),
  };
}

/** Those of the ISO itself, then one for each answer file. */
function allEntries(
  { record, rule }: Shown,
  grubReadsData: boolean,
  language: Language,
): MenuIsoEntry[] {
  const own = record.entries.map(menuEntry);
  return entriesOf([...own, ...unattendedEntries(record, language)], rule, grubReadsData);
}

function ownLoaderOf(
  { ownLoader, noOwnLoader, problems }: IsoRecord,
  rule: ImageRule,
): Pick<MenuIso, "ownLoader" | "noOwnLoader"> {
  if (ownLoader !== undefined) {
    const { folder } = ownLoader;
    return { ownLoader: { folder, menu: ownMenuName(ownLoader), always: rule.loader === "own" } };
  }
  const why = noOwnLoader ?? problems.find(({ id }) => id === OTHER_VENDOR)?.text;
  return why === undefined ? {} : { noOwnLoader: why };
}

/** The folders that a path lies in, from the outermost on. */
function foldersOf(path: string, settings: StickSettings): MenuFolder[] {
  const names = path.split("/").slice(1, -1);
  return names.map((name, index) => {
    const folder = `/${names.slice(0, index + 1).join("/")}`;
    const { title, users } = folderRuleOf(settings, folder);
    const named = title !== undefined || users !== undefined;
    return { path: folder, title: title ?? name, named, ...(users && { users }) };
  });
}

function persistenceOf({ record, rule }: Shown): Pick<MenuIso, "persistence"> {
  const { persistence, persistenceFile } = record;
  if (persistence === undefined || persistenceFile === undefined) return {};
  const { extents, uuid, check, list } = persistenceFile;
  const entries = entriesOf(persistence.entries.map(menuEntry), rule, true);
  const known = check === undefined ? {} : { check };
  const cpio = list === undefined ? {} : { list };
  return { persistence: { extents, uuid, entries, ...known, ...cpio } };
}

/** The entries that are to be seen, as the settings want them. */
function entriesOf(
  recorded: readonly MenuIsoEntry[],
  rule: ImageRule,
  grubReadsData: boolean,
): MenuIsoEntry[] {
  return recorded.flatMap((one) => {
    if (one.needsDataFs === true && !grubReadsData) return [];
    const entry = withArguments(one, rule);
    const { hide, title, users } = entryRuleOf(rule, entry.title);
    if (hide === true) return [];
    return [{ ...entry, ...(title && { title }), ...(users && { users }) }];
  });
}

function entryRuleOf({ entries = {} }: ImageRule, title: string) {
  const fitting = Object.entries(entries).filter(
    ([pattern]) => pattern === title || matchesWildcard(pattern, title),
  );
  return Object.assign({}, ...fitting.map(([, rule]) => rule)) as NonNullable<
    ImageRule["entries"]
  >[string];
}

function hidesEntries({ entries = {} }: ImageRule): boolean {
  return Object.values(entries).some(({ hide }) => hide === true);
}

function withArguments(entry: MenuIsoEntry, { drop = [], append }: ImageRule): MenuIsoEntry {
  const { method } = entry;
  if (method.kind !== "linux" && method.kind !== "linux16") return entry;
  if (drop.length === 0 && append === undefined) return entry;
  const rules = { drop, replace: {}, append: splitArguments(append ?? "") };
  const args = joinArguments(applyRules(splitArguments(method.args), rules));
  return { ...entry, method: { ...method, args } };
}

function compareBy(sort: NonNullable<StickSettings["menu"]>["sort"], a: Shown, b: Shown): number {
  const byPath = compareNames(a.record.path, b.record.path);
  switch (sort) {
    case "name":
      return compareNames(a.title, b.title) || byPath;
    case "size":
      return b.record.size - a.record.size || byPath;
    case "newest":
      return (b.record.modified ?? 0) - (a.record.modified ?? 0) || byPath;
    case "file":
    case undefined:
      return byPath;
  }
}

/** Its path as well where two would be called the same. */
function uniqueTitles(shown: readonly Shown[]): Shown[] {
  const counts = new Map<string, number>();
  for (const { title } of shown) counts.set(title, (counts.get(title) ?? 0) + 1);
  return shown.map((one) =>
    counts.get(one.title) === 1 ? one : { ...one, title: `${one.title} (${one.record.path})` },
  );
}

/** What the ISO calls itself. */
function titleOf(record: IsoRecord): string {
  const name = record.name || record.path.slice(record.path.lastIndexOf("/") + 1);
  const already = record.version === "" || name.includes(record.version);
  return already ? name : `${name} ${record.version}`;
}
