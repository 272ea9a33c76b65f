/** Opens what a stick is to follow, by what it is called. */
import { openFolderSource } from "./folder.ts";
import { isWebAddress, openWebSource } from "./http.ts";
import type { SyncSource } from "./source.ts";

/**
 * @param from an `http:` or `https:` address, else a folder of this computer.
 * @param stick its path: where it is an image file in that folder, it is no part of the source.
 * @throws LifeboatError what `openWebSource` and `openFolderSource` throw.
 */
export async function openSource(
  from: string,
  stick: string,
  signal: AbortSignal,
): Promise<SyncSource> {
  return isWebAddress(from) ? openWebSource(from, { signal }) : openFolderSource(from, stick);
}
