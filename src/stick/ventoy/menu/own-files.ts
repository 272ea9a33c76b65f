/** What of a Ventoy stick's data partition is lifeboat's own, and not for its commands to remove or replace. */
import { LifeboatError } from "../../../system/errors.ts";
import { MANIFEST_PATH } from "../../manifest.ts";
import { POINTER_PATH } from "../../menu/slots.ts";
import type { Stick } from "../../stick.ts";
import { WRITTEN_JSON_PATH } from "./json-file.ts";
import { OWN_FOLDERS, VENTOY_GRUB_PATH } from "./beside.ts";
import { say } from "./messages.ts";

/** @throws LifeboatError `own-file` where the menu lies on the data partition and one of the paths is of it. */
export function refuseOwnFiles(stick: Stick, paths: readonly string[]): void {
  const { bootStage } = stick.manifest;
  if (bootStage.kind !== "ventoy") return;
  const single = [
    MANIFEST_PATH,
    POINTER_PATH,
    WRITTEN_JSON_PATH,
    VENTOY_GRUB_PATH,
    ...Object.keys(bootStage.files),
  ].map((path) => path.toLowerCase());
  for (const path of paths) {
    // As exFAT compares names.
    const lower = path.toLowerCase();
    const isOwn =
      single.includes(lower) || OWN_FOLDERS.some((folder) => lower.startsWith(`${folder}/`));
    if (isOwn) throw new LifeboatError("own-file", say.ownFile(path), { kind: "usage" });
  }
}
