/** What a command line names as a target, made ready: looked at, judged by the safety rules, opened. */
import { rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ByteRange } from "../block/byte-range.ts";
import { openTarget } from "../block/device.ts";
import { createFile } from "../block/file.ts";
import { SliceRange } from "../block/slice.ts";
import type { Finding } from "../disks/finding.ts";
import type { DiskIdentity } from "../disks/identity.ts";
import { identityOf, sameIdentity } from "../disks/identity.ts";
import { diskLister } from "../disks/list.ts";
import { rereadPartitions } from "../disks/reread.ts";
import type { SafetyOptions } from "../disks/safety.ts";
import { judgeTarget } from "../disks/safety.ts";
import type { Target as NamedTarget } from "../disks/target.ts";
import { findTarget } from "../disks/target.ts";
import { LifeboatError } from "../system/errors.ts";
import type { JobContext } from "../system/progress.ts";
import type { Run } from "../system/run.ts";
import { MIB } from "../system/sizes.ts";
import type { ReleaseLock } from "./image-lock.ts";
import { lockImage } from "./image-lock.ts";
import { say } from "./messages.ts";
import type { Stick } from "./stick.ts";
import { recogniseStick } from "./stick.ts";

/** A stick is known by what is on it; how it is attached doesn't matter. */
export const STICK_SAFETY: SafetyOptions = { allowFixed: true, allowLarge: true };

/** A target as a plan names it: plain data. */
export interface Target {
  readonly kind: "image" | "device";
  readonly path: string;
  readonly sizeBytes: number;
  readonly sectorSize: number;
  /** An image file that the plan makes anew. */
  readonly create: boolean;
  /** Something is there that the plan destroys. */
  readonly exists: boolean;
  /** Devices: what it must still be when it is written. */
  readonly identity?: DiskIdentity;
  readonly model?: string;
  readonly serial?: string;
  readonly findings: readonly Finding[];
}

/**
 * Looks at a target and judges it; nothing is opened for writing.
 * @param createBytes `--size`: an image file of this size is to be made.
 * @throws LifeboatError `no-target`, `size-on-device`, and the first error of the safety rules (kind `refused`).
 */
export async function examineTarget(
  path: string,
  createBytes: number | undefined,
  options: SafetyOptions,
  run: Run,
): Promise<Target> {
  const named = await findTarget(path, diskLister(run));
  const findings = refuseErrors(judgeTarget(named, options));
  return named.kind === "disk"
    ? deviceTarget(named, createBytes, findings)
    : imageTarget(named, createBytes, findings);
}

/** Throws the first error as a refusal; else hands the findings back. */
function refuseErrors(findings: readonly Finding[]): readonly Finding[] {
  const refused = findings.find(({ level }) => level === "error");
  if (refused === undefined) return findings;
  throw new LifeboatError(refused.code, refused.text, {
    kind: "refused",
    ...(refused.hint === undefined ? {} : { hint: refused.hint }),
  });
}

function deviceTarget(
  { disk }: NamedTarget & { kind: "disk" },
  createBytes: number | undefined,
  findings: readonly Finding[],
): Target {
  if (createBytes !== undefined) {
    throw new LifeboatError("size-on-device", say.sizeOnDevice(disk.path), { kind: "usage" });
  }
  return {
    kind: "device",
    path: disk.path,
    sizeBytes: disk.size,
    sectorSize: disk.sectorSize,
    create: false,
    exists: true,
    identity: identityOf(disk),
    model: disk.model,
    serial: disk.serial,
    findings,
  };
}

function imageTarget(
  image: NamedTarget & { kind: "image" },
  createBytes: number | undefined,
  findings: readonly Finding[],
): Target {
  if (!image.exists && createBytes === undefined) {
    throw new LifeboatError("no-target", say.noTarget(image.path), {
      kind: "usage",
      hint: say.noTargetHint(),
    });
  }
  return {
    kind: "image",
    path: image.path,
    // Whole MiB, so that every tool agrees on where the disk ends.
    sizeBytes: createBytes === undefined ? image.size : createBytes - (createBytes % MIB),
    sectorSize: 512,
    create: createBytes !== undefined,
    exists: image.exists,
    findings,
  };
}

export interface OpenedTarget {
  readonly disk: ByteRange;
  /** For programs that open it themselves. */
  readonly path: string;
  /** Makes it the real thing: an image file that was made anew takes its name. */
  finish(): Promise<void>;
  /** Gives up what was made. The target of an image made anew is as it was. */
  abandon(): Promise<void>;
}

/**
 * Opens a planned target for writing after a last look that it is still the one of the plan. An image file is locked until
 * `finish` or `abandon`.
 * @param exclusive false where a program that lifeboat starts will want the device for itself: mke2fs.
 * @param direct past the system's cache; for devices only.
 * @throws LifeboatError `identity-changed`, `in-use`; what opening throws.
 */
export async function openPlanned(
  target: Target,
  run: Run,
  job: Reporter,
  exclusive: boolean,
  direct = false,
): Promise<OpenedTarget> {
  const { path } = target;
  if (target.kind === "device") {
    await checkDevice(target, run);
    const { sizeBytes, sectorSize } = target;
    const options = { writable: true, sizeBytes, sectorSize, exclusive, direct, run };
    const disk = new HeldDevice(await openTarget(path, options), path, run, job);
    const close = async () => disk.close();
    return { disk, path, finish: close, abandon: close };
  }
  const release = await lockImage(target.path);
  try {
    if (!target.create) await checkImage(target);
    const opened = await (target.create ? openNewImage(target) : openImage(target));
    return {
      ...opened,
      finish: async () => {
        await opened.finish();
        await release();
      },
      // After a failed `finish`, too: the lock goes whatever happens.
      abandon: async () => {
        try {
          await opened.abandon();
        } finally {
          await release();
        }
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function checkDevice(target: Target, run: Run): Promise<void> {
  const now = await findTarget(target.path, diskLister(run));
  const same =
    now.kind === "disk" &&
    target.identity !== undefined &&
    sameIdentity(identityOf(now.disk), target.identity);
  if (!same) throw identityChanged(target);
}

async function checkImage(target: Target): Promise<void> {
  const found = await stat(target.path).catch(() => undefined);
  if (found?.size !== target.sizeBytes) throw identityChanged(target);
}

function identityChanged({ path }: Target): LifeboatError {
  return new LifeboatError("identity-changed", say.identityChanged(path), {
    kind: "refused",
    hint: say.identityChangedHint(),
  });
}

async function openImage({ path }: Target): Promise<OpenedTarget> {
  const disk = await openTarget(path, { writable: true });
  const close = async () => disk.close();
  return { disk, path, finish: close, abandon: close };
}

/** A file that came to stand there since the plan was shown is nobody's to lose. */
async function checkStillAbsent(target: Target): Promise<void> {
  const { path, exists } = target;
  if (!exists && (await stat(path).catch(() => undefined)) !== undefined) {
    throw new LifeboatError("target-appeared", say.targetAppeared(path), {
      kind: "refused",
      hint: say.targetAppearedHint(),
    });
  }
}

/** Written beside the name that it gets in the end: an image that is cut short never stands under that name. */
async function openNewImage(target: Target): Promise<OpenedTarget> {
  await checkStillAbsent(target);
  const path = join(dirname(target.path), `.${basename(target.path)}.lifeboat-new`);
  await rm(path, { force: true });
  const disk = await createFile(path, target.sizeBytes);
  return {
    disk,
    path,
    finish: async () => {
      await disk.close();
      await checkStillAbsent(target);
      await rename(path, target.path);
    },
    abandon: async () => {
      await disk.close();
      await rm(path, { force: true });
    },
  };
}

/**
 * Opens a stick to change it, after the safety rules: one that is mounted is refused. An image file is locked until the
 * stick's disk is closed.
 * @throws LifeboatError `in-use`; what the safety rules and `openStick` throw.
 */
export async function openStickToWrite(path: string, run: Run, job?: Reporter): Promise<Stick> {
  const disk = await openDiskToWrite(path, run, job);
  try {
    return await recogniseStick(disk, path);
  } catch (error) {
    await disk.close();
    throw error;
  }
}

/**
 * The same for a stick that may be too damaged to be known for one.
 * @throws LifeboatError `in-use`; what the safety rules and opening throw.
 */
export async function openDiskToWrite(path: string, run: Run, job?: Reporter): Promise<ByteRange> {
  const named = await findTarget(path, diskLister(run));
  refuseErrors(judgeTarget(named, STICK_SAFETY));
  if (named.kind === "disk") {
    return new HeldDevice(await openTarget(path, { writable: true, run }), path, run, job);
  }
  if (!named.exists) return openTarget(path, { writable: true });
  const release = await lockImage(path);
  try {
    return new LockedRange(await openTarget(path, { writable: true }), release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** Hears of what isn't as it should be after all has been done. */
type Reporter = Pick<JobContext, "report">;

/** A device; after it was written and is closed, the kernel gets to know its partitions. */
class HeldDevice extends SliceRange {
  readonly #device: ByteRange;
  readonly #path: string;
  readonly #run: Run;
  readonly #job: Reporter | undefined;
  #written = false;

  constructor(device: ByteRange, path: string, run: Run, job: Reporter | undefined) {
    super(device, 0, device.size);
    this.#device = device;
    this.#path = path;
    this.#run = run;
    this.#job = job;
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    this.#written = true;
    await super.write(offset, data);
  }

  override async close(): Promise<void> {
    await this.#device.close();
    if (!this.#written) return;
    const text = await rereadPartitions(this.#path, this.#run);
    if (text !== undefined) this.#job?.report({ kind: "note", level: "warning", text });
  }
}

/** A locked image; closing it gives the lock back. */
class LockedRange extends SliceRange {
  readonly #image: ByteRange;
  readonly #release: ReleaseLock;

  constructor(image: ByteRange, release: ReleaseLock) {
    super(image, 0, image.size);
    this.#image = image;
    this.#release = release;
  }

  override async close(): Promise<void> {
    try {
      await this.#image.close();
    } finally {
      await this.#release();
    }
  }
}

/** Makes what is read next come from the medium and not from Linux's cache. Image files have no medium of their own. */
export async function dropCaches(path: string, run: Run): Promise<void> {
  if (process.platform !== "linux") return;
  const found = await stat(path).catch(() => undefined);
  if (found?.isBlockDevice()) await run("blockdev", ["--flushbufs", path]);
}
