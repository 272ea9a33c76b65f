/**
 * `verify`: holds a stick against what lifeboat knows of it. Tables, boot code, every file of the boot stage, menu, each ISO's
 * place; `deep` also reads and hashes every ISO. Reads only.
 */
import { createHash } from "node:crypto";
import { readBytes } from "../block/byte-range.ts";
import { BOOT_CODE_BYTES } from "../boot/bios-stage.ts";
import { sha256Of } from "../boot/kit/kit.ts";
import { readPartitions } from "../disks/partitions.ts";
import type { WritableVolume } from "../filesystems/volume.ts";
import { renderMenu } from "../menu/render.ts";
import { LifeboatError } from "../system/errors.ts";
import type { JobContext } from "../system/progress.ts";
import type { Run } from "../system/run.ts";
import { MIB } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import { findIsos, sameFile } from "./collect.ts";
import { readWhole } from "./esp.ts";
import type { IsoRecord } from "./manifest.ts";
import { menuOfStick } from "./menu.ts";
import { readActiveSlot, readSlot } from "./menu-slots.ts";
import { say } from "./verify-messages.ts";
import type { Stick } from "./stick.ts";
import { openDataToRead } from "./stick.ts";

export interface VerifyFinding {
  /** Stable kebab-case. */
  readonly id: string;
  readonly severity: "info" | "warning" | "error";
  readonly what: Text;
  /** Path, partition or structure. */
  readonly where: string;
  readonly fix: Text;
}

export interface VerifyResult {
  /** No errors. */
  readonly ok: boolean;
  readonly findings: readonly VerifyFinding[];
}

export async function verifyStick(
  stick: Stick,
  options: { readonly deep: boolean },
  run: Run,
  job: JobContext,
): Promise<VerifyResult> {
  const findings = [
    ...(await checkTables(stick)),
    ...(await checkBios(stick)),
    ...(await checkStage(stick)),
    ...(await checkIsos(stick, options.deep, run, job)),
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
  deep: boolean,
  run: Run,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const active = await readActiveSlot(stick.esp);
  const slot = await readSlot(stick.esp, active);
  if (slot === undefined) {
    return [error("menu-damaged", say.menuDamaged(), `menu-${active}`, say.refresh())];
  }
  const { isos } = slot.records;
  const found: VerifyFinding[] = [];
  const menu = renderMenu(
    menuOfStick(isos, stick.manifest, stick.hookPartition),
    stick.manifest.language,
  );
  if (menu !== slot.menu) {
    found.push(warning("menu-differs", say.menuDiffers(), `menu-${active}`, say.refresh()));
  }
  try {
    const data = await openDataToRead(stick, run);
    for (const iso of isos) {
      job.signal.throwIfAborted();
      found.push(...(await checkIso(iso, data, deep, job)));
    }
    found.push(...(await checkNew(isos, data)), ...(await checkCopies(isos, stick)));
  } catch (cause) {
    if (!(cause instanceof LifeboatError) || cause.kind === "cancelled") throw cause;
    found.push(error("data-unreadable", say.dataUnreadable(cause.text), "data", say.repairData()));
  }
  return found;
}

/** ISOs that lie on the stick and aren't in the menu. */
async function checkNew(isos: readonly IsoRecord[], data: WritableVolume) {
  const known = new Set(isos.map(({ path }) => path));
  const fresh = (await findIsos(data)).filter(({ path }) => !known.has(path));
  return fresh.map(({ path }) => warning("iso-new", say.isoNew(path), path, say.refresh()));
}

/** The kernels and initrds of ISOs in several pieces. */
async function checkCopies(isos: readonly IsoRecord[], { esp }: Stick): Promise<VerifyFinding[]> {
  const found: VerifyFinding[] = [];
  for (const { copies = {}, extentList } of isos) {
    for (const path of [...Object.values(copies), ...(extentList ? [extentList] : [])]) {
      if ((await esp.find(path)) !== undefined) continue;
      found.push(error("copy-missing", say.fileMissing(path), path, say.refresh()));
    }
  }
  return found;
}

async function checkIso(
  iso: IsoRecord,
  data: WritableVolume,
  deep: boolean,
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
  if (deep && same) found.push(...(await checkHash(iso, data, job)));
  return found;
}

async function checkHash(
  iso: IsoRecord,
  data: WritableVolume,
  job: JobContext,
): Promise<VerifyFinding[]> {
  try {
    const sha256 = await hashFile(iso.path, data, job);
    if (iso.sha256 === null) {
      const what = say.hashUnknown(iso.path, sha256);
      return [{ id: "hash-unknown", severity: "info", what, where: iso.path, fix: say.compare() }];
    }
    if (sha256 === iso.sha256) return [];
    return [error("iso-changed", say.isoChanged(iso.path), iso.path, say.copyAgain())];
  } catch (cause) {
    if (!(cause instanceof LifeboatError) || cause.kind === "cancelled") throw cause;
    return [error("iso-unreadable", cause.text, iso.path, say.copyAgain())];
  }
}

const CHUNK_BYTES = 4 * MIB;

async function hashFile(path: string, data: WritableVolume, job: JobContext): Promise<string> {
  const file = await data.open(path);
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    job.signal.throwIfAborted();
    const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, file.size - at));
    await file.read(at, chunk);
    hash.update(chunk);
    const doneBytes = at + chunk.length;
    job.report({ kind: "bytes", text: say.hashing(path), doneBytes, totalBytes: file.size });
  }
  return hash.digest("hex");
}

function error(id: string, what: Text, where: string, fix: Text): VerifyFinding {
  return { id, severity: "error", what, where, fix };
}

function warning(id: string, what: Text, where: string, fix: Text): VerifyFinding {
  return { id, severity: "warning", what, where, fix };
}
