/** An image mounted on a folder of its own for as long as its files are worked on. */
import { mkdtemp, readdir, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFile } from "../../../block/file.ts";
import { LifeboatError, failureOf } from "../../../system/errors.ts";
import type { JobContext } from "../../../system/progress.ts";
import type { Run } from "../../../system/run.ts";
import { backendSay } from "../backend-messages.ts";
import { readWimHeader } from "../header.ts";
import { runDism } from "./run-dism.ts";

/**
 * Whatever becomes of the work, the image is unmounted: with what was changed where all went well, else without.
 * @throws LifeboatError `wim-not-mountable`, `wim-still-mounted`, what DISM's failures mean, and what the work throws.
 */
export async function withMounted(
  run: Run,
  { wim, index, readOnly }: { wim: string; index: number; readOnly: boolean },
  job: JobContext,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  await refuseUnmountable(wim);
  const root = await mkdtemp(join(tmpdir(), "lifeboat-wim-"));
  const mount = ["/Mount-Image", `/ImageFile:${wim}`, `/Index:${index}`, `/MountDir:${root}`];
  if (readOnly) mount.push("/ReadOnly");
  const about = { wim, target: root };
  try {
    await mountOn(run, root, mount, about, job);
    let kept = false;
    try {
      job.signal.throwIfAborted();
      await work(root);
      kept = !readOnly;
    } finally {
      await unmount(run, root, kept, about, job);
    }
  } finally {
    // Only where it is empty: what is still mounted there is the image.
    await rmdir(root).catch(() => {});
  }
}

/** A DISM that is killed in between leaves the image mounted in part: it comes to its end, and the job is stopped behind it. */
async function mountOn(
  run: Run,
  root: string,
  options: readonly string[],
  about: { wim: string; target: string },
  job: JobContext,
): Promise<void> {
  try {
    await runDism(run, options, { text: backendSay.mounting(), ...about }, uncancelled(job));
  } catch (error) {
    // Ctrl-C reaches DISM all the same. What it leaves in the folder is the image.
    const left = await readdir(root).catch(() => ["unreadable"]);
    if (left.length > 0) await unmount(run, root, false, about, job);
    throw error;
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
  try {
    await runDism(run, options, { text: backendSay.unmounting(), ...about }, uncancelled(job));
  } catch (cause) {
    throw new LifeboatError("wim-still-mounted", backendSay.stillMounted(root), {
      hint: backendSay.stillMountedHint(root),
      cause,
    });
  }
}

/** A job that was cancelled leaves no image mounted all the same. */
function uncancelled({ report }: JobContext): JobContext {
  return { report, signal: new AbortController().signal };
}

/** DISM would say of an ESD that it is a program with an incorrect format. */
async function refuseUnmountable(wim: string): Promise<void> {
  if (!/\.(?:esd|swm)$/i.test(wim) && !(await isPacked(wim))) return;
  throw new LifeboatError("wim-not-mountable", backendSay.notMountable(wim), {
    kind: "refused",
    hint: backendSay.notMountableHint(),
  });
}

/** Solid, or a part of a split one, by its header; what can't be read is left to DISM. */
async function isPacked(wim: string): Promise<boolean> {
  try {
    const range = await openFile(wim);
    try {
      const { solid, totalParts } = await readWimHeader(range);
      return solid || totalParts > 1;
    } finally {
      await range.close();
    }
  } catch (error) {
    failureOf(error);
    return false;
  }
}
