/** A release of Ventoy's in the kit: the archive as the user brought it, one at most. */
import { compareNames } from "../../menu/compare.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { OpenReleaseOptions, VentoyRelease } from "../ventoy/release/release.ts";
import { isOfficialName, openVentoyRelease } from "../ventoy/release/release.ts";
import type { Kit } from "./kit.ts";
import { kitFolder, openKit } from "./kit.ts";
import type { KitFile } from "./manifest.ts";
import { say } from "./messages.ts";
import { addToKit } from "./transfer.ts";

/** Whether `kit add` takes a file for a release: by the name that releases are published under. */
export function isReleaseName(path: string): boolean {
  return isOfficialName(path);
}

/**
 * Checks a release and adds it to the kit, in the place of one that was there.
 * @throws LifeboatError what `openVentoyRelease` and `addToKit` throw, with the kit as it was.
 */
export async function addReleaseToKit(
  path: string,
  licence: string,
  options: OpenReleaseOptions = {},
  folder: string = kitFolder(),
): Promise<{ readonly kit: Kit; readonly release: VentoyRelease }> {
  const release = await openVentoyRelease(path, options);
  const { version, archiveSha256: sha256 } = release;
  const kit = await addToKit(path, licence, folder, { version, sha256, replaces: isRelease });
  return { kit, release };
}

/**
 * Opens the kit's release, which must be what the kit's list names: it was held against its checksum when it was added, where there was one.
 * @throws LifeboatError `no-kit`, `no-ventoy-in-kit`, `kit-file-changed`; what `openVentoyRelease` throws.
 */
export async function openKitRelease(
  options: OpenReleaseOptions = {},
  folder: string = kitFolder(),
): Promise<VentoyRelease> {
  const kit = await openKit(folder);
  // An import may have brought a second one.
  const [file] = kit.manifest.files
    .filter(isRelease)
    .toSorted((a, b) => compareNames(b.version, a.version));
  if (file === undefined) {
    throw new LifeboatError("no-ventoy-in-kit", say.noVentoy(folder), {
      kind: "missing",
      hint: say.noVentoyHint(),
    });
  }
  const release = await openVentoyRelease(kit.pathOf(file.path), options);
  if (release.archiveSha256 === file.sha256) return release;
  throw new LifeboatError("kit-file-changed", say.fileChanged(file.path), {
    kind: "damaged",
    hint: say.noVentoyHint(),
  });
}

/** Of the user's files only a release has a version: it was checked, whatever its name is. */
function isRelease({ package: from, version }: KitFile): boolean {
  return from === "user" && version !== "";
}
