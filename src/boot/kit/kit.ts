/** A kit: the folder of boot files that sticks are made from, opened and checked against its own manifest. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import { cacheFolder } from "../../system/places.ts";
import type { KitFile, KitManifest } from "./manifest.ts";
import { KIT_FORMAT, kitManifestSchema } from "./manifest.ts";
import { say } from "./messages.ts";

/** Where the kit lies unless `LIFEBOAT_KIT` names another folder. */
export function kitFolder(): string {
  return process.env["LIFEBOAT_KIT"] || join(cacheFolder(), "kit");
}

export class Kit {
  readonly folder: string;
  readonly manifest: KitManifest;

  constructor(folder: string, manifest: KitManifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  find(path: string): KitFile | undefined {
    return this.manifest.files.find((file) => file.path === path);
  }

  /**
   * The bytes of a file of the kit, checked against the manifest each time: a stick is only as sound as what is copied to it.
   * @throws LifeboatError `kit-file-missing`, `kit-file-changed`.
   */
  async read(path: string): Promise<Buffer> {
    const known = this.find(path);
    const data = await readFile(this.pathOf(path)).catch(() => undefined);
    if (known === undefined || data === undefined) {
      throw new LifeboatError("kit-file-missing", say.fileMissing(path), {
        kind: "missing",
        hint: say.rebuildHint(),
      });
    }
    if (sha256Of(data) !== known.sha256) {
      throw new LifeboatError("kit-file-changed", say.fileChanged(path), {
        kind: "damaged",
        hint: say.rebuildHint(),
      });
    }
    return data;
  }

  pathOf(path: string): string {
    return join(this.folder, "files", ...path.split("/"));
  }

  /** Package versions, for the stick's manifest and `inspect`: `{"shim-signed": "1.51…"}`. Files of the user's are on no stick's boot stage. */
  versions(): Record<string, string> {
    const versions: Record<string, string> = {};
    for (const file of this.manifest.files) {
      if (file.package !== "user") versions[file.package] = file.version;
    }
    return versions;
  }
}

/** @throws LifeboatError `no-kit` where there is none, `kit-manifest` where its manifest can't be read. */
export async function openKit(folder: string = kitFolder()): Promise<Kit> {
  const path = join(folder, "kit.json");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new LifeboatError("kit-manifest", say.cantRead(path, error.message), { cause: error });
  });
  if (text === undefined) {
    throw new LifeboatError("no-kit", say.noKit(folder), {
      kind: "missing",
      hint: say.noKitHint(),
    });
  }
  return new Kit(folder, parseManifest(text, path));
}

export function parseManifest(text: string, where: string): KitManifest {
  let reason = `format ${KIT_FORMAT} expected`;
  try {
    const parsed = kitManifestSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    reason = parsed.error.issues[0]?.message ?? reason;
  } catch (cause) {
    reason = String(cause);
  }
  throw new LifeboatError("kit-manifest", say.badManifest(where, reason), {
    kind: "missing",
    hint: say.rebuildHint(),
  });
}

/** Writes the manifest so that a cut leaves the old one or the new one. */
export async function writeManifest(folder: string, manifest: KitManifest): Promise<void> {
  const files = manifest.files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const path = join(folder, "kit.json");
  await writeFile(`${path}.new`, `${JSON.stringify({ ...manifest, files }, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}

/**
 * Takes the files that the user added over from the kit in `oldFolder` into the one that is made in `fresh`, but for those
 * that `fresh` brings itself, and damaged ones.
 */
export async function keepUserFiles(
  oldFolder: string,
  fresh: string,
  brought: readonly KitFile[],
): Promise<KitFile[]> {
  const old = await openKit(oldFolder).catch(() => undefined);
  const kept: KitFile[] = [];
  for (const file of old?.manifest.files ?? []) {
    if (file.package !== "user" || brought.some(({ path }) => path === file.path)) continue;
    const data = await old?.read(file.path).catch(() => undefined);
    if (data === undefined) continue;
    const target = join(fresh, "files", ...file.path.split("/"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, data);
    kept.push(file);
  }
  return kept;
}

export function sha256Of(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Puts the folder `fresh` in the place of `folder`; the old one is given up only once the new one is there. */
export async function replaceFolder(folder: string, fresh: string): Promise<void> {
  const old = `${fresh}-old`;
  const hadOne = await rename(folder, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(fresh, folder);
  } catch (error) {
    if (hadOne) await rename(old, folder);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
