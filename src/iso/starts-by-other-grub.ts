import type { BootMethod } from "./types.ts";

/** What any signed GRUB can do as lifeboat's does. */
export function startsByOtherGrub({ kind }: BootMethod): boolean {
  return kind === "linux" || kind === "configfile" || kind === "loopback";
}
