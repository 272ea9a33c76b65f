/** What `verify` finds of the ISOs themselves, and of the files that belong to them. */
import type { WritableVolume } from "../../filesystems/volume.ts";
import type { JobContext } from "../../system/progress.ts";
import { asFound } from "../as-found.ts";
import { checkContent } from "../checksums/check.ts";
import { findPublished } from "../checksums/find.ts";
import type { Published, PublishedSum } from "../checksums/find.ts";
import { findIsos, sameFile } from "../data/collect.ts";
import { singleFilesOf } from "../esp/named.ts";
import type { IsoRecord, PersistenceFile } from "../manifest.ts";
import { sameJson } from "../manifest.ts";
import { attachPersistence } from "../persistence/attach.ts";
import type { Stick } from "../stick.ts";
import { menuPartOf } from "./boot-stage.ts";
import type { VerifyFinding } from "./finding.ts";
import { error, warning } from "./finding.ts";
import { say } from "./messages.ts";

/** Each ISO's place and problems; with `deep` also its content, against its own hash and against checksum files beside it. */
export async function checkRecords(
  isos: readonly IsoRecord[],
  data: WritableVolume,
  deep: boolean,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  const published = deep ? await checksumsFor(isos, data) : undefined;
  for (const iso of isos) {
    job.signal.throwIfAborted();
    const sums = published && (published.sums.get(iso.path) ?? []);
    found.push(...(await checkIso(iso, data, sums, job)));
  }
  if (published !== undefined) found.push(...checksumProblems(published));
  return found;
}

async function checkIso(
  iso: IsoRecord,
  data: WritableVolume,
  sums: readonly PublishedSum[] | undefined,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const entry = await data.find(iso.path);
  if (entry === undefined) {
    return [warning("iso-gone", say.isoGone(iso.path), iso.path, say.refresh(), "menu")];
  }
  const extents = entry.sizeBytes === 0 ? [] : ((await data.extents(iso.path)) ?? null);
  const found: VerifyFinding[] = [];
  const same = sameFile(iso, entry, extents);
  if (!same)
    found.push(warning("iso-moved", say.isoMoved(iso.path), iso.path, say.refresh(), "menu"));
  for (const { id, severity, text } of iso.problems) {
    // An ISO that can't boot is no damage of the stick.
    const level = severity === "error" ? "warning" : severity;
    found.push({ id, severity: level, what: text, where: iso.path, fix: say.seeScan() });
  }
  // A file that the user replaced has another hash, and is no damage.
  if (sums !== undefined && same) found.push(...(await checkContent(iso, sums, data, job)));
  return found;
}

async function checksumsFor(isos: readonly IsoRecord[], data: WritableVolume): Promise<Published> {
  return findPublished(
    isos.map(({ path }) => path),
    data,
  );
}

function checksumProblems({ orphans, unreadable }: Published): VerifyFinding[] {
  return [
    ...[...orphans].map(([path, image]) =>
      warning("checksum-orphan", say.checksumOrphan(path, image), path, say.removeOrCopy()),
    ),
    ...unreadable.map(({ path, reason }) =>
      warning("checksum-unreadable", say.checksumUnreadable(path, reason), path, say.copyAgain()),
    ),
  ];
}

/** The hook writes nothing to a file that isn't where the menu says: its changes would be lost unheard. */
export async function checkPersistence(isos: readonly IsoRecord[], data: WritableVolume) {
  const now = await attachPersistence(isos.map(asFound), data);
  return isos.flatMap(({ path, persistenceFile }, index): VerifyFinding[] => {
    const { list: _list, ...before }: Partial<PersistenceFile> = persistenceFile ?? {};
    const after = now[index]?.persistenceFile ?? {};
    if (sameJson(before, after)) return [];
    return [warning("persistence-moved", say.persistenceMoved(path), path, say.refresh(), "menu")];
  });
}

/** ISOs that lie on the stick and aren't in the menu. */
export async function checkNew(isos: readonly IsoRecord[], data: WritableVolume) {
  const known = new Set(isos.map(({ path }) => path));
  const fresh = (await findIsos(data)).filter(({ path }) => !known.has(path));
  return fresh.map(({ path }) => warning("iso-new", say.isoNew(path), path, say.refresh(), "menu"));
}

/** The kernels and initrds of ISOs in several pieces, and what the settings bring into initrds. */
export async function checkCopies(
  isos: readonly IsoRecord[],
  { bootVolume, manifest }: Stick,
): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  const part = menuPartOf(manifest);
  for (const iso of isos) {
    for (const path of singleFilesOf(iso)) {
      if ((await bootVolume.find(path)) !== undefined) continue;
      found.push(error("copy-missing", say.fileMissing(path, part), path, say.refresh(), "menu"));
    }
  }
  return found;
}
