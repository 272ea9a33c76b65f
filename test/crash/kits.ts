/** A kit of another version: the tests' own, with files changed, as a later one of Debian's packages would have them. */
import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { openKit } from "../../src/boot/kit/kit.ts";
import { KIT_PATHS } from "../../src/boot/kit/manifest.ts";
import { testKit } from "../support/kit.ts";

interface KitManifest {
  readonly files: { readonly path: string; version: string; bytes: number; sha256: string }[];
}

/** Longer by a sector, so that a core image and files take other clusters; what is behind their end is read by nobody who starts them. */
const ADDED = Buffer.alloc(512, "another version\n");

export async function laterKit(folder: string): Promise<Kit> {
  await cp((await testKit()).folder, folder, { recursive: true });
  const path = join(folder, "kit.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as KitManifest;
  for (const [index, file] of manifest.files.entries()) {
    // boot.img is one sector, and has to stay that.
    if (file.path === KIT_PATHS.bootImg) continue;
    const isCore = file.path === KIT_PATHS.coreGpt || file.path === KIT_PATHS.coreMbr;
    if (!isCore && index % 3 !== 0) continue;
    const target = join(folder, "files", file.path);
    const data = Buffer.concat([await readFile(target), ADDED]);
    await writeFile(target, data);
    file.bytes = data.length;
    file.version = `${file.version}+later`;
    file.sha256 = createHash("sha256").update(data).digest("hex");
  }
  await writeFile(path, JSON.stringify(manifest));
  return openKit(folder);
}
