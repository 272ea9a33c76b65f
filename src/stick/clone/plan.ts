/** Planning clones: as a build is planned, with the source's ways and the layout for each target's own size. Writes nothing. */
import { LifeboatError } from "../../system/errors.ts";
import type { BuildPlan } from "../build/plan.ts";
import { assemblePlan, layOutFor } from "../build/plan.ts";
import { roomOn } from "../data/volume.ts";
import type { StickLayout } from "../layout.ts";
import { partitionOf } from "../layout.ts";
import type { Target } from "../target.ts";
import { say } from "./messages.ts";
import type { CloneSource } from "./source.ts";
import { lacksCore } from "./stage.ts";

/** What folders and the file system's own tables take beyond whole clusters, a little more than that. */
const MARGIN_BYTES = 2 << 20;
/** Of a name in its folder, with what NTFS keeps of a file besides. */
const ENTRY_BYTES = 1536;

/** @throws LifeboatError `target-too-small`, `mbr-too-large`. */
export async function planClone(
  source: CloneSource,
  target: Target,
  newGuid: () => string,
): Promise<BuildPlan> {
  const { stick, label, files, windowsBytes } = source;
  const { fileSystem, scheme, secureBoot, language } = stick.manifest;
  const options = { fileSystem, scheme, secureBoot, language, label, windowsBytes };
  const layout = layOutFor(target, options);
  await checkRoom(source, target, layout);
  const notes = [...source.notes, ...(lacksCore(stick, layout) ? [say.noCore()] : [])];
  return assemblePlan(target, options, layout, { files, notes, newGuid });
}

async function checkRoom(source: CloneSource, target: Target, layout: StickLayout): Promise<void> {
  const { stick, files, folders } = source;
  const { startLba, sectors } = partitionOf(layout, "data");
  const { sectorSize } = layout;
  const size = sectors * sectorSize;
  const { fileSystem } = stick.manifest;
  const room = await roomOn(fileSystem, { size, sectorSize }, startLba);
  // What lies in a volume has room in one that is as large, to the last cluster.
  const sourceBytes = stick.data.sectors * stick.disk.sectorSize;
  if (size >= sourceBytes && room.unitBytes <= source.unitBytes) return;
  const inUnits = (bytes: number) => Math.ceil(bytes / room.unitBytes) * room.unitBytes;
  const used = files.reduce((sum, { sizeBytes }) => sum + inUnits(sizeBytes), 0);
  const entries = (files.length + folders.length) * ENTRY_BYTES;
  const wanted = used + folders.length * room.unitBytes + entries + MARGIN_BYTES;
  if (wanted <= room.bytes) return;
  const needed = target.sizeBytes - room.bytes + wanted;
  const text = say.tooSmall(target.path, target.sizeBytes, used, needed);
  throw new LifeboatError("target-too-small", text, { kind: "refused", hint: say.tooSmallHint() });
}
