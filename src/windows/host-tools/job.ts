/** One step after the other, and what is known by then. */
import { cancelled, LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run, RunOptions } from "../../system/run.ts";
import { diskpartScript } from "./diskpart.ts";
import { hostFailure, startFailure } from "./failures.ts";
import { askDisk, checkPartitions, checkSameDisk, offsetOfLetter } from "./host-disk.ts";
import type { HostDisk } from "./host-disk.ts";
import type { HostFiles } from "./host-files.ts";
import { say } from "./messages.ts";
import { OwnLoaders } from "./own-loaders.ts";
import { percentReader } from "../dism-percent.ts";
import type { HostPlan } from "./plan.ts";
import type { HostCall, HostStep } from "./steps.ts";

/** The second: a restart is asked for, which an image that isn't running has no need of. */
const SUCCESS: ReadonlySet<number> = new Set([0, 3010]);
/** STATUS_CONTROL_C_EXIT */
const CONTROL_C_EXIT = 0xc000_013a;
/** PARTITION_MSFT_RESERVED_GUID */
const RESERVED = "e3c9e316-0b5c-4db8-817d-f92df00215ae";

export interface HostJobParts {
  readonly plan: HostPlan;
  readonly run: Run;
  readonly context: JobContext;
  readonly files: HostFiles;
  /** A folder for scripts and answer files that the tools are given. */
  readonly scratch: string;
  /** As it was before anything was written. */
  readonly disk: HostDisk;
}

export class HostJob {
  readonly #parts: HostJobParts;
  #scripts = 0;
  /** Of the system partition's letter; `asked`: the script that gives it failed somewhere. */
  #letter: "none" | "asked" | "given" = "none";

  constructor(parts: HostJobParts) {
    this.#parts = parts;
  }

  async carryOut(step: HostStep): Promise<void> {
    const { files, context } = this.#parts;
    context.report({ kind: "step", text: step.text });
    switch (step.kind) {
      case "diskpart":
        return this.#diskpartStep(step);
      case "delete-reserved":
        return this.#deleteReserved(step.program);
      case "apply":
        return this.#apply(step.call, step);
      case "call":
        if (step.onlyIf !== undefined && !(await files.exists(step.onlyIf))) return;
        return this.call(step.call);
      case "offline-unattend": {
        const path = await this.#scratchFile("xml", step.content);
        const args = [...step.call.args, `/Apply-Unattend:${path}`];
        return this.call({ ...step.call, args });
      }
      case "bcdboot":
        return this.#bcdboot(step);
      case "folder":
        return files.makeFolder(step.path);
      case "remove-file":
        return files.remove(step.path);
      case "new-file":
        return files.create(step.path, step.content);
      case "file":
        return files.write(step.path, step.content);
      case "letter-away":
        return this.#letterAway(step.call);
    }
  }

  async call(call: HostCall, options: RunOptions = {}): Promise<void> {
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

  /** After a failure. The letter may be somebody else's, which is why it couldn't be given: only from our own disk is it taken. */
  async takeLetterAway(call: HostCall): Promise<void> {
    if (this.#letter === "none") return;
    if (this.#letter === "asked") {
      const disk = await this.#sameDisk();
      if (offsetOfLetter(disk, this.#parts.plan.letters.system) === undefined) return;
    }
    await this.call(call);
  }

  async #letterAway(call: HostCall): Promise<void> {
    const { context, plan } = this.#parts;
    await this.call(call).catch(() => {
      const text = say.letterStays(plan.letters.system);
      context.report({ kind: "note", level: "warning", text });
    });
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
    await this.call(call, { onOutput, signal: context.signal });
  }

  async #bcdboot({ call, bootex }: HostStep & { kind: "bcdboot" }): Promise<void> {
    const { files, context, plan } = this.#parts;
    const own = await OwnLoaders.keep(files, plan);
    const args = [...call.args];
    if (bootex !== undefined) {
      if (await files.exists(bootex.folder)) args.push("/bootex");
      else context.report({ kind: "note", level: "warning", text: say.noBootexFiles() });
    }
    try {
      await this.call({ ...call, args });
    } finally {
      await own.putBack();
    }
  }

  /** Whatever disk has the number by now would be written to, so it is compared just before. */
  async #diskpartStep(step: HostStep & { kind: "diskpart" }): Promise<void> {
    const { plan } = this.#parts;
    const disk = await this.#sameDisk();
    if (step.before === "empty" && disk.partitions.length > 0) throw this.#notEmpty();
    checkPartitions(plan, disk);
    if (step.before === "lettered") this.#checkLetters(disk);
    if (step.letters) this.#letter = "asked";
    await this.#diskpart(step.program, step.script);
    if (step.letters) this.#letter = "given";
  }

  /** The letters are where they should be: what diskpart counts is what PowerShell counts. */
  #checkLetters(disk: HostDisk): void {
    const { layout, letters, disk: identity } = this.#parts.plan;
    if (layout.kind !== "existing") return;
    for (const part of ["system", "windows"] as const) {
      const { number, offset } = layout[part];
      if (offsetOfLetter(disk, letters[part]) !== offset) {
        const text = say.partitionChanged(identity.path, number);
        throw new LifeboatError("partition-changed", text, { kind: "refused" });
      }
    }
  }

  async #deleteReserved(program: string): Promise<void> {
    const [reserved, ...others] = (await this.#sameDisk()).partitions;
    if (reserved === undefined) return;
    if (others.length > 0 || reserved.type !== RESERVED) throw this.#notEmpty();
    const { plan } = this.#parts;
    await this.#diskpart(program, await diskpartScript("delete-reserved", plan, reserved.number));
  }

  async #sameDisk(): Promise<HostDisk> {
    const { run, plan, disk } = this.#parts;
    const now = await askDisk(run, plan);
    checkSameDisk(plan, now, disk);
    return now;
  }

  #notEmpty(): LifeboatError {
    const text = say.notEmpty(this.#parts.plan.disk.path);
    return new LifeboatError("disk-not-empty", text, { kind: "refused" });
  }

  /** diskpart reads it from a file: typed into its standard input, it would go on after a command that failed. */
  async #diskpart(program: string, script: string): Promise<void> {
    const path = await this.#scratchFile("txt", script);
    await this.call({ tool: "diskpart", program, args: ["/s", path] });
  }

  async #scratchFile(extension: string, content: string): Promise<string> {
    const path = `${this.#parts.scratch}\\${++this.#scripts}.${extension}`;
    await this.#parts.files.create(path, content);
    return path;
  }
}
