/**
 * `verify`: holds a stick against what lifeboat knows of it. Tables, boot code, every file of the boot stage, menu, each ISO's
 * place; `deep` also reads and hashes every ISO. Reads only.
 */
import { readBytes } from "../block/byte-range.ts";
import { BOOT_CODE_BYTES } from "../boot/bios-stage.ts";
import { sha256Of } from "../boot/kit/kit.ts";
import { readPartitions } from "../disks/partitions.ts";
import type { WritableVolume } from "../filesystems/volume.ts";
import type { RecipeLibrary } from "../iso/recipes/library.ts";
import { areWhole } from "../menu/dynamic/script.ts";
import { LifeboatError } from "../system/errors.ts";
import type { JobContext } from "../system/progress.ts";
import type { Run } from "../system/run.ts";
import { MIB } from "../system/sizes.ts";
import { checkContent } from "./checksums/check.ts";
import { findPublished } from "./checksums/find.ts";
import type { Published, PublishedSum } from "./checksums/find.ts";
import { findIsos, sameFile } from "./collect.ts";
import { readWhole } from "./esp.ts";
import type { IsoRecord, PersistenceFile } from "./manifest.ts";
import { sameJson } from "./manifest.ts";
import { readActiveSlot, readSlot, sameTexts } from "./menu-slots.ts";
import { checkOwnLoaders } from "./own-loaders/verify.ts";
import { splitTexts, textsOfRecords } from "./slot-texts.ts";
import { attachPersistence } from "./persistence/attach.ts";
import { extraFiles } from "./extras/place.ts";
import { checkSettings } from "./settings/verify.ts";
import type { VerifyFinding } from "./verify-finding.ts";
import { error, warning } from "./verify-finding.ts";
import { say } from "./verify-messages.ts";
import { checkRecipes } from "./verify-recipes.ts";
import type { Stick } from "./stick.ts";
import { openDataToRead } from "./stick.ts";

export interface VerifyResult {
  /** No errors. */
  readonly ok: boolean;
  readonly findings: readonly VerifyFinding[];
}

export interface VerifyOptions {
  /** Also reads and hashes every ISO. */
  readonly deep: boolean;
  /** lifeboat's own: with them the user's are held against the schema, and the menu against all of them. */
  readonly recipes?: RecipeLibrary;
}

export async function verifyStick(
  stick: Stick,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyResult> {
  const findings = [
    ...(await checkTables(stick)),
    ...(await checkBios(stick)),
    ...(await checkStage(stick)),
    ...(await checkIsos(stick, options, run, job)),
  ];
  return { ok: findings.every(({ severity }) => severity !== "error"), findings };
}

async function checkTables({ disk, manifest }: Stick): Promise<VerifyFinding[]> {
  const { findings, scheme, diskId, partitions } = await readPartitions(disk);
  const found = findings.map(({ level, code, text, hint }): VerifyFinding => {
    return {
      id: code,
      severity: level,
      what: text,
      where: "partition table",
      fix: hint ?? say.rebuild(),
    };
  });
  // By these the initrd hook knows the stick.
  const known =
    scheme === "gpt"
      ? partitions.find(({ number }) => number === 1)?.name === manifest.name
      : diskId.toLowerCase() === manifest.diskId.toLowerCase();
  if (known && scheme === manifest.scheme) return found;
  const renamed = error("stick-renamed", say.renamed(manifest.name), "partition 1", say.rename());
  return [...found, renamed];
}

async function checkBios({ disk, manifest }: Stick): Promise<VerifyFinding[]> {
  const { bios } = manifest.bootStage;
  if (bios === undefined) return [];
  const found: VerifyFinding[] = [];
  const code = await readBytes(disk, 0, BOOT_CODE_BYTES);
  if (sha256Of(code) !== bios.bootCode) {
    found.push(error("boot-code-changed", say.bootCodeChanged(), "LBA 0", say.rebuild()));
  }
  // The length comes from the stick: no more is read than the gap before the first partition holds.
  const core = await readBytes(disk, bios.coreLba * 512, Math.min(bios.coreBytes, MIB));
  if (sha256Of(core) !== bios.core) {
    found.push(
      error("core-image-changed", say.coreChanged(), `LBA ${bios.coreLba}`, say.rebuild()),
    );
  }
  return found;
}

async function checkStage({ esp, manifest }: Stick): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  for (const [path, sha256] of Object.entries(manifest.bootStage.files)) {
    const data = await readWhole(esp, path).catch(() => undefined);
    if (data === undefined) {
      found.push(error("stage-file-missing", say.fileMissing(path), path, say.rebuild()));
    } else if (sha256Of(data) !== sha256) {
      found.push(error("stage-file-changed", say.fileChanged(path), path, say.rebuild()));
    }
  }
  return found;
}

async function checkIsos(
  stick: Stick,
  options: VerifyOptions,
  run: Run,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const { deep } = options;
  const active = await readActiveSlot(stick.esp);
  const slot = await readSlot(stick.esp, active);
  if (slot === undefined) {
    return [error("menu-damaged", say.menuDamaged(), `menu-${active}`, say.refresh())];
  }
  const { isos } = slot.records;
  const found: VerifyFinding[] = [];
  const { compiled, others: texts } = splitTexts(slot.texts);
  const { menu } = slot;
  if (!sameTexts(textsOfRecords(slot.records, stick), { menu, texts }) || !areWhole(compiled)) {
    found.push(warning("menu-differs", say.menuDiffers(), `menu-${active}`, say.refresh()));
  }
  try {
    const data = await openDataToRead(stick, run);
    const published = deep ? await checksumsFor(isos, data) : undefined;
    for (const iso of isos) {
      job.signal.throwIfAborted();
      const sums = published && (published.sums.get(iso.path) ?? []);
      found.push(...(await checkIso(iso, data, sums, job)));
    }
    if (published !== undefined) found.push(...checksumProblems(published));
    found.push(...(await checkPersistence(isos, data)));
    found.push(...(await checkNew(isos, data)), ...(await checkCopies(isos, stick)));
    found.push(...(await checkOwnLoaders(isos, stick)));
    found.push(...(await checkSettings(slot.records, stick, data, job)));
    if (options.recipes !== undefined) {
      found.push(...(await checkRecipes(slot.records, options.recipes, data)));
    }
  } catch (cause) {
    if (!(cause instanceof LifeboatError) || cause.kind === "cancelled") throw cause;
    found.push(error("data-unreadable", say.dataUnreadable(cause.text), "data", say.repairData()));
  }
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
async function checkPersistence(isos: readonly IsoRecord[], data: WritableVolume) {
  const now = await attachPersistence(isos, data);
  return isos.flatMap(({ path, persistenceFile }, index): VerifyFinding[] => {
    const { list: _list, ...before }: Partial<PersistenceFile> = persistenceFile ?? {};
    const after = now[index]?.persistenceFile ?? {};
    if (sameJson(before, after)) return [];
    return [warning("persistence-moved", say.persistenceMoved(path), path, say.refresh())];
  });
}

/** ISOs that lie on the stick and aren't in the menu. */
async function checkNew(isos: readonly IsoRecord[], data: WritableVolume) {
  const known = new Set(isos.map(({ path }) => path));
  const fresh = (await findIsos(data)).filter(({ path }) => !known.has(path));
  return fresh.map(({ path }) => warning("iso-new", say.isoNew(path), path, say.refresh()));
}

/** The kernels and initrds of ISOs in several pieces, and what the settings bring into initrds. */
async function checkCopies(isos: readonly IsoRecord[], { esp }: Stick): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  for (const iso of isos) {
    const { copies = {}, extentList, persistenceFile } = iso;
    const lists = [extentList, persistenceFile?.list].filter((path) => path !== undefined);
    for (const path of [...Object.values(copies), ...lists, ...extraFiles(iso)]) {
      if ((await esp.find(path)) !== undefined) continue;
      found.push(error("copy-missing", say.fileMissing(path), path, say.refresh()));
    }
  }
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
    return [warning("iso-gone", say.isoGone(iso.path), iso.path, say.refresh())];
  }
  const extents = entry.sizeBytes === 0 ? [] : ((await data.extents(iso.path)) ?? null);
  const found: VerifyFinding[] = [];
  const same = sameFile(iso, entry, extents);
  if (!same) found.push(warning("iso-moved", say.isoMoved(iso.path), iso.path, say.refresh()));
  for (const { id, severity, text } of iso.problems) {
    // An ISO that can't boot is no damage of the stick.
    const level = severity === "error" ? "warning" : severity;
    found.push({ id, severity: level, what: text, where: iso.path, fix: say.seeScan() });
  }
  // A file that the user replaced has another hash, and is no damage.
  if (sums !== undefined && same) found.push(...(await checkContent(iso, sums, data, job)));
  return found;
}
