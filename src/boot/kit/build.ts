/** `kit build`: collects the boot files from Debian's packages and makes GRUB's BIOS core images from them. */
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Run } from "../../system/run.ts";
import type { DownloadedPackage } from "./apt.ts";
import { downloadPackages } from "./apt.ts";
import type { Kit } from "./kit.ts";
import {
  keepUserFiles,
  kitFolder,
  openKit,
  replaceFolder,
  sha256Of,
  writeManifest,
} from "./kit.ts";
import type { KitFile } from "./manifest.ts";
import { KIT_FORMAT, KIT_PATHS } from "./manifest.ts";
import { say } from "./messages.ts";
import { BIOS_MODULES, DEBIAN_SOURCES } from "./sources.ts";

/** The folder of the stick's ESP that core.img takes its configuration from. */
const BIOS_PREFIX_FOLDER = "/lifeboat/grub";

/**
 * Collects a new kit into `folder`. Files that the user added stay. The old kit is in place until the new one is whole.
 * @throws LifeboatError `no-apt`, `not-debian`, `tool-failed`, `package-missing`.
 */
export async function buildKit(
  run: Run,
  job: JobContext,
  folder: string = kitFolder(),
): Promise<Kit> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-new-`);
  try {
    const names = DEBIAN_SOURCES.map((source) => source.package);
    const packages = await downloadPackages(names, join(work, "apt"), run, job);
    const tree = join(work, "tree");
    await mkdir(tree);
    for (const one of packages) {
      job.report({ kind: "step", text: say.unpacking(one.name) });
      await run("dpkg-deb", ["--extract", one.path, tree], { signal: job.signal });
    }
    const fresh = join(work, "kit");
    const files = await takeFiles(tree, packages, fresh);
    job.report({ kind: "step", text: say.makingCore() });
    files.push(...(await makeCoreImages(tree, fresh, packages, run)));
    files.push(...(await keepUserFiles(folder, fresh, files)));
    await writeManifest(fresh, { format: KIT_FORMAT, files });

    job.signal.throwIfAborted();
    await replaceFolder(folder, fresh);
    return await openKit(folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function takeFiles(
  tree: string,
  packages: readonly DownloadedPackage[],
  kit: string,
): Promise<KitFile[]> {
  const files: KitFile[] = [];
  for (const source of DEBIAN_SOURCES) {
    const version = packages.find((one) => one.name === source.package)?.version ?? "";
    const licenceFile = join(tree, "usr/share/doc", source.package, "copyright");
    await mkdir(join(kit, "licences"), { recursive: true });
    await copyFile(licenceFile, join(kit, "licences", source.package)).catch(() => undefined);
    for (const [from, to] of Object.entries(source.files)) {
      const data = await readFile(join(tree, from)).catch(() => undefined);
      if (data === undefined) {
        throw new LifeboatError("package-missing", say.packageLacksFile(source.package, from));
      }
      const target = join(kit, "files", to);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(tree, from), target);
      await chmod(target, 0o644);
      files.push(describe(to, data, source.package, version, source.licence));
    }
  }
  return files;
}

/** Two images that differ in the partition table that they look for their ESP in: it is always the second partition. */
async function makeCoreImages(
  tree: string,
  kit: string,
  packages: readonly DownloadedPackage[],
  run: Run,
): Promise<KitFile[]> {
  const version = packages.find((one) => one.name === "grub-pc-bin")?.version ?? "";
  const files: KitFile[] = [];
  const images = { [KIT_PATHS.coreGpt]: "(,gpt2)", [KIT_PATHS.coreMbr]: "(,msdos2)" };
  for (const [path, partition] of Object.entries(images)) {
    const target = join(kit, "files", path);
    await run(
      join(tree, "usr/bin/grub-mkimage"),
      [
        ["--directory", join(tree, "usr/lib/grub/i386-pc")],
        ["--format", "i386-pc"],
        ["--prefix", `${partition}${BIOS_PREFIX_FOLDER}`],
        ["--output", target],
        BIOS_MODULES,
      ].flat(),
      { env: { LD_LIBRARY_PATH: await libraryFolders(tree) } },
    );
    files.push(describe(path, await readFile(target), "grub-pc-bin", version, "GPL-3.0-or-later"));
  }
  return files;
}

/** Debian's multi-architecture library folders in an unpacked tree. */
async function libraryFolders(tree: string): Promise<string> {
  const folders: string[] = [];
  for (const top of ["lib", "usr/lib"]) {
    const names = await readdir(join(tree, top)).catch(() => []);
    folders.push(
      ...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => join(tree, top, name)),
    );
  }
  return folders.join(":");
}

function describe(
  path: string,
  data: Buffer,
  name: string,
  version: string,
  licence: string,
): KitFile {
  return { path, bytes: data.length, sha256: sha256Of(data), package: name, version, licence };
}
