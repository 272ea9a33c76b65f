/** Planning a Ventoy stick as Ventoy's own installer makes it: reads, writes nothing, and returns plain data that `installVentoy` executes. */
import { randomBytes } from "node:crypto";
import { DISK_SIGNATURE_BYTES, DISK_UUID_BYTES } from "../../../boot/ventoy/boot-area.ts";
import type { VentoyGeometry, VentoyScheme } from "../../../boot/ventoy/geometry.ts";
import { ventoyGeometry } from "../../../boot/ventoy/geometry.ts";
import type { Language, Text } from "../../../system/text.ts";
import type { PlannedFile } from "../../build/plan.ts";
import { checkLabel, checkRoom, planFiles, refuseTargetAsSource } from "../../build/plan.ts";
import type { StickLayout } from "../../layout.ts";
import type { Target } from "../../target.ts";
import { say } from "./messages.ts";

/** The label of partition 1 where none is asked for. */
export const DEFAULT_LABEL = "Ventoy";

export interface VentoyBuildOptions {
  readonly scheme: VentoyScheme;
  /** Left free behind partition 2, in whole MiB; 0: nothing. */
  readonly reserveBytes: number;
  readonly label: string;
  /** False: without the files that start it under Secure Boot. */
  readonly secureBoot: boolean;
  readonly isos: readonly string[];
  /** lifeboat's menu beside Ventoy's; undefined: none, and the bytes are those of Ventoy's own installer. */
  readonly menu?: PlannedMenu;
}

export interface PlannedMenu {
  readonly language: Language;
  /** Whether Ventoy opens it by itself, and not only when F6 is pressed. */
  readonly first: boolean;
  /** Room that it takes on the data partition. */
  readonly bytes: number;
}

/** What of a release a plan names. */
export interface ReleaseName {
  /** Path of the archive. */
  readonly archive: string;
  readonly archiveSha256: string;
  readonly version: string;
}

export interface VentoyPlan {
  readonly target: Target;
  readonly layout: StickLayout;
  readonly fileSystem: "exfat";
  readonly clusterBytes: number;
  readonly label: string;
  readonly secureBoot: boolean;
  readonly reserveBytes: number;
  /** GUID for GPT, eight hex digits for MBR. */
  readonly diskId: string;
  /** Bytes 0x180–0x18F of the first sector, by which Ventoy knows its disk: 32 hex digits. */
  readonly ventoyUuid: string;
  /** Bytes 0x1B8–0x1BB, as they lie there: 8 hex digits. */
  readonly diskSignature: string;
  /** Ventoy and its version. */
  readonly name: string;
  readonly release: ReleaseName;
  readonly files: readonly PlannedFile[];
  readonly menu?: PlannedMenu;
  readonly notes: readonly Text[];
}

/**
 * @param newGuid gives the GPT's GUID; a test supplies its own.
 * @throws LifeboatError `bad-label`; what `ventoyGeometry` throws; `target-too-small`, `same-name`, `no-such-file`,
 * `source-is-target` for the files.
 */
export async function planVentoy(
  target: Target,
  { archive, archiveSha256, version }: ReleaseName,
  options: VentoyBuildOptions,
  newGuid: () => string,
): Promise<VentoyPlan> {
  const { scheme, reserveBytes, label, secureBoot, isos } = options;
  checkLabel(label);
  const geometry = geometryFor(target, scheme, reserveBytes);
  const layout = layoutOf(geometry);
  const { files, notes } = await planFiles(isos, "exfat", "/");
  await refuseTargetAsSource(target.path, [...isos, archive]);
  const menu = options.menu && { source: "", path: "/lifeboat", sizeBytes: options.menu.bytes };
  checkRoom(layout, "exfat", menu === undefined ? files : [...files, menu]);
  const signature = randomBytes(DISK_SIGNATURE_BYTES);
  const mbrId = signature.readUInt32LE().toString(16).toUpperCase().padStart(8, "0");
  return {
    target,
    layout,
    fileSystem: "exfat",
    clusterBytes: geometry.clusterBytes,
    label,
    secureBoot,
    reserveBytes,
    diskId: scheme === "gpt" ? newGuid() : mbrId,
    ventoyUuid: randomBytes(DISK_UUID_BYTES).toString("hex"),
    diskSignature: signature.toString("hex"),
    name: `Ventoy ${version}`,
    release: { archive, archiveSha256, version },
    files,
    ...(options.menu && { menu: options.menu }),
    notes: secureBoot ? [...notes, say.enrolment()] : notes,
  };
}

function geometryFor(
  { sizeBytes, sectorSize }: Target,
  scheme: VentoyScheme,
  reserveBytes: number,
): VentoyGeometry {
  const totalSectors = Math.floor(sizeBytes / sectorSize);
  return ventoyGeometry({ totalSectors, sectorSize, scheme, reserveBytes });
}

/** In the terms of all sticks: Ventoy's partition 2 is what its computers start from. */
function layoutOf({ scheme, totalSectors, data, efi, core }: VentoyGeometry): StickLayout {
  return {
    scheme,
    sectorSize: 512,
    totalSectors,
    partitions: [
      { number: 1, role: "data", ...data },
      { number: 2, role: "esp", ...efi },
    ],
    core,
  };
}
