/** What is for sticks with lifeboat's own boot stage alone. */
import { LifeboatError } from "../../../system/errors.ts";
import type { Stick } from "../../stick.ts";
import { say } from "./messages.ts";

/** @throws LifeboatError `ventoy-stage` where Ventoy starts the stick. */
export function requireOwnStage({ manifest, path }: Pick<Stick, "manifest" | "path">): void {
  if (manifest.bootStage.kind === "grub") return;
  throw new LifeboatError("ventoy-stage", say.startsByVentoy(path), {
    kind: "refused",
    hint: say.startsByVentoyHint(path),
  });
}
