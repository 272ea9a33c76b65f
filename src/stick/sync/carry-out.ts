/** Carries a sync's plan out: each file is on the stick whole or not at all, and the menu follows once at the end. */
import { posix } from "node:path";
import type { WritableVolume } from "../../filesystems/volume.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { secondsOf } from "../data/collect.ts";
import { putFile } from "../data/put-file.ts";
import { rangeOf } from "../data/volume.ts";
import { sameJson } from "../manifest.ts";
import type { RefreshResult, RefreshTools } from "../refresh.ts";
import { refreshStick } from "../refresh.ts";
import { asRemoval, removalOf } from "../removal.ts";
import type { Stick } from "../stick.ts";
import { openData } from "../stick.ts";
import { checkContent } from "./checked-source.ts";
import { lacksRoom } from "./describe.ts";
import { say } from "./messages.ts";
import type { SyncAction } from "./action.ts";
import type { SyncPlan } from "./plan.ts";
import type { MeasuredFile, SyncSource } from "./source.ts";
import type { SyncedFile } from "./state.ts";
import { isStill, readState, writeState } from "./state.ts";

export interface SyncTools extends RefreshTools {
  readonly now: Date;
  /** See `copyOnto`. */
  readonly beforeReadBack?: () => Promise<void>;
}

export interface SyncResult extends RefreshResult {
  readonly done: readonly {
    readonly path: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
  readonly gone: readonly string[];
  /** Files that could not be taken, each for a reason of its own: the others were. */
  readonly failed: readonly { readonly path: string; readonly error: LifeboatError }[];
}

/** What is amiss with one file of the source is no reason to stop with the others. */
const OF_ONE_FILE = new Set([
  "checksum-mismatch",
  "source-changed",
  "source-file-missing",
  "open-failed",
  "needs-permission",
]);

/**
 * @throws LifeboatError `volume-full` before anything is written; what copying throws. What was copied by then stays, and is in the
 * menu: the next sync goes on from there.
 */
export async function carryOut(
  plan: SyncPlan,
  source: SyncSource,
  stick: Stick,
  tools: SyncTools,
  job: JobContext,
): Promise<SyncResult> {
  const refused = lacksRoom(plan);
  if (refused !== undefined) throw refused;
  const volume = await openData(stick, tools.run);
  const run = new SyncRun(plan, source, stick, volume, tools);
  let failure: unknown;
  try {
    await run.start();
    for (const action of plan.actions) await run.take(action, job);
  } catch (error) {
    failure = error;
  }
  // A cancel ends the copying, not this short work: the old menu would have replaced files where they don't lie any more.
  const rest = { ...job, signal: new AbortController().signal };
  if (failure === undefined) {
    await run.finish();
    const refreshed = await refreshStick(stick, tools, rest, run.hashes);
    return { ...refreshed, done: run.done, gone: run.gone, failed: run.failed };
  }
  // The first error is the one to tell.
  await run
    .finish()
    .then(async () => refreshStick(stick, tools, rest, run.hashes))
    .catch(() => undefined);
  throw withState(await asRemoval(failure, stick.path));
}

class SyncRun {
  readonly hashes = new Map<string, string>();
  readonly done: SyncResult["done"][number][] = [];
  readonly gone: string[] = [];
  readonly failed: SyncResult["failed"][number][] = [];
  readonly #plan: SyncPlan;
  readonly #source: SyncSource;
  readonly #stick: Stick;
  readonly #volume: WritableVolume;
  readonly #tools: SyncTools;
  #state: readonly SyncedFile[] = [];

  constructor(
    plan: SyncPlan,
    source: SyncSource,
    stick: Stick,
    volume: WritableVolume,
    tools: SyncTools,
  ) {
    this.#plan = plan;
    this.#source = source;
    this.#stick = stick;
    this.#volume = volume;
    this.#tools = tools;
  }

  /** Says on the stick what is to come, so that after a cut it is known whose files these are. */
  async start(): Promise<void> {
    this.#state = (await readState(this.#volume)).files;
    const coming = this.#plan.actions.flatMap(({ path, file }) =>
      file === undefined ? [] : [this.#entryOf(path, file)],
    );
    if (coming.length > 0) await this.#save([...this.#state, ...coming]);
  }

  async take(action: SyncAction, job: JobContext): Promise<void> {
    job.signal.throwIfAborted();
    if (action.action === "remove") {
      await this.#remove(action.path, job);
      this.gone.push(action.path);
    }
    if (action.file === undefined) return;
    try {
      await this.#copy(action, action.file, job);
    } catch (error) {
      const known = failureOf(error);
      if (!OF_ONE_FILE.has(known.code)) throw known;
      this.failed.push({ path: action.path, error: known });
    }
  }

  /** Forgets what isn't there as it was meant to be. */
  async finish(): Promise<void> {
    const { source } = this.#plan;
    const kept: SyncedFile[] = [];
    for (const synced of this.#state) {
      const entry = synced.source === source ? await this.#volume.find(synced.path) : undefined;
      const isThere = entry !== undefined && isStill(synced, entry);
      if (synced.source !== source) kept.push(synced);
      else if (isThere && !kept.some((one) => one.source === source && isStill(one, entry))) {
        const sha256 = this.hashes.get(entry.path) ?? synced.sha256;
        kept.push({ ...synced, ...(sha256 !== undefined && { sha256 }) });
      }
    }
    if (!sameJson(kept, this.#state)) await this.#save(kept);
  }

  async #copy(action: SyncAction, file: MeasuredFile, job: JobContext): Promise<void> {
    const { path, sizeBytes } = action;
    await this.#makeFolders(posix.dirname(path));
    const { beforeReadBack, now } = this.#tools;
    const check = checkContent(path, file.sums);
    // It is opened before the old one goes: a source that is away must not cost a file.
    const opened = check.watch(await this.#source.open(file), file.modified ?? now);
    let isOpen = true;
    try {
      if (action.oldFirst) await this.#remove(path, job);
      isOpen = false;
      const sha256 = await putFile(
        { source: file.path, path, sizeBytes },
        this.#volume,
        rangeOf(this.#stick.data),
        job,
        {
          replace: action.action === "replace" && !action.oldFirst,
          open: async () => opened,
          accept: (sum) => check.judge(sum),
          ...(beforeReadBack && { beforeReadBack }),
        },
      );
      this.hashes.set(path, sha256);
      this.done.push({ path, sizeBytes, sha256 });
    } finally {
      if (isOpen) await opened.close();
    }
  }

  async #remove(path: string, job: JobContext): Promise<void> {
    job.report({ kind: "step", text: say.removing(path) });
    await this.#volume.remove(path);
    await this.#stick.disk.flush();
  }

  async #makeFolders(folder: string): Promise<void> {
    if ((await this.#volume.find(folder)) !== undefined) return;
    await this.#makeFolders(posix.dirname(folder));
    await this.#volume.makeDirectory(folder);
  }

  async #save(files: readonly SyncedFile[]): Promise<void> {
    await writeState(this.#volume, files, this.#tools.now);
    await this.#stick.disk.flush();
    this.#state = files;
  }

  #entryOf(path: string, file: MeasuredFile): SyncedFile {
    const modified = secondsOf({ modified: file.modified ?? this.#tools.now });
    return { path, source: this.#plan.source, size: file.sizeBytes, modified };
  }
}

function withState(failure: unknown): unknown {
  const removal = removalOf(failure);
  if (removal !== undefined) {
    const hint = say.goneHint();
    return new LifeboatError(removal.code, say.gone(removal.text), { hint, cause: failure });
  }
  if (!(failure instanceof LifeboatError) || failure.kind !== "cancelled") return failure;
  const text = say.cancelled();
  return new LifeboatError(failure.code, text, { kind: "cancelled", cause: failure });
}
