/** Carries a plan of boot files out: from the Windows volume into the FAT32 system partition, and read back. */
import type { ByteRange } from "../../block/byte-range.ts";
import { openFat, openFat32 } from "../../filesystems/fat32/index.ts";
import type { Fat32Volume, TreeFile } from "../../filesystems/fat32/index.ts";
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { cancelled, LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { CountedReads } from "./counted-reads.ts";
import { windowsPath } from "./listing.ts";
import { say } from "./messages.ts";
import type { BootFilesPlan } from "./types.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * Files that are there already are replaced, others left as they are. The names appear when all bytes are written: see
 * `Fat32Volume.writeTree`.
 * @param source the volume that the plan was made of.
 * @param esp the system partition; FAT32.
 * @throws LifeboatError the plan's first error; `esp-too-small`; `boot-file-differs` (kind `damaged`) where something else is read
 * back; what reading and writing throw.
 */
export async function copyBootFiles(
  plan: BootFilesPlan,
  source: ReadableVolume,
  esp: ByteRange,
  context: JobContext,
): Promise<void> {
  const error = plan.findings.find(({ level }) => level === "error");
  if (error !== undefined) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new LifeboatError(error.code, error.text, hint);
  }
  const volume = await openFat32(esp);
  checkRoom(plan, volume);
  const copied = counter(say.copying(), plan.totalBytes, context);
  const tree: TreeFile[] = [];
  for (const { from, to } of plan.copies) {
    tree.push({ path: to, source: new CountedReads(await source.open(from), from, copied) });
  }
  for (const { to, sizeBytes } of plan.created) {
    tree.push({ path: to, data: Buffer.alloc(sizeBytes) });
  }
  await volume.writeTree(tree);
  for (const { path, attributes } of plan.attributes) await volume.setAttributes(path, attributes);
  await esp.flush();
  const compared = counter(say.comparing(), plan.totalBytes, context);
  // Opened anew: nothing is remembered of how it was written.
  const written = await openFat(esp);
  for (const { from, to } of plan.copies) {
    await compare(await source.open(from), await written.open(to), to, compared);
  }
  for (const { to, sizeBytes } of plan.created) {
    if ((await written.open(to)).size !== sizeBytes) throw differs(to);
  }
}

/** Before anything is written. What is replaced is not counted: its clusters become free only afterwards. */
function checkRoom(plan: BootFilesPlan, volume: Fat32Volume): void {
  const unit = volume.allocationUnitBytes;
  let neededBytes = 0;
  for (const { sizeBytes } of [...plan.copies, ...plan.created]) {
    neededBytes += Math.ceil(sizeBytes / unit) * unit;
  }
  if (neededBytes <= volume.freeBytes) return;
  const text = say.espTooSmall(neededBytes, volume.freeBytes);
  throw new LifeboatError("esp-too-small", text, { hint: say.espTooSmallHint() });
}

function counter(text: Text, totalBytes: number, { report, signal }: JobContext) {
  let doneBytes = 0;
  return (bytes: number): void => {
    if (signal.aborted) throw cancelled();
    doneBytes += bytes;
    report({ kind: "bytes", text, doneBytes, totalBytes });
  };
}

async function compare(
  expected: ByteRange,
  found: ByteRange,
  path: string,
  compared: (bytes: number) => void,
): Promise<void> {
  if (expected.size !== found.size) throw differs(path);
  const most = Math.min(CHUNK_BYTES, expected.size);
  const [a, b] = [Buffer.alloc(most), Buffer.alloc(most)];
  for (let at = 0; at < expected.size; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, expected.size - at);
    await expected.read(at, a.subarray(0, length));
    await found.read(at, b.subarray(0, length));
    if (!a.subarray(0, length).equals(b.subarray(0, length))) throw differs(path);
    compared(length);
  }
}

function differs(path: string): LifeboatError {
  return new LifeboatError("boot-file-differs", say.differs(windowsPath(path)), {
    kind: "damaged",
    hint: say.differsHint(),
  });
}
