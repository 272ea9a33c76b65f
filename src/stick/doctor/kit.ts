/** Whether the kit of boot files is there, and whole. */
import { openKit } from "../../boot/kit/kit.ts";
import { NEEDED_PATHS } from "../../boot/kit/manifest.ts";
import { failureOf } from "../../system/errors.ts";
import type { Check } from "./check.ts";
import { say } from "./messages.ts";

export async function checkKit(): Promise<Check[]> {
  const about = { id: "kit", neededFor: say.forSticks() };
  try {
    const kit = await openKit();
    // Each is held against its SHA-256.
    for (const path of NEEDED_PATHS) await kit.read(path);
    const shim = kit.versions()["shim-signed"] ?? "";
    return [{ ...about, level: "ok", what: say.kit(kit.manifest.files.length, shim, kit.folder) }];
  } catch (error) {
    const { text, hint } = failureOf(error);
    return [{ ...about, level: "error", what: text, ...(hint !== undefined && { fix: hint }) }];
  }
}
