/**
 * Carries a plan out on Windows: the disk looked at once more, then one step after the other, each tool through `run`. A step that
 * fails ends it; what was given a letter loses it again.
 */
import { sameIdentity, identityOf } from "../../disks/identity.ts";
import { WindowsDisks } from "../../disks/windows.ts";
import { cancelled, LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run, RunOptions } from "../../system/run.ts";
import { checkHostPlan, diskNumber } from "./check-plan.ts";
import { diskpartScript } from "./diskpart.ts";
import { askHost, askPartitions } from "./facts.ts";
import { hostFailure, startFailure } from "./failures.ts";
import type { HostFiles } from "./host-files.ts";
import { hostFiles } from "./host-files.ts";
import { OwnLoaders } from "./own-loaders.ts";
import { say } from "./messages.ts";
import { percentReader } from "./percent.ts";
import type { HostPlan } from "./plan.ts";
import { hostSteps } from "./steps.ts";
import type { HostCall, HostStep } from "./steps.ts";

/**
 * @param files for tests, which have no drive letters.
 * @throws LifeboatError what `checkHostPlan` and `hostFailure` say; `identity-changed`, `system-disk`, `write-protected` (kind
 * `refused`) before anything is written.
 */
export async function carryOutOnWindows(
  plan: HostPlan,
  run: Run,
  context: JobContext,
  files: HostFiles = hostFiles,
): Promise<void> {
  const facts = await askHost(run);
  checkHostPlan(plan, facts);
  const steps = await hostSteps(plan, facts);
  await checkDisk(plan, run);
  const scratch = await files.temporaryFolder();
  const job = new HostJob({ plan, run, context, files, scratch });
  let hasLetters = false;
  try {
    for (const step of steps) {
      if (context.signal.aborted) throw cancelled();
      hasLetters ||= step.kind === "diskpart" && /^assign /m.test(step.script);
      await job.carryOut(step);
    }
  } catch (error) {
    const last = steps.at(-1);
    if (hasLetters && last?.kind === "call") {
      // What went wrong is told, not that this did as well.
      await run(last.call.program, last.call.args, { accept: "any" }).catch(() => undefined);
    }
    throw error;
  } finally {
    await files.removeFolder(scratch);
  }
}

/** It may have been pulled out, and another one put in, since the plan was shown. */
async function checkDisk(plan: HostPlan, run: Run): Promise<void> {
  const disks = await new WindowsDisks(run).list();
  const number = diskNumber(plan);
  const disk = disks.find(({ path }) => path === `\\\\.\\PhysicalDrive${number}`);
  const refused = (code: string, text: ReturnType<typeof say.diskGone>) =>
    new LifeboatError(code, text, { kind: "refused" });
  const identity = { ...plan.disk, path: disk?.path ?? "" };
  if (disk === undefined || !sameIdentity(identityOf(disk), identity)) {
    throw refused("identity-changed", say.diskGone(plan.disk.path));
  }
  if (disk.system) throw refused("system-disk", say.systemDisk(disk.path));
  if (disk.readOnly) {
    throw new LifeboatError("write-protected", say.writeProtected(disk.path), {
      kind: "refused",
      hint: say.writeProtectedHint(),
    });
  }
}

/** The second: a restart is asked for, which an image that isn't running has no need of. */
const SUCCESS: ReadonlySet<number> = new Set([0, 3010]);
/** STATUS_CONTROL_C_EXIT */
const CONTROL_C_EXIT = 0xc000_013a;

interface Parts {
  readonly plan: HostPlan;
  readonly run: Run;
  readonly context: JobContext;
  readonly files: HostFiles;
  /** A folder for scripts and answer files that the tools are given. */
  readonly scratch: string;
}

class HostJob {
  readonly #parts: Parts;
  #scripts = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async carryOut(step: HostStep): Promise<void> {
    const { files, context, plan } = this.#parts;
    context.report({ kind: "step", text: step.text });
    switch (step.kind) {
      case "diskpart":
        return this.#diskpart(step.program, step.script);
      case "delete-reserved":
        return this.#deleteReserved(step.program);
      case "apply":
        return this.#apply(step.call, step);
      case "call":
        if (step.onlyIf !== undefined && !(await files.exists(step.onlyIf))) return;
        return this.#call(step.call);
      case "offline-unattend": {
        const path = this.#scratchFile("xml");
        await files.write(path, step.content);
        const args = [...step.call.args, `/Apply-Unattend:${path}`];
        return this.#call({ ...step.call, args });
      }
      case "bcdboot": {
        const own = await OwnLoaders.read(files, plan);
        const args = [...step.call.args];
        if (step.bootex !== undefined) {
          if (await files.exists(step.bootex.folder)) args.push("/bootex");
          else context.report({ kind: "note", level: "warning", text: say.noBootexFiles() });
        }
        try {
          return await this.#call({ ...step.call, args });
        } finally {
          await own.putBack();
        }
      }
      case "folder":
        return files.makeFolder(step.path);
      case "file":
        return files.write(step.path, step.content);
    }
  }

  async #apply(call: HostCall, { text }: HostStep): Promise<void> {
    const { context, plan } = this.#parts;
    const { totalBytes } = plan.image;
    const onOutput = percentReader((percent) => {
      if (totalBytes === undefined) return;
      const doneBytes = Math.floor((totalBytes * percent) / 100);
      context.report({ kind: "bytes", text, doneBytes, totalBytes });
    });
    // The one call that takes long, and that may be stopped anywhere: a volume half filled is of no use either way.
    await this.#call(call, { onOutput, signal: context.signal });
  }

  /** diskpart reads it from a file: typed into its standard input, it would go on after a command that failed. */
  async #diskpart(program: string, script: string): Promise<void> {
    const path = this.#scratchFile("txt");
    await this.#parts.files.write(path, script);
    await this.#call({ tool: "diskpart", program, args: ["/s", path] });
  }

  async #deleteReserved(program: string): Promise<void> {
    const { plan, run } = this.#parts;
    const found = await askPartitions(run, diskNumber(plan));
    const [reserved, ...others] = found;
    if (reserved === undefined) return;
    if (others.length > 0 || reserved.type !== "Reserved") {
      throw new LifeboatError("disk-not-empty", say.notEmpty(plan.disk.path), { kind: "refused" });
    }
    await this.#diskpart(program, await diskpartScript("delete-reserved", plan, reserved.number));
  }

  async #call(call: HostCall, options: RunOptions = {}): Promise<void> {
    const { run, plan } = this.#parts;
    const all: RunOptions = { accept: "any", ...options };
    const result = await run(call.program, call.args, all).catch((error: unknown) => {
      throw startFailure(error, call.tool);
    });
    if (SUCCESS.has(result.exitCode)) return;
    // Ctrl-C goes to every program in the console: lifeboat was cancelled too.
    if (result.exitCode >>> 0 === CONTROL_C_EXIT) throw cancelled();
    throw hostFailure(call, result, plan);
  }

  #scratchFile(extension: string): string {
    return `${this.#parts.scratch}\\${++this.#scripts}.${extension}`;
  }
}
