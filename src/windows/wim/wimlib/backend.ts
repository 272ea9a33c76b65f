/** Contents of WIMs through wimlib-imagex (Debian: wimtools). */
import { stat } from "node:fs/promises";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Run, RunOptions } from "../../../system/run.ts";
import type { ApplyTarget, WimBackend, WimFile } from "../backend.ts";
import { backendSay } from "../backend-messages.ts";
import { fileArgument, imagePath } from "./arguments.ts";
import { wimlibFailure } from "./errors.ts";
import { wimlibProgress } from "./progress.ts";
import { updateScript } from "./update-script.ts";

const PROGRAM = "wimlib-imagex";

/** imagex's words: XPRESS, LZX, none. */
const COMPRESSION = { none: "none", fast: "XPRESS", max: "LZX" } as const;

export function wimlibBackend(run: Run, platform: NodeJS.Platform): WimBackend {
  const imagex = async (
    args: readonly string[],
    about: { readonly wim: string; readonly target?: string },
    job: JobContext,
    options: RunOptions = {},
  ): Promise<void> => {
    const result = await run(PROGRAM, args, {
      ...options,
      accept: "any",
      signal: job.signal,
      onOutput: wimlibProgress(job.report),
    });
    if (result.exitCode === 0) return;
    throw wimlibFailure(result, about.wim, about.target ?? about.wim, platform);
  };
  return {
    name: "wimlib",
    async apply({ wim, index, target, check }, job) {
      await checkTarget(target);
      const args = ["apply", fileArgument(wim.path), String(index), fileArgument(target.path)];
      args.push(...references(wim));
      if (check === true) args.push("--check");
      await imagex(args, { wim: wim.path, target: target.path }, job);
    },
    async extract({ wim, index, paths, folder }, job) {
      // A name is a name and no pattern.
      const options = ["--no-globs", "--no-acls", `--dest-dir=${folder}`, ...references(wim)];
      const names = paths.map(imagePath);
      const args = ["extract", fileArgument(wim.path), String(index), ...names, ...options];
      await imagex(args, { wim: wim.path, target: folder }, job);
    },
    async capture({ folder, wim, name, description = "", compression = "fast", bootable }, job) {
      const options = [`--compress=${COMPRESSION[compression]}`, "--check"];
      if (bootable === true) options.push("--boot");
      await refuseExisting(wim);
      const texts = description === "" ? [name] : [name, description];
      // Behind the dashes nothing is an option: a name may begin as it likes.
      const files = [fileArgument(folder), fileArgument(wim)];
      const args = ["capture", ...options, "--", ...files, ...texts];
      await imagex(args, { wim, target: wim }, job);
    },
    async export({ wim, index, to, bootable }, job) {
      await refuseExisting(to);
      const options = bootable === true ? ["--boot", "--check"] : ["--check"];
      const files = [fileArgument(wim.path), String(index), fileArgument(to)];
      const args = ["export", ...files, ...options, ...references(wim)];
      await imagex(args, { wim: wim.path, target: to }, job);
    },
    async update({ wim, index, commands }, job) {
      const input = updateScript(commands);
      await imagex(["update", fileArgument(wim), String(index)], { wim }, job, { input });
    },
    async verify(wim, job) {
      const args = ["verify", fileArgument(wim.path), ...references(wim)];
      await imagex(args, { wim: wim.path }, job);
    },
  };
}

function references({ parts = [] }: WimFile): string[] {
  return parts.map((part) => `--ref=${part.replaceAll(/[[\]*?\\]/g, "\\$&")}`);
}

/** imagex takes a path that isn't there for a folder, and a folder that is there for one to fill without NTFS' metadata. */
async function checkTarget({ kind, path }: ApplyTarget): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  const fits =
    kind === "folder"
      ? found?.isDirectory() === true
      : found !== undefined && (found.isFile() || found.isBlockDevice());
  if (fits) return;
  const text = kind === "folder" ? backendSay.notAFolder(path) : backendSay.notAVolume(path);
  throw new LifeboatError("wim-target", text, { kind: "usage" });
}

async function refuseExisting(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) === undefined) return;
  throw new LifeboatError("exists", backendSay.exists(path), { kind: "refused" });
}
