/** From a stick's records to its menu. */
import type { MenuIso } from "../menu/iso-entries.ts";
import { isoNodes, makeMenu } from "../menu/menu.ts";
import type { MenuNode } from "../menu/model.ts";
import { countStarts } from "../menu/model.ts";
import type { IsoRecord, StickManifest } from "./manifest.ts";
import { say } from "./messages.ts";

/** @param hookPartition as the stick's `hookPartition`. */
export function menuOfStick(
  records: readonly IsoRecord[],
  manifest: Pick<StickManifest, "language" | "fileSystem">,
  hookPartition: string,
): MenuNode[] {
  const facts = { partition: hookPartition, language: manifest.language };
  return makeMenu(menuIsos(records, manifest), facts);
}

/** How many entries of the menu start something from an ISO, on any firmware. */
export function countIsoEntries(
  records: readonly IsoRecord[],
  manifest: Pick<StickManifest, "language" | "fileSystem">,
): number {
  const facts = { partition: "", language: manifest.language };
  return countStarts(isoNodes(menuIsos(records, manifest), facts));
}

function menuIsos(
  records: readonly IsoRecord[],
  manifest: Pick<StickManifest, "language" | "fileSystem">,
): MenuIso[] {
  // GRUB reads these whatever its build; exFAT and NTFS only where its image was made with them.
  const grubReadsData = manifest.fileSystem === "ext4" || manifest.fileSystem === "fat32";
  const titles = uniqueTitles(records);
  return records.map((record, index): MenuIso => {
    const entries = record.entries.filter((entry) => grubReadsData || entry.needsDataFs !== true);
    const problems = record.problems.map(({ text }) => text);
    if (record.extents === null) problems.push(say.notAddressable(record.path));
    return {
      device: `iso${index}`,
      title: titles[index] ?? record.path,
      uuid: record.uuid,
      extents: record.extents ?? undefined,
      entries: entries.map((entry) => menuEntry(entry)),
      problems,
      path: record.path,
      ...(record.copies === undefined ? {} : { copies: record.copies }),
      ...(record.extentList === undefined ? {} : { extentList: record.extentList }),
      ...persistenceOf(record),
    };
  });
}

function persistenceOf({ persistence, persistenceFile }: IsoRecord): Pick<MenuIso, "persistence"> {
  if (persistence === undefined || persistenceFile === undefined) return {};
  const { extents, uuid, list } = persistenceFile;
  const entries = persistence.entries.map((entry) => menuEntry(entry));
  return { persistence: { extents, uuid, entries, ...(list === undefined ? {} : { list }) } };
}

/** What the ISO calls itself; its path as well where two call themselves the same. */
function uniqueTitles(records: readonly IsoRecord[]): string[] {
  const named = records.map((record) => titleOf(record));
  return records.map((record, index) => {
    const title = named[index] ?? record.path;
    const shared = named.filter((other) => other === title).length > 1;
    return shared ? `${title} (${record.path})` : title;
  });
}

function titleOf(record: IsoRecord): string {
  const name = record.name || record.path.slice(record.path.lastIndexOf("/") + 1);
  const already = record.version === "" || name.includes(record.version);
  return already ? name : `${name} ${record.version}`;
}

/** An entry of a record as the menu takes it: JSON holds no undefined fields, which the type of what was parsed can't say. */
export function menuEntry(entry: IsoRecord["entries"][number]): MenuIso["entries"][number] {
  const { needsDataFs, method, ...rest } = entry;
  const { ...exact } = method;
  return {
    ...rest,
    method: exact as MenuIso["entries"][number]["method"],
    ...(needsDataFs === undefined ? {} : { needsDataFs }),
  };
}
