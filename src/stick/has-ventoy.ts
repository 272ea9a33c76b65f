import type { StickManifest } from "./manifest.ts";

/** Whether the stick's menu can lead to Ventoy: it lies beside Ventoy's own, or Ventoy lies behind it. */
export function hasVentoy({ bootStage }: Pick<StickManifest, "bootStage">): boolean {
  return bootStage.kind === "ventoy" || bootStage.ventoyChain === true;
}
