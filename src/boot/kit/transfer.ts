/** `kit export`, `kit import` and `kit add`: a kit moves between machines as one tar file, checked member by member. */
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract, pack } from "tar-stream";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import {
  Kit,
  haveKit,
  kitFolder,
  openKit,
  parseManifest,
  replaceFolder,
  sha256Of,
  writeManifest,
} from "./kit.ts";
import type { KitManifest } from "./manifest.ts";
import { KIT_FORMAT } from "./manifest.ts";
import { say } from "./messages.ts";

/** No kit is near these; an archive that is larger is not one. */
const MAXIMUM_ARCHIVE_BYTES = 1024 * MIB;
const MAXIMUM_MEMBERS = 4096;

/** Writes the kit to `archive`, deterministically: the same kit gives the same bytes. */
export async function exportKit(kit: Kit, archive: string): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(archive));
  const add = (name: string, data: Buffer) =>
    tar.entry({ name, mtime: new Date(0), mode: 0o644 }, data);
  add("kit.json", await readFile(join(kit.folder, "kit.json")));
  for (const file of kit.manifest.files) add(`files/${file.path}`, await kit.read(file.path));
  const licences = join(kit.folder, "licences");
  const names = await readdir(licences).catch(() => []);
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    add(`licences/${name}`, await readFile(join(licences, name)));
  }
  tar.finalize();
  await written;
}

/**
 * Replaces the kit by the one in `archive`. Every file must be named by the archive's own manifest and match its SHA-256.
 * @throws LifeboatError `kit-archive`, `kit-manifest`, `kit-file-missing`, `kit-file-changed`.
 */
export async function importKit(archive: string, folder: string = kitFolder()): Promise<Kit> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-new-`);
  try {
    const manifest = await unpack(archive, work);
    const fresh = new Kit(work, manifest);
    for (const file of manifest.files) await fresh.read(file.path);
    await replaceFolder(folder, work);
    return await openKit(folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function unpack(archive: string, folder: string): Promise<KitManifest> {
  const tar = extract();
  const fed = pipeline(createReadStream(archive), tar);
  // The loop below is where an error is thrown to the caller; this only keeps it from being thrown twice.
  fed.catch(() => undefined);
  let bytes = 0;
  let members = 0;
  let manifest: KitManifest | undefined;
  for await (const entry of tar) {
    const { name, type, size } = entry.header;
    if (
      !/^(kit\.json|(files|licences)(\/[\w.+-]+)+)$/.test(name) ||
      name.includes("..") ||
      type !== "file"
    ) {
      throw new LifeboatError("kit-archive", say.archiveMember(name), { kind: "usage" });
    }
    bytes += size ?? 0;
    if (bytes > MAXIMUM_ARCHIVE_BYTES || ++members > MAXIMUM_MEMBERS) {
      throw new LifeboatError("kit-archive", say.archiveTooLarge(), { kind: "usage" });
    }
    const data = await buffer(entry);
    if (name === "kit.json") manifest = parseManifest(data.toString("utf8"), archive);
    const target = join(folder, ...name.split("/"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, data);
  }
  await fed;
  if (manifest === undefined) {
    throw new LifeboatError("kit-archive", say.fileMissing("kit.json"), { kind: "usage" });
  }
  return manifest;
}

/**
 * Adds a file of the user's (a Ventoy archive, wimboot, virtio drivers) to the kit, under `user/`.
 * @throws LifeboatError `bad-kit-name`.
 */
export async function addToKit(
  path: string,
  licence: string,
  folder: string = kitFolder(),
): Promise<Kit> {
  const name = basename(path);
  if (!/^[\w.+-]+$/.test(name) || name.startsWith(".")) {
    throw new LifeboatError("bad-kit-name", say.badKitName(name), { kind: "usage" });
  }
  const kitPath = `user/${name}`;
  const manifest = (await haveKit(folder))
    ? (await openKit(folder)).manifest
    : { format: KIT_FORMAT as typeof KIT_FORMAT, files: [] };
  await mkdir(join(folder, "files", "user"), { recursive: true });
  await copyFile(path, join(folder, "files", kitPath));
  const data = await readFile(join(folder, "files", kitPath));
  const entry = {
    path: kitPath,
    bytes: data.length,
    sha256: sha256Of(data),
    package: "user",
    version: "",
    licence,
  };
  await writeManifest(folder, {
    ...manifest,
    files: [...manifest.files.filter((file) => file.path !== kitPath), entry],
  });
  return openKit(folder);
}
