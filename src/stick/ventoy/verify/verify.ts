/**
 * `verify` of a Ventoy stick, whoever made it: table, Ventoy's own check of its device, boot code and core image, Ventoy's partition and
 * the user's; with a release, all that is Ventoy's byte for byte. Reads only.
 */
import type { ByteRange } from "../../../block/byte-range.ts";
import { readBytes } from "../../../block/byte-range.ts";
import { leadsToLifeboat } from "../../../boot/ventoy/chain/partition.ts";
import type { DeviceCheck } from "../../../boot/ventoy/device-check.ts";
import { OF_THE_LAYOUT, VENTOY_CHECK } from "../../../boot/ventoy/device-check.ts";
import { VENTOY_SECTOR, coreRun } from "../../../boot/ventoy/geometry.ts";
import type { VentoyRelease } from "../../../boot/ventoy/release/release.ts";
import { readGpt } from "../../../disks/gpt/read.ts";
import { GPT_ATTRIBUTE, GPT_TYPE } from "../../../disks/gpt/types.ts";
import type { PartitionReport } from "../../../disks/partitions.ts";
import { readPartitions } from "../../../disks/partitions.ts";
import { recognise } from "../../../filesystems/recognise.ts";
import { failureOf } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import { checkVolume, checkerOf } from "../../verify/file-systems.ts";
import type { VerifyFinding } from "../../verify/finding.ts";
import { error, info, warning } from "../../verify/finding.ts";
import type { VerifyResult } from "../../verify/verify.ts";
import { resultOf } from "../../verify/verify.ts";
import { checkEspVolume } from "./check-esp.ts";
import { compareWithRelease } from "./compare.ts";
import { openUserVolume } from "../inspect.ts";
import { gapBefore } from "../upgrade/layout.ts";
import { interruptionOf } from "../interrupted.ts";
import { CUT_SHORT } from "../upgrade/new-stage.ts";
import { SOME_ARCHIVE, say } from "../upgrade/messages.ts";
import { sliceOf } from "../recognise.ts";
import type { VentoySurvey } from "../survey.ts";
import { say as sayChain } from "../chain/messages.ts";
import { say as sayVerify } from "./messages.ts";

/** boot.img names the core image's first sector here, the core image's first sector where the rest lies: both in 64 bits. */
const KERNEL_SECTOR_AT = 0x5c;
const BLOCK_LIST_AT = VENTOY_SECTOR - 12;
/** Of the first two entries of an MBR. */
const STATUS_AT = [446, 462] as const;
const ACTIVE = 0x80;

/**
 * @param path of `disk`, for the commands that findings name.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function verifyVentoy(
  disk: ByteRange,
  path: string,
  survey: VentoySurvey,
  release: VentoyRelease | undefined,
  job: JobContext,
): Promise<VerifyResult> {
  const upgrade = sayVerify.upgrade(path, release?.archive ?? SOME_ARCHIVE);
  const { interrupted } = survey;
  const tables = await checkTable(disk, survey, upgrade);
  const findings: VerifyFinding[] = [];
  if (interrupted === undefined) {
    findings.push(...tables);
    findings.push(
      ...survey.deviceCheck.flatMap((one) => ofDeviceCheck(one, path, survey, upgrade)),
    );
    findings.push(...(await checkBootArea(disk, path, survey, upgrade)));
    if (survey.volume !== undefined) {
      findings.push(...(await checkEspVolume(sliceOf(disk, survey.esp), survey.volume, upgrade)));
    }
    if (survey.version === undefined) {
      findings.push(warning("ventoy-version-unknown", sayVerify.noVersion(), WHERE.esp, upgrade));
    }
    if (release !== undefined) {
      findings.push(...(await compareWithRelease(disk, survey, release, upgrade)));
    }
  } else {
    // Everything else about Ventoy's part follows from it.
    const { id, what, fix } = interruptionOf(path, interrupted);
    findings.push(error(id, what, WHERE.esp, fix));
    // Before the table is Ventoy's, its entry isn't either.
    const left = tables.filter((one) => interrupted.was === undefined || one.id !== "ventoy-entry");
    findings.push(...left.map((one) => (CUT_SHORT.test(one.id) ? { ...one, fix } : one)));
  }
  if (survey.chain === undefined) findings.push(...(await checkUserVolume(disk, survey, job)));
  return resultOf(findings);
}

/**
 * Of a stick that says that Ventoy starts it, and whose Ventoy can't be found: its table, and that.
 * @throws LifeboatError only where the medium itself can't be read.
 */
export async function verifyLostVentoy(disk: ByteRange, path: string): Promise<VerifyFinding[]> {
  const lost = error("ventoy-lost", say.lost(path), WHERE.esp, say.lostHint(path));
  return [...ofTable(await readPartitions(disk)), lost];
}

const WHERE = {
  table: "partition table",
  boot: "LBA 0",
  esp: "partition 2",
  own: "partition 3",
  data: "data",
} as const;

async function checkTable(
  disk: ByteRange,
  { scheme, esp, chain }: VentoySurvey,
  upgrade: VerifyFinding["fix"],
): Promise<VerifyFinding[]> {
  // The table itself is looked at with the rest of lifeboat's stick.
  const found = chain === undefined ? ofTable(await readPartitions(disk)) : [];
  if (scheme === "gpt") {
    const { table } = await readGpt(disk);
    const entry = table?.partitions.find(({ number }) => number === esp.number);
    const isRight =
      entry?.type === GPT_TYPE.microsoftBasicData &&
      entry.attributes === GPT_ATTRIBUTE.noDriveLetter;
    if (!isRight) found.push(warning("ventoy-entry", sayVerify.entry(), WHERE.table, upgrade));
    return found;
  }
  const sector = await readBytes(disk, 0, VENTOY_SECTOR);
  const [first, second] = STATUS_AT.map((at) => sector[at]);
  if (first !== ACTIVE && second === ACTIVE) {
    found.push(warning("ventoy-active", sayVerify.active(), WHERE.table, upgrade));
  }
  return found;
}

function ofTable({ scheme, findings }: PartitionReport): VerifyFinding[] {
  return findings.map(({ level, code, text, hint }): VerifyFinding => {
    const fix = hint ?? sayVerify.repairTable(scheme);
    return { id: code, severity: level, what: text, where: WHERE.table, fix };
  });
}

function ofDeviceCheck(
  { code, ok, what }: DeviceCheck,
  path: string,
  survey: VentoySurvey,
  upgrade: VerifyFinding["fix"],
): VerifyFinding[] {
  if (ok) return [];
  const isGap = code === VENTOY_CHECK.efiPlace && gapBefore(survey) > 0;
  const layout = isGap ? say.gapHint(path, survey.esp.startLba - 1) : sayVerify.rebuild(path);
  const fix = OF_THE_LAYOUT.includes(code) ? layout : upgrade;
  const where = code === VENTOY_CHECK.bootSector ? WHERE.boot : WHERE.esp;
  return [error("ventoy-device-check", sayVerify.deviceCheck(code, what), where, fix)];
}

/** That each part of the chain leads to the next one, which lies elsewhere in a GPT than behind an MBR. */
async function checkBootArea(
  disk: ByteRange,
  path: string,
  { scheme, chain, chainUnreadable, volume }: VentoySurvey,
  upgrade: VerifyFinding["fix"],
): Promise<VerifyFinding[]> {
  const { startLba } = coreRun(scheme);
  const started = chain?.coreLba ?? startLba;
  const boot = await readBytes(disk, 0, VENTOY_SECTOR);
  const core = await readBytes(disk, startLba * VENTOY_SECTOR, VENTOY_SECTOR);
  const found: VerifyFinding[] = [];
  const leadsTo = (sector: Buffer, at: number) => sector.readBigUInt64LE(at);
  const atFirst = leadsTo(boot, KERNEL_SECTOR_AT);
  if (chain !== undefined && (atFirst === BigInt(startLba) || !(await leadsOn(volume)))) {
    const what = sayVerify.startsByVentoy();
    found.push(error("ventoy-chain-lost", what, WHERE.esp, upgrade));
  } else if (chainUnreadable) {
    const fix = sayChain.unreadableHint(path);
    found.push(error("ventoy-chain-unreadable", sayChain.unreadable(), WHERE.own, fix));
  } else if (atFirst !== BigInt(started)) {
    const what = sayVerify.bootCodeLeadsElsewhere(atFirst, started);
    found.push(error("ventoy-boot-code", what, WHERE.boot, upgrade));
  }
  if (leadsTo(core, BLOCK_LIST_AT) !== BigInt(startLba + 1)) {
    const what = sayVerify.coreLeadsElsewhere(leadsTo(core, BLOCK_LIST_AT), startLba + 1);
    found.push(error("ventoy-core-image", what, `LBA ${startLba}`, upgrade));
  }
  return found;
}

/** A partition that can't be read is told of otherwise. */
async function leadsOn(volume: VentoySurvey["volume"]): Promise<boolean> {
  try {
    return volume === undefined || (await leadsToLifeboat(volume));
  } catch (cause) {
    failureOf(cause);
    return true;
  }
}

async function checkUserVolume(
  disk: ByteRange,
  survey: VentoySurvey,
  job: JobContext,
): Promise<VerifyFinding[]> {
  const range = sliceOf(disk, survey.data);
  const found = await recognise(range);
  const checker = found === undefined ? undefined : await checkerOf(found);
  if (checker !== undefined) {
    const findings = await checkVolume({ part: "data", range, ...checker }, job);
    // What lifeboat doesn't repair, "build" is no help for: it would make a stick of lifeboat's own.
    return findings.map((one) =>
      one.repair === undefined ? { ...one, fix: sayVerify.checkData() } : one,
    );
  }
  const { volume, failure } = await openUserVolume(disk, survey);
  if (failure !== undefined) {
    return [
      error(
        "data-unreadable",
        sayVerify.unreadable(failure.text),
        WHERE.data,
        sayVerify.checkData(),
      ),
    ];
  }
  if (volume === undefined) {
    const what = sayVerify.unknownFileSystem();
    return [info("data-unknown-file-system", what, WHERE.data, sayVerify.leave())];
  }
  return [];
}
