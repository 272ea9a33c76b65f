/** `adopt`, planned: what a stick that somebody else made becomes, and everything that is written for it. Reads only. */
import { randomBytes } from "node:crypto";
import type { ByteRange } from "../../block/byte-range.ts";
import type { BiosStage } from "../../boot/bios-stage.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import { readGpt } from "../../disks/gpt/read.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { FileToMove } from "../../filesystems/exfat/index.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { MIB } from "../../system/sizes.ts";
import type { Language, Text } from "../../system/text.ts";
import { describeBootStage } from "../boot-stage.ts";
import type { StageSource } from "../build/stage-source.ts";
import { openDataVolume } from "../data/volume.ts";
import type { DataFileSystem, PlannedPartition, StickLayout } from "../layout.ts";
import { CORE_LBA, MBR_SECTORS_LIMIT, tailSectors } from "../layout.ts";
import type { StickManifest } from "../manifest.ts";
import { STICK_FORMAT } from "../manifest.ts";
import { say as stickSay } from "../messages.ts";
import type { Target } from "../target.ts";
import { say } from "./messages.ts";
import type { EspRoom, RoomFrom } from "./room.ts";
import { findEspRoom, leastEspBytes, wantedEspBytes } from "./room.ts";
import type { VolumeCut } from "./cut.ts";
import { rehearseCut } from "./cut.ts";
import type { Survey } from "./survey.ts";
import { sliceOf } from "../ventoy/recognise.ts";
import { refusal, surveyDisk } from "./survey.ts";
import { examineVolume, filesBehind } from "./volume.ts";

export interface AdoptOptions {
  readonly secureBoot: boolean;
  readonly language: Language;
  /** For a disk without an MBR signature; default: a new one. */
  readonly newSignature?: string;
}

export interface AdoptTools {
  readonly stage: StageSource;
  readonly run: Run;
}

/** Plain data: what `--dry-run` shows is what is carried out. */
export interface AdoptPlan {
  readonly target: Target;
  readonly layout: StickLayout;
  readonly fileSystem: DataFileSystem;
  readonly secureBoot: boolean;
  readonly language: Language;
  /** The disk's own: a GUID, or eight hex digits of an MBR. */
  readonly diskId: string;
  /** `LIFEBOAT-` and eight hex digits of `diskId`. */
  readonly name: string;
  /** Ventoy made it, and doesn't start from it any more. */
  readonly ventoy: boolean;
  /** Where the boot partition's room comes from. */
  readonly room: RoomFrom;
  /** Files of the data partition that are moved away from its end first. */
  readonly moves: readonly FileToMove[];
  readonly data: {
    /** In the table that is there; 1 in the new one. */
    readonly number: number;
    readonly sectorsBefore: number;
    readonly sectorsAfter: number;
  };
  readonly notes: readonly Text[];
}

/** A plan with the bytes that carry it out. */
export interface PreparedAdoption {
  readonly plan: AdoptPlan;
  readonly stageFiles: readonly StageFile[];
  /** Undefined where a BIOS can't start from this disk. */
  readonly bios: BiosStage | undefined;
  readonly manifest: StickManifest;
  /** The data partition keeps it: systems know it by that. Undefined with an MBR. */
  readonly dataGuid: string | undefined;
  /** Undefined where the file system stays as large as it is, and where files have to be moved first. */
  readonly cut: VolumeCut | undefined;
}

/** BIOS boot partition and gap end where the first partition begins as everybody lays disks out. */
const GAP_END_BYTES = MIB;
/** What menus and folders are always left (esp/store.ts). */
const ROOM_FOR_MENUS = 8 * MIB;
const MOST_NAMED = 8;

/**
 * @param disk of `target`.
 * @throws LifeboatError what `surveyDisk` and `examineVolume` refuse; `adopt-no-gap`, `adopt-no-room`, `exfat-lost-clusters` (refused);
 * `kit-file-missing`, `kit-file-changed`.
 */
export async function planAdoption(
  disk: ByteRange,
  target: Target,
  options: AdoptOptions,
  tools: AdoptTools,
  job: JobContext,
): Promise<PreparedAdoption> {
  job.report({ kind: "step", text: say.looking() });
  const { secureBoot, language } = options;
  const survey = await surveyDisk(disk, target.path);
  const { scheme, data, fileSystem } = survey;
  const diskId = /^0+$/.test(survey.diskId)
    ? (options.newSignature ?? randomBytes(4).toString("hex").toUpperCase())
    : survey.diskId;
  const name = `LIFEBOAT-${diskId.slice(0, 8).toUpperCase()}`;
  const bios = await planBios(disk, survey, tools.stage, target.path);
  const stageFiles = await tools.stage.files({ secureBoot, language, stickName: name });
  const room = await findRoom(disk, survey, stageFiles, target.path, tools.run, job);
  const dataRange = sliceOf(disk, data);
  const cut =
    room.from === "file-system" && room.moves.length === 0
      ? await rehearseCut(fileSystem, dataRange, room.dataSectors * disk.sectorSize, job)
      : undefined;
  const notes = notesOf(survey, disk, room, diskId);
  const plan: AdoptPlan = {
    target,
    layout: layoutOf(disk, survey, room),
    fileSystem,
    secureBoot,
    language,
    diskId,
    name,
    ventoy: survey.ventoy !== undefined,
    room: room.from,
    moves: room.moves,
    data: {
      number: data.number,
      sectorsBefore: data.sectors,
      sectorsAfter: room.dataSectors,
    },
    notes,
  };
  const manifest: StickManifest = {
    format: STICK_FORMAT,
    lifeboat: tools.stage.lifeboat,
    name,
    scheme,
    diskId,
    fileSystem,
    secureBoot,
    language,
    bootStage: describeBootStage(tools.stage.versions, stageFiles, bios),
  };
  const table = scheme === "gpt" ? (await readGpt(disk)).table : undefined;
  const dataGuid = table?.partitions.find(({ number }) => number === data.number)?.guid;
  return { plan, stageFiles, bios, manifest, dataGuid, cut };
}

/** Room for the core image; undefined on sectors that no BIOS reads. */
function coreRoom({ sectorSize }: ByteRange, { data }: Survey): StickLayout["core"] {
  if (sectorSize !== 512) return undefined;
  const end = Math.min(data.startLba, GAP_END_BYTES / sectorSize);
  return { startLba: CORE_LBA, sectors: Math.max(0, end - CORE_LBA) };
}

async function planBios(
  disk: ByteRange,
  survey: Survey,
  stage: StageSource,
  path: string,
): Promise<BiosStage | undefined> {
  const { data, scheme } = survey;
  const least = tailSectors("gpt", disk.sectorSize) + 1;
  const tooEarly = refusal("adopt-no-gap", say.noGap(data.startLba), say.buildHint(path));
  if (scheme === "gpt" && data.startLba < least) throw tooEarly;
  const core = coreRoom(disk, survey);
  if (core === undefined) return undefined;
  if (core.sectors === 0) throw tooEarly;
  try {
    return await stage.bios(core, scheme);
  } catch (error) {
    if (error instanceof LifeboatError && error.code === "core-too-large") throw tooEarly;
    throw error;
  }
}

function layoutOf(disk: ByteRange, survey: Survey, room: FoundRoom): StickLayout {
  const { sectorSize } = disk;
  const core = coreRoom(disk, survey);
  const { scheme, data } = survey;
  const partitions: PlannedPartition[] = [
    { number: 1, role: "data", startLba: data.startLba, sectors: room.dataSectors },
    { number: 2, role: "esp", ...room.esp },
  ];
  if (scheme === "gpt" && core !== undefined) {
    partitions.push({ number: 3, role: "bios-boot", ...core });
  }
  const totalSectors = Math.floor(disk.size / sectorSize);
  return { scheme, sectorSize, totalSectors, partitions, core };
}

interface FoundRoom extends EspRoom {
  readonly moves: readonly FileToMove[];
}

async function findRoom(
  disk: ByteRange,
  survey: Survey,
  stageFiles: readonly StageFile[],
  path: string,
  run: Run,
  job: JobContext,
): Promise<FoundRoom> {
  const { data, fileSystem, ventoy, scheme } = survey;
  const { sectorSize } = disk;
  const range = sliceOf(disk, data);
  const volume = await examineVolume(fileSystem, range, data.number, job);
  const totalSectors = Math.floor(disk.size / sectorSize);
  const reached = scheme === "mbr" ? Math.min(totalSectors, MBR_SECTORS_LIMIT) : totalSectors;
  const endLba = reached - tailSectors(scheme, sectorSize);
  const kept = ventoy !== undefined && ventoy.startLba > data.startLba ? ventoy : undefined;
  const about = { sectorSize, endLba, data, kept };
  const found = findEspRoom({ ...about, ...volume });
  // An upgrade puts the new stage beside the old one.
  const stageBytes = stageFiles.reduce((sum, file) => sum + file.data.length, 0);
  const needed = 2 * stageBytes + ROOM_FOR_MENUS;
  const isEnough = (room: EspRoom) => room.esp.sectors * sectorSize >= needed;
  if (found !== undefined && isEnough(found)) return { ...found, moves: [] };
  const border = (kept?.startLba ?? endLba) - data.startLba;
  const from = Math.max(0, border * sectorSize - wantedEspBytes(sectorSize));
  if (fileSystem === "exfat") {
    const { planRelocation } = await import("../../filesystems/exfat/index.ts");
    const after = findEspRoom({ ...about, presentBytes: volume.presentBytes, leastBytes: from });
    const limit = (after?.dataSectors ?? 0) * sectorSize;
    const moves = limit === 0 ? undefined : await planRelocation(range, limit);
    if (after !== undefined && moves !== undefined && isEnough(after)) return { ...after, moves };
  }
  const text = say.noRoom(fileSystem, Math.max(needed, leastEspBytes(sectorSize)));
  if (fileSystem === "ext4") {
    throw refusal("adopt-no-room", text, say.ext4Hint(partitionPath(path, data.number)));
  }
  const place = { disk, path, startLba: data.startLba, sectors: data.sectors };
  const files = await filesBehind(await openDataVolume(fileSystem, place, range, run), from);
  const named = files.slice(0, MOST_NAMED);
  const hint =
    files.length === 0 ? say.inTheWayUnknown() : say.inTheWay(named, files.length - named.length);
  throw refusal("adopt-no-room", text, hint);
}

/** As Linux names it: `/dev/sdb1`, `/dev/mmcblk0p1`. For a hint. */
function partitionPath(path: string, number: number): string {
  return /\d$/.test(path) ? `${path}p${number}` : `${path}${number}`;
}

function notesOf(survey: Survey, disk: ByteRange, room: FoundRoom, diskId: string): Text[] {
  const { data, ventoy, reserved, fileSystem } = survey;
  const { sectorSize } = disk;
  const espBytes = room.esp.sectors * sectorSize;
  const movedBytes = room.moves.reduce((sum, file) => sum + file.sizeBytes, 0);
  return [
    ...(ventoy === undefined ? [] : [say.ventoyGivenUp(ventoy.number)]),
    ...reserved.map(({ number }) => say.reservedGivenUp(number)),
    ...(room.moves.length > 0 ? [say.moves(room.moves.length, movedBytes)] : []),
    ...(room.from === "file-system"
      ? [say.shrinks(fileSystem, data.sectors * sectorSize, room.dataSectors * sectorSize)]
      : []),
    ...(espBytes < wantedEspBytes(sectorSize) ? [say.smallEsp(espBytes)] : []),
    ...(diskId === survey.diskId ? [] : [say.signatureZero()]),
    ...(sectorSize === 512 ? [] : [stickSay.biosSkipped()]),
  ];
}
