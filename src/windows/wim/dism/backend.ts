/** Contents of WIMs through DISM, which comes with Windows. It opens an image's files only by mounting it on a folder. */
import { cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LifeboatError } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Run } from "../../../system/run.ts";
import type { UpdateCommand, WimBackend, WimFile } from "../backend.ts";
import { backendSay } from "../backend-messages.ts";
import { usualName } from "../parts.ts";
import { runDism } from "./run-dism.ts";

export function dismBackend(run: Run): WimBackend {
  const mounted = async (
    image: { readonly wim: string; readonly index: number; readonly readOnly: boolean },
    job: JobContext,
    work: (folder: string) => Promise<void>,
  ): Promise<void> => withMounted(run, image, job, work);
  return {
    name: "dism",
    async apply({ wim, index, target, check, totalBytes }, job) {
      if (target.kind === "volume") {
        throw new LifeboatError("wim-target", backendSay.notOnDism(), { kind: "usage" });
      }
      const options = [
        "/Apply-Image",
        `/ImageFile:${wim.path}`,
        ...swmFile(wim),
        `/Index:${index}`,
        `/ApplyDir:${target.path}`,
      ];
      if (check === true) options.push("/CheckIntegrity");
      const text = backendSay.applying();
      const total = totalBytes === undefined ? {} : { totalBytes };
      await runDism(run, options, { text, wim: wim.path, target: target.path, ...total }, job);
    },
    async extract({ wim, index, paths, folder }, job) {
      await mounted({ wim: wim.path, index, readOnly: true }, job, async (root) => {
        for (const path of paths) {
          const source = await insideOf(root, path);
          await cp(source, join(folder, namesOf(path).at(-1) ?? ""), { recursive: true });
        }
      });
    },
    async capture({ folder, wim, name, description = "", compression = "fast", bootable }, job) {
      const options = [
        "/Capture-Image",
        `/ImageFile:${wim}`,
        `/CaptureDir:${folder}`,
        `/Name:${name}`,
        ...(description === "" ? [] : [`/Description:${description}`]),
        `/Compress:${compression}`,
        "/CheckIntegrity",
        ...(bootable === true ? ["/Bootable"] : []),
      ];
      await runDism(run, options, { text: backendSay.packing(), wim, target: wim }, job);
    },
    async export({ wim, index, to, bootable }, job) {
      const options = [
        "/Export-Image",
        `/SourceImageFile:${wim.path}`,
        ...swmFile(wim),
        `/SourceIndex:${index}`,
        `/DestinationImageFile:${to}`,
        "/CheckIntegrity",
        ...(bootable === true ? ["/Bootable"] : []),
      ];
      await runDism(run, options, { text: backendSay.packing(), wim: wim.path, target: to }, job);
    },
    async update({ wim, index, commands }, job) {
      await mounted({ wim, index, readOnly: false }, job, async (root) => {
        for (const command of commands) await carryOut(root, command);
      });
    },
    verify: undefined,
  };
}

/** With all parts of a split WIM in one folder a pattern names them. */
function swmFile({ path, parts = [] }: WimFile): string[] {
  if (parts.length === 0) return [];
  const [, folder = "", name = path] = /^(.*[\\/])?([^\\/]*)$/.exec(path) ?? [];
  return [`/SWMFile:${folder}${usualName(name, 1).replace(/(\.[^.]*)$/, "*$1")}`];
}

/** Whatever becomes of the work, the image is unmounted: with what was changed where all went well, else without. */
async function withMounted(
  run: Run,
  { wim, index, readOnly }: { wim: string; index: number; readOnly: boolean },
  job: JobContext,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "lifeboat-wim-"));
  const mount = ["/Mount-Image", `/ImageFile:${wim}`, `/Index:${index}`, `/MountDir:${root}`];
  if (readOnly) mount.push("/ReadOnly");
  const about = { wim, target: root };
  try {
    await runDism(run, mount, { text: backendSay.mounting(), ...about }, job);
    let kept = false;
    try {
      await work(root);
      kept = !readOnly;
    } finally {
      await unmount(run, root, kept, about, job);
    }
  } finally {
    // Only where it is empty: what is still mounted there is the image.
    await rm(root, { recursive: false }).catch(() => {});
  }
}

async function unmount(
  run: Run,
  root: string,
  keep: boolean,
  about: { wim: string; target: string },
  job: JobContext,
): Promise<void> {
  const options = ["/Unmount-Image", `/MountDir:${root}`, keep ? "/Commit" : "/Discard"];
  // A job that was cancelled leaves no image mounted all the same.
  const uncancelled = { report: job.report, signal: new AbortController().signal };
  try {
    await runDism(run, options, { text: backendSay.unmounting(), ...about }, uncancelled);
  } catch (cause) {
    throw new LifeboatError("wim-still-mounted", backendSay.stillMounted(root), {
      hint: backendSay.stillMountedHint(root),
      cause,
    });
  }
}

async function carryOut(root: string, command: UpdateCommand): Promise<void> {
  switch (command.kind) {
    case "add": {
      const target = join(root, ...namesOf(command.path));
      await mkdir(dirname(target), { recursive: true });
      await cp(command.source, target, { recursive: true });
      break;
    }
    case "delete":
      if (command.ifThere !== true) await insideOf(root, command.path);
      await rm(join(root, ...namesOf(command.path)), { recursive: true, force: true });
      break;
    case "rename":
      await rename(await insideOf(root, command.from), join(root, ...namesOf(command.to)));
      break;
  }
}

/** @throws LifeboatError `wim-path-missing`. */
async function insideOf(root: string, path: string): Promise<string> {
  const inside = join(root, ...namesOf(path));
  if ((await stat(inside).catch(() => undefined)) !== undefined) return inside;
  throw new LifeboatError("wim-path-missing", backendSay.pathMissing(path), { kind: "usage" });
}

/** Nothing outside of the mounted image is ever named. @throws LifeboatError `wim-bad-name`. */
function namesOf(path: string): string[] {
  const names = path.split(/[\\/]/).filter((name) => name !== "");
  const odd = names.length === 0 || names.some((name) => /^\.+$|[:*?"<>|\0]/.test(name));
  if (odd) throw new LifeboatError("wim-bad-name", backendSay.badPath(path), { kind: "usage" });
  return names;
}
