/** The compiled program in a child of its own, as a user or a script starts it. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { packageRoot } from "../../src/system/places.ts";
import { cacheFolder } from "../setup/cache.ts";
import { judge } from "./tools.ts";

export interface CliResult {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** In a process group of its own, as a shell starts it: Ctrl-C at a terminal goes to the whole group. */
  readonly group?: boolean;
}

/** Compiles what is newer than dist; `npm test` has done so already. For `beforeAll`. */
export async function compile(): Promise<void> {
  const root = packageRoot();
  const built = await stat(join(root, "dist", ".tsbuildinfo")).catch(() => undefined);
  const sources = await readdir(join(root, "src"), { recursive: true });
  for (const name of sources) {
    if (!/\.tsx?$/.test(name)) continue;
    const { mtimeMs } = await stat(join(root, "src", name));
    if (built !== undefined && mtimeMs < built.mtimeMs) continue;
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const args = [join(cacheFolder(), "compile.lock"), process.execPath, compiler];
    // What the compiler thinks of the types is another check's business; it writes the program all the same.
    await judge("flock", [...args, "-p", "tsconfig.build.json"], { accept: [0, 1, 2], cwd: root });
    return;
  }
}

/** Starts the program; its standard input is empty and no terminal. */
export function startLifeboat(args: readonly string[], options: CliOptions = {}) {
  const env = { LANG: "C.UTF-8", LC_ALL: "", LC_MESSAGES: "", LIFEBOAT_DEBUG: "", ...options.env };
  return execa(process.execPath, [join(packageRoot(), "lifeboat"), ...args], {
    reject: false,
    stdin: "ignore",
    stripFinalNewline: false,
    env,
    cwd: options.cwd ?? process.cwd(),
    detached: options.group ?? false,
  });
}

export async function lifeboat(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await startLifeboat(args, options);
  return { status: exitCode, stdout, stderr };
}

/** With `--json`: exactly one document on standard output. */
export async function lifeboatJson(args: readonly string[], options: CliOptions = {}) {
  const result = await lifeboat([...args, "--json", "--quiet"], options);
  return { ...result, json: JSON.parse(result.stdout) as Record<string, unknown> };
}
