/** Debian packages for the tests, downloaded and unpacked without installing anything and without root. */
import { mkdir, readdir } from "node:fs/promises";
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
      const state = join(folder, "apt");
      await mkdir(join(state, "lists", "partial"), { recursive: true });
      await apt(state, "update", "-q");
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

/** apt with folders of its own (the system's lists and caches belong to root); downloads go to `state`. */
async function apt(state: string, ...args: string[]): Promise<void> {
  const options = {
    "Dir::State": state,
    "Dir::State::Lists": join(state, "lists"),
    "Dir::Cache": state,
    "Dir::State::status": "/var/lib/dpkg/status",
    "APT::Sandbox::User": "",
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
