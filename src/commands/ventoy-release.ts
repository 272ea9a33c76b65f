/** `--ventoy ARCHIVE` or `--ventoy kit`, with `--ventoy-sums FILE`, for each command that takes them. */
import type { VentoyRelease } from "../boot/ventoy/release/release.ts";
import type { Text } from "../system/text.ts";
import type { Shell } from "./shell.ts";

export interface ReleaseOptions {
  readonly ventoy: string;
  readonly ventoySums?: string;
}

/**
 * Reads the release and checks all of it; warns where the archive was held against no checksum. Of the kit's, `kit add` has warned.
 * @throws LifeboatError what `openVentoyRelease` and `openKitRelease` throw.
 */
export async function openRelease(
  { ventoy, ventoySums }: ReleaseOptions,
  shell: Shell,
): Promise<VentoyRelease> {
  const sums = ventoySums === undefined ? {} : { sums: ventoySums };
  if (ventoy === OF_THE_KIT) {
    const { openKitRelease } = await import("../boot/kit/ventoy.ts");
    return openKitRelease(sums);
  }
  const { openVentoyRelease } = await import("../boot/ventoy/release/release.ts");
  const release = await openVentoyRelease(ventoy, sums);
  if (release.checked === "none") shell.warn(unchecked(release.archive));
  return release;
}

/** In the place of an archive's path; a file of that name is `./kit`. */
const OF_THE_KIT = "kit";

export function unchecked(archive: string): Text {
  return {
    en: `${archive} was held against no checksum: --ventoy-sums takes the release's sha256.txt`,
    zh: `未校验 ${archive} 的校验和：可用 --ventoy-sums 指定该版本的 sha256.txt`,
  };
}
