/** Keeps a job with several targets from taking one disk for two, or its source for a target. */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { diskLister } from "../disks/list.ts";
import { findTarget } from "../disks/target.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Run } from "../system/run.ts";
import { say } from "./build/messages.ts";

/**
 * @param source what is read, where it is one of them that must not be written.
 * @throws LifeboatError `same-target`, `source-is-target`.
 */
export async function refuseSameDisk(
  targets: readonly string[],
  source: string | undefined,
  run: Run,
): Promise<void> {
  const seen = new Map<string, string>();
  for (const key of source === undefined ? [] : await keysOf(source, run)) seen.set(key, "");
  for (const path of targets) {
    const keys = await keysOf(path, run);
    for (const key of keys) {
      const other = seen.get(key);
      if (other === undefined) continue;
      const [code, text] =
        other === ""
          ? (["source-is-target", say.sourceIsTarget(path)] as const)
          : (["same-target", say.sameTarget(other, path)] as const);
      throw new LifeboatError(code, text, { kind: "usage" });
    }
    for (const key of keys) seen.set(key, path);
  }
}

/** What a path names, whatever it is called: the disk, and the file behind a loop device; the file, by its number and by its place. */
async function keysOf(path: string, run: Run): Promise<string[]> {
  const named = await findTarget(path, diskLister(run));
  if (named.kind === "disk") {
    const { backingFile } = named.disk;
    const behind = backingFile === undefined ? [] : await fileKeys(backingFile);
    return [`disk ${named.disk.path}`, ...behind];
  }
  return fileKeys(path);
}

async function fileKeys(path: string): Promise<string[]> {
  const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)));
  const real = await realpath(path).catch(() => join(folder, basename(path)));
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return [`path ${real}`, ...(found === undefined ? [] : [`file ${found.dev}:${found.ino}`])];
}
