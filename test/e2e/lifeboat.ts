/** The program as users start it, for what is started from sticks. */
import { join } from "node:path";
import { packageRoot } from "../../src/system/places.ts";
import { run } from "../../src/system/run.ts";
import { testKit } from "../support/kit.ts";

/** Runs `lifeboat`, with the tests' kit, and returns what it printed. */
export async function lifeboat(...args: readonly string[]): Promise<string> {
  const env = { LIFEBOAT_KIT: (await testKit()).folder };
  return (await run(process.execPath, [join(packageRoot(), "lifeboat"), ...args], { env })).stdout;
}

/** Builds a stick of 2 GiB at `path` with these ISOs, by the command that users type. */
export async function buildImage(
  path: string,
  isos: readonly string[],
  ...options: readonly string[]
): Promise<string> {
  const named = isos.flatMap((iso) => ["--iso", iso]);
  await lifeboat("build", path, "--size", "2G", ...named, ...options, "--yes");
  return path;
}
