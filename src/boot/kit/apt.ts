/**
 * Packages through apt, as any user: apt gets state folders of its own, checks the archive's signatures itself, and nothing is
 * installed.
 */
import { mkdir, readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import { say } from "./messages.ts";

export interface DownloadedPackage {
  readonly name: string;
  readonly version: string;
  /** The `.deb` file. */
  readonly path: string;
}

/**
 * Downloads `packages` for this machine's release into `folder`, which holds apt's state as well.
 * @throws LifeboatError `no-apt`; `not-debian`; `tool-failed` where apt can't get one of them.
 */
export async function downloadPackages(
  packages: readonly string[],
  folder: string,
  run: Run,
  { report, signal }: JobContext,
): Promise<DownloadedPackage[]> {
  await requireDebian(run);
  const state = join(folder, "state");
  const archives = join(folder, "packages");
  await mkdir(join(state, "lists", "partial"), { recursive: true });
  await mkdir(join(folder, "cache", "archives", "partial"), { recursive: true });
  await mkdir(archives, { recursive: true });
  const options = [
    `Dir::State=${state}`,
    `Dir::State::Lists=${join(state, "lists")}`,
    `Dir::Cache=${join(folder, "cache")}`,
    "Dir::State::status=/var/lib/dpkg/status",
    // apt run by root drops to the user _apt, who can't write to this folder.
    "APT::Sandbox::User=",
  ].flatMap((option) => ["-o", option]);

  report({ kind: "step", text: say.updating() });
  await run("apt-get", [...options, "-q", "update"], { signal }).catch(withoutApt);
  report({ kind: "step", text: say.downloading(packages.length) });
  await run("apt-get", [...options, "-q", "download", ...packages], { cwd: archives, signal });

  const found = await readdir(archives);
  return packages.map((name) => {
    const file = found.find((candidate) => candidate.startsWith(`${name}_`));
    if (file === undefined) {
      throw new LifeboatError("package-missing", say.packageLacksFile(name, "*.deb"));
    }
    // name_version_architecture.deb, with a version's colon escaped as %3a.
    const version = decodeURIComponent(basename(file).split("_")[1] ?? "");
    return { name, version, path: join(archives, file) };
  });
}

/** Other systems with apt have packages of other names, or shims and GRUBs that belong together with other paths. */
async function requireDebian(run: Run): Promise<void> {
  const { stdout } = await run("dpkg", ["--print-architecture"]).catch(withoutApt);
  const architecture = stdout.trim();
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (architecture === "amd64" && isDebian(release)) return;
  const name = osReleaseField(release, "PRETTY_NAME") || osReleaseField(release, "ID") || "?";
  throw new LifeboatError("not-debian", say.notDebian(name, architecture), {
    kind: "missing",
    hint: say.noAptHint(),
  });
}

/** Whether an os-release(5) file is Debian's or a derivative's that isn't one of Ubuntu's family. */
export function isDebian(osRelease: string): boolean {
  const fields = [osReleaseField(osRelease, "ID"), osReleaseField(osRelease, "ID_LIKE")];
  const names = fields.flatMap((field) => field.split(/\s+/));
  return names.includes("debian") && !names.includes("ubuntu");
}

function osReleaseField(text: string, name: string): string {
  const value = new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "";
  return value.trim().replaceAll(/^(["'])(.*)\1$/g, "$2");
}

function withoutApt(error: unknown): never {
  if (error instanceof LifeboatError && error.code === "tool-missing") {
    throw new LifeboatError("no-apt", say.noApt(), { kind: "missing", hint: say.noAptHint() });
  }
  throw error;
}
