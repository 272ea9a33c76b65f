/** Carries out a build on its target: opens it, saves what can't be brought back, builds, and leaves a known state behind. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes, writeZeroes } from "../block/byte-range.ts";
import { LifeboatError } from "../system/errors.ts";
import type { JobContext } from "../system/progress.ts";
import { stateFolder } from "../system/places.ts";
import type { BuildTools } from "./build.ts";
import { build } from "./build.ts";
import type { BuildPlan } from "./build-plan.ts";
import { readActiveSlot, readSlot } from "./menu-slots.ts";
import { say } from "./messages.ts";
import type { OpenedTarget } from "./target.ts";
import { dropCaches, openPlanned } from "./target.ts";

export interface BuiltStick {
  readonly entries: number;
  readonly files: { path: string; sha256: string | null }[];
}

/** Tables lie in the first MiB; this much of the end holds a backup GPT of any sector size. */
const HEAD_BYTES = 1 << 20;

export async function buildOnTarget(
  plan: BuildPlan,
  tools: Omit<BuildTools, "now" | "beforeReadBack">,
  job: JobContext,
): Promise<BuiltStick> {
  const { target } = plan;
  const opened = await openPlanned(target, tools.run);
  try {
    if (target.kind === "device") await saveTables(opened.disk, target.path, job);
    const beforeReadBack = async () => dropCaches(opened.path, tools.run);
    const all = { ...tools, now: new Date(), beforeReadBack };
    const { stick, entries } = await build(plan, opened.disk, opened.path, all, job);
    const slot = await readSlot(stick.esp, await readActiveSlot(stick.esp));
    const isos = slot?.records.isos ?? [];
    await opened.finish();
    return { entries, files: isos.map(({ path, sha256 }) => ({ path, sha256 })) };
  } catch (error) {
    throw await giveUp(plan, opened, error);
  }
}

/** Says in the error what state the target is in. */
async function giveUp(plan: BuildPlan, opened: OpenedTarget, error: unknown): Promise<unknown> {
  const { target } = plan;
  if (!target.create) {
    // A half-made stick with a table would look like a whole one.
    await writeZeroes(opened.disk, 0, HEAD_BYTES).catch(() => undefined);
    await opened.disk.flush().catch(() => undefined);
  }
  await opened.abandon().catch(() => undefined);
  if (!(error instanceof LifeboatError) || error.kind !== "cancelled") return error;
  const text = target.create ? say.cancelledImage(target.path) : say.cancelledDevice(target.path);
  return new LifeboatError("cancelled", text, { kind: "cancelled", cause: error });
}

/** The first and the last MiB of a device, before they are overwritten. */
async function saveTables(disk: ByteRange, path: string, job: JobContext): Promise<void> {
  const folder = join(stateFolder(), "tables");
  await mkdir(folder, { recursive: true });
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const file = join(folder, `${path.replaceAll(/[^\w]+/g, "_")}-${stamp}.bin`);
  const tail = disk.size - HEAD_BYTES;
  const saved = [await readBytes(disk, 0, HEAD_BYTES), await readBytes(disk, tail, HEAD_BYTES)];
  await writeFile(file, Buffer.concat(saved), { mode: 0o600 });
  const command =
    `dd if=${file} of=${path} bs=1M count=1 conv=notrunc && ` +
    `dd if=${file} of=${path} bs=1M skip=1 seek=${tail} oflag=seek_bytes conv=notrunc`;
  job.report({ kind: "note", level: "info", text: say.savedTables(file, command) });
}
