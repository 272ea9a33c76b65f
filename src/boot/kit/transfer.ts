/** `kit export`, `kit import` and `kit add`: a kit moves between machines as one tar file, checked member by member. */
import { createReadStream, createWriteStream } from "node:fs";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract, pack } from "tar-stream";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import {
  Kit,
  keepUserFiles,
  kitFolder,
  openKit,
  parseManifest,
  replaceFolder,
  sha256Of,
  writeManifest,
} from "./kit.ts";
import type { KitFile, KitManifest } from "./manifest.ts";
import { KIT_FORMAT, NEEDED_PATHS, PLAIN_PATH } from "./manifest.ts";
import { say } from "./messages.ts";

/** No kit is near these; an archive that is larger is not one. */
const MAXIMUM_ARCHIVE_BYTES = 1024 * MIB;
const MAXIMUM_MEMBERS = 4096;

/**
 * Writes the kit to `archive`, deterministically: the same kit gives the same bytes.
 * @throws LifeboatError `kit-archive-unwritable`, `kit-file-missing`, `kit-file-changed`.
 */
export async function exportKit(kit: Kit, archive: string): Promise<void> {
  const members: [string, Buffer][] = [["kit.json", await readFile(join(kit.folder, "kit.json"))]];
  for (const { path } of kit.manifest.files) members.push([`files/${path}`, await kit.read(path)]);
  const licences = join(kit.folder, "licences");
  const names = await readdir(licences).catch(() => []);
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    members.push([`licences/${name}`, await readFile(join(licences, name))]);
  }
  const tar = pack();
  for (const [name, data] of members) tar.entry({ name, mtime: new Date(0), mode: 0o644 }, data);
  tar.finalize();
  await pipeline(tar, createWriteStream(archive)).catch((cause: Error) => {
    const reason = say.cantWrite(archive, cause.message);
    throw new LifeboatError("kit-archive-unwritable", reason, { cause });
  });
}

/**
 * Replaces the kit by the one in `archive`, but for the files that the user added to the old one. Every file must be named by
 * the archive's own manifest and match its SHA-256, and all that sticks need must be there.
 * @throws LifeboatError `kit-archive`, `kit-manifest`, `kit-file-missing`, `kit-file-changed`: the archive is wrong.
 */
export async function importKit(archive: string, folder: string = kitFolder()): Promise<Kit> {
  await requireFile(archive);
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-new-`);
  try {
    const { files } = await unpack(archive, work).catch((error: unknown) => {
      throw aboutArchive(archive, error);
    });
    const kept = await keepUserFiles(folder, work, files);
    await writeManifest(work, { format: KIT_FORMAT, files: [...files, ...kept] });
    await replaceFolder(folder, work);
    return await openKit(folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: Error) => {
    const reason = say.cantRead(path, cause.message);
    throw new LifeboatError("no-such-file", reason, { kind: "usage", cause });
  });
  if (found.isFile()) return;
  throw new LifeboatError("not-a-file", say.notAFile(path), { kind: "usage" });
}

/** What is wrong with an archive is the archive's fault, not this machine's kit's: said so, with what helps then. */
function aboutArchive(archive: string, error: unknown): unknown {
  const details = { kind: "usage", hint: say.exportAgainHint(), cause: error } as const;
  if (error instanceof LifeboatError) return new LifeboatError(error.code, error.text, details);
  // A system call that failed: the disk is full, the file can't be read.
  if (!(error instanceof Error) || "syscall" in error) return error;
  return new LifeboatError("kit-archive", say.notAnArchive(archive, error.message), details);
}

async function unpack(archive: string, folder: string): Promise<KitManifest> {
  const tar = extract();
  const fed = pipeline(createReadStream(archive), tar);
  // The loop below is where an error is thrown to the caller; this only keeps it from being thrown twice.
  fed.catch(() => undefined);
  let bytes = 0;
  let text: string | undefined;
  const members = new Set<string>();
  for await (const entry of tar) {
    const { name, type, size } = entry.header;
    const known = name === "kit.json" || /^(files|licences)\//.test(name);
    if (!known || !PLAIN_PATH.test(name) || type !== "file" || members.has(name)) {
      throw new LifeboatError("kit-archive", say.archiveMember(name));
    }
    members.add(name);
    bytes += size ?? 0;
    if (bytes > MAXIMUM_ARCHIVE_BYTES || members.size > MAXIMUM_MEMBERS) {
      throw new LifeboatError("kit-archive", say.archiveTooLarge());
    }
    const data = await buffer(entry);
    if (name === "kit.json") text = data.toString("utf8");
    else await writeMember(folder, name, data);
  }
  await fed;
  if (text === undefined) throw new LifeboatError("kit-archive", say.fileMissing("kit.json"));
  const manifest = parseManifest(text, archive);
  await checkFiles(new Kit(folder, manifest), members);
  return manifest;
}

async function writeMember(folder: string, name: string, data: Buffer): Promise<void> {
  const target = join(folder, ...name.split("/"));
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, data);
  } catch (cause) {
    // One member's name is a folder of another's, or no file system takes it.
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    if (!["EEXIST", "ENOTDIR", "EISDIR", "ENAMETOOLONG"].includes(code)) throw cause;
    throw new LifeboatError("kit-archive", say.archiveMember(name), { cause });
  }
}

async function checkFiles(kit: Kit, members: ReadonlySet<string>): Promise<void> {
  for (const name of members) {
    if (!name.startsWith("files/") || kit.find(name.slice("files/".length)) !== undefined) continue;
    throw new LifeboatError("kit-archive", say.archiveMember(name));
  }
  for (const { path } of kit.manifest.files) await kit.read(path);
  const lacking = NEEDED_PATHS.find((path) => kit.find(path) === undefined);
  if (lacking !== undefined) throw new LifeboatError("kit-archive", say.archiveLacks(lacking));
}

export interface AddedFile {
  /** Default: none, nobody knows it. */
  readonly version?: string;
  /** What its content must have, where it was looked at before. */
  readonly sha256?: string;
  /** Which files of the kit it takes the place of, besides one of its name. */
  readonly replaces?: (file: KitFile) => boolean;
}

/**
 * Adds a file of the user's (a Ventoy archive, wimboot, virtio drivers) to the kit, under `user/`.
 * @throws LifeboatError `bad-kit-name`, `no-such-file`, `not-a-file`, `file-changed`; `kit-manifest` where the kit's own list is damaged.
 */
export async function addToKit(
  path: string,
  licence: string,
  folder: string = kitFolder(),
  { version = "", sha256, replaces = () => false }: AddedFile = {},
): Promise<Kit> {
  const name = basename(path);
  if (!/^[\w.+-]+$/.test(name) || name.startsWith(".")) {
    throw new LifeboatError("bad-kit-name", say.badKitName(name), { kind: "usage" });
  }
  await requireFile(path);
  const kitPath = `user/${name}`;
  const files = await filesOf(folder);
  const own = join(folder, "files", "user");
  await mkdir(own, { recursive: true });
  // No file of a kit has a name like this.
  const copy = join(own, `.${name}.new`);
  let data: Buffer;
  try {
    await copyFile(path, copy);
    data = await readFile(copy);
    if (sha256 !== undefined && sha256Of(data) !== sha256) {
      throw new LifeboatError("file-changed", say.changedMeanwhile(path), { kind: "refused" });
    }
    await rename(copy, join(own, name));
  } finally {
    await rm(copy, { force: true });
  }
  const entry = {
    path: kitPath,
    bytes: data.length,
    sha256: sha256Of(data),
    package: "user",
    version,
    licence,
  };
  const others = files.filter((file) => file.path !== kitPath);
  const replaced = others.filter(replaces);
  await writeManifest(folder, {
    format: KIT_FORMAT,
    files: [...others.filter((file) => !replaced.includes(file)), entry],
  });
  const kit = await openKit(folder);
  for (const { path: old } of replaced) await rm(kit.pathOf(old), { force: true });
  return kit;
}

/** None where there is no kit yet; a manifest that can't be read is not replaced. */
async function filesOf(folder: string): Promise<KitManifest["files"]> {
  try {
    return (await openKit(folder)).manifest.files;
  } catch (error) {
    if (error instanceof LifeboatError && error.code === "no-kit") return [];
    throw error;
  }
}
