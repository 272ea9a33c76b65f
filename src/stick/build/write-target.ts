/**
 * What is written anew from its first sector to its last: what can't be brought back is saved, and what fails or is stopped leaves a
 * known state behind.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { SliceRange } from "../../block/slice.ts";
import { commandLine } from "../../system/command-line.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { stateFolder } from "../../system/places.ts";
import type { Run } from "../../system/run.ts";
import { say } from "../messages.ts";
import { asRemoval } from "../removal.ts";
import type { OpenedTarget, Target } from "../target.ts";
import { dropCaches } from "../target.ts";
import { eraseTables } from "./erase-tables.ts";

/** Tables lie in the first MiB; this much of the end holds a backup GPT of any sector size. */
const HEAD_BYTES = 1 << 20;

/**
 * Has `write` write to an opened target, which is closed afterwards. Where it fails after its first write, the target has no partition
 * table any more.
 * @param write is given the disk, and what drops the medium's cache before something is read back.
 * @throws LifeboatError what `write` throws, saying what state the target is in where that isn't as it was.
 */
export async function writeTarget<T>(
  target: Target,
  opened: OpenedTarget,
  run: Run,
  job: JobContext,
  write: (disk: ByteRange, beforeReadBack: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const disk = new WatchedRange(opened.disk);
  try {
    if (target.kind === "device") await saveTables(disk, target.path, job);
    const result = await write(disk, async () => dropCaches(opened.path, run));
    await opened.finish();
    return result;
  } catch (error) {
    const written = !target.create && disk.written;
    // A half-made stick with a table would look like a whole one.
    if (written) await eraseTables(disk).catch(() => undefined);
    await opened.abandon().catch(() => undefined);
    const cause = target.kind === "device" ? await asRemoval(error, target.path) : error;
    throw withState(target, written, cause);
  }
}

/** The error, saying what state the target is in where that isn't as it was. */
function withState(target: Target, written: boolean, error: unknown): unknown {
  if (!(error instanceof LifeboatError)) return error;
  const { code, kind } = error;
  if (kind === "cancelled") {
    const text = target.create
      ? target.exists
        ? say.cancelledReplacing(target.path)
        : say.cancelledImage(target.path)
      : written
        ? say.cancelledDevice(target.path)
        : say.cancelledUntouched(target.path);
    return new LifeboatError(code, text, { kind, cause: error });
  }
  if (!written) return error;
  if (code === "device-gone") {
    const hint = say.goneWhileBuiltHint();
    return new LifeboatError(code, say.goneWhileBuilt(error.text), { hint, cause: error });
  }
  const text = say.failedDevice(error.text, target.path);
  return new LifeboatError(code, text, {
    kind,
    cause: error,
    ...(error.hint && { hint: error.hint }),
  });
}

/** Knows whether anything was written: what fails before that leaves the target alone. */
class WatchedRange extends SliceRange {
  written = false;

  constructor(disk: ByteRange) {
    super(disk, 0, disk.size);
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    this.written = true;
    await super.write(offset, data);
  }
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
  const dd = (...operands: string[]) =>
    commandLine(["dd", `if=${file}`, `of=${path}`, "bs=1M", ...operands, "conv=notrunc"]);
  const command = `${dd("count=1")} && ${dd("skip=1", `seek=${tail}`, "oflag=seek_bytes")}`;
  job.report({ kind: "note", level: "info", text: say.savedTables(file, command) });
}
