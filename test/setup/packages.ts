/** Debian packages for the tests, downloaded and unpacked without installing anything and without root. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../src/system/run.ts";
import { cached, progress } from "./cache.ts";

const PACKAGES = [
  // ISOs as they are
  "grub-rescue-pc",
  "ipxe",
  "memtest86+",
  // what the tests' own ISOs start with
  "grub-efi-amd64-signed",
  "grub-efi-ia32-bin",
  "grub-pc-bin",
  "shim-helpers-amd64-signed",
  "shim-signed",
];

/** A folder with the files of all packages, as they would lie under `/`. */
export async function packageFiles(): Promise<string> {
  return cached({
    name: "packages",
    extension: "",
    sources: ["packages.ts"],
    async make(folder) {
      progress(`packages: downloading ${PACKAGES.join(", ")}`);
      const state = await aptState(join(folder, "apt"));
      await apt(state, "download", "-q", ...PACKAGES);
      const root = join(folder, "root");
      await mkdir(root);
      for (const file of await readdir(state)) {
        if (file.endsWith(".deb")) await run("dpkg-deb", ["-x", join(state, file), root]);
      }
      return root;
    },
  });
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * A folder for apt with fresh lists in it, for `apt`.
 * @param sources "MIRROR RELEASE COMPONENT…" of Debian; without them those of this computer.
 */
export async function aptState(folder: string, sources: readonly string[] = []): Promise<string> {
  await mkdir(join(folder, "lists", "partial"), { recursive: true });
  if (sources.length > 0) {
    const lines = sources.map((source) => `deb [signed-by=${KEYRING}] ${source}\n`);
    await writeFile(join(folder, SOURCES_LIST), lines.join(""));
  }
  await apt(folder, "update", "-q");
  return folder;
}

const SOURCES_LIST = "sources.list";

/** apt with folders of its own (the system's lists and caches belong to root); downloads go to `state`. */
export async function apt(state: string, ...args: string[]): Promise<void> {
  const list = join(state, SOURCES_LIST);
  const own = (await readdir(state)).includes(SOURCES_LIST);
  const options = {
    "Dir::State": state,
    "Dir::State::Lists": join(state, "lists"),
    "Dir::Cache": state,
    "Dir::State::status": "/var/lib/dpkg/status",
    "APT::Sandbox::User": "",
    ...(own ? { "Dir::Etc::SourceList": list, "Dir::Etc::SourceParts": "-" } : {}),
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  await run("apt-get", [...flags, ...args], { cwd: state });
}

/** Where apt gets Debian `release` from on this computer; Debian's own address where it doesn't. */
export async function mirrorOf(release: string): Promise<string> {
  const targets = await run("apt-get", [
    "indextargets",
    "--format",
    "$(REPO_URI) $(RELEASE) $(COMPONENT)",
    "Created-By: Packages",
  ]);
  for (const line of targets.stdout.split("\n")) {
    const [uri, suite, component] = line.split(" ");
    if (suite === release && component === "main" && uri !== undefined) return uri;
  }
  return "http://deb.debian.org/debian";
}
