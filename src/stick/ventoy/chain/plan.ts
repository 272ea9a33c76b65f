/** Planning a stick that starts by lifeboat and has Ventoy behind it: reads, writes nothing, and returns plain data. */
import { randomBytes } from "node:crypto";
import { DISK_UUID_BYTES } from "../../../boot/ventoy/boot-area.ts";
import type { Language } from "../../../system/text.ts";
import type { BuildPlan, ChainedVentoy } from "../../build/plan.ts";
import {
  assemblePlan,
  checkLabel,
  checkRoom,
  planFiles,
  refuseTargetAsSource,
} from "../../build/plan.ts";
import type { Scheme } from "../../layout.ts";
import type { Target } from "../../target.ts";
import { say as sayInstall } from "../install/messages.ts";
import type { ReleaseName } from "../install/plan.ts";
import { chainLayout } from "./layout.ts";
import { say } from "./messages.ts";

export interface ChainOptions {
  readonly scheme: Scheme;
  /** Left free behind all partitions, in whole MiB; 0: nothing. */
  readonly reserveBytes: number;
  readonly label: string;
  /** False: neither lifeboat nor Ventoy gets what Secure Boot needs. */
  readonly secureBoot: boolean;
  readonly isos: readonly string[];
  readonly language: Language;
}

export interface ChainPlan extends BuildPlan {
  readonly ventoy: ChainedVentoy;
}

/**
 * @param newGuid gives the GPT's GUID; a test supplies its own.
 * @throws LifeboatError `bad-label`; what `chainLayout` throws; `target-too-small`, `same-name`, `no-such-file`, `source-is-target` for the
 * files.
 */
export async function planChain(
  target: Target,
  { archive, archiveSha256, version }: ReleaseName,
  options: ChainOptions,
  newGuid: () => string,
): Promise<ChainPlan> {
  const { scheme, reserveBytes, label, secureBoot, isos, language } = options;
  checkLabel(label);
  const { sizeBytes, sectorSize } = target;
  const layout = chainLayout({ scheme, sizeBytes, sectorSize, reserveBytes });
  const { files, notes } = await planFiles(isos, "exfat", "/");
  await refuseTargetAsSource(target.path, [...isos, archive]);
  checkRoom(layout, "exfat", files);
  const stick = { fileSystem: "exfat", scheme, secureBoot, label, language } as const;
  const all = [...notes, ...(secureBoot ? [sayInstall.enrolment()] : []), say.otherFirmware()];
  const plan = assemblePlan(target, { ...stick, windowsBytes: 0 }, layout, {
    files,
    notes: all,
    newGuid,
  });
  const uuid = randomBytes(DISK_UUID_BYTES).toString("hex");
  return { ...plan, ventoy: { uuid, version, archive, archiveSha256, reserveBytes } };
}
