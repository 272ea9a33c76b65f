/** The initrd hook, unpacked from the cpio that sticks get, and its functions called as the kernel's first process calls them. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { makeHook, makeMapper } from "../../src/boot/hook.ts";
import { testKit } from "./kit.ts";
import { judge } from "./tools.ts";

/** Unpacks the cpio with dmsetup below `root`. */
export async function unpackMapper(root: string): Promise<void> {
  execFileSync("cpio", ["-idm", "--quiet"], {
    cwd: root,
    input: await makeMapper(await testKit()),
  });
}

/** Unpacks the hook's cpio with the real cpio below `root`. */
export async function unpackHook(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  execFileSync("cpio", ["-idm", "--quiet"], { cwd: root, input: await makeHook(await testKit()) });
}

/** For the top of a test file: a function that runs a piece of shell with the hook's functions, and returns what it printed. */
export async function hookShell(): Promise<
  (script: string, ...args: readonly string[]) => Promise<string>
> {
  const root = await mkdtemp(join(tmpdir(), "lifeboat-hook-"));
  afterAll(async () => rm(root, { recursive: true, force: true }));
  await unpackHook(root);
  const folder = join(root, "lifeboat");
  const devices = join(folder, "dev");
  await mkdir(devices);
  // Everything but init itself, which would become the initrd's.
  const prelude = [
    `L=${folder} B=${folder}/busybox DEV=${root}/dev SYS=/sys PROC=/proc`,
    `for part in common stick loops map links persistence families watch; do . "$L/$part"; done`,
  ];
  return async (script, ...args) =>
    judge(join(folder, "busybox"), ["sh", "-c", [...prelude, script].join("\n"), "sh", ...args]);
}
