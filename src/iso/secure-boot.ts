/** What Secure Boot says to an image: which of its entries need the image's own boot loader, and whether that one can be used. */
import type { Text } from "../system/text.ts";
import { judgeSignature } from "./boot-image.ts";
import type { ImageFacts } from "./image-facts.ts";
import { judgeOwnLoader } from "./own-loader/judge.ts";
import { EXPECTED_SBAT_LEVEL } from "./own-loader/sbat-level.ts";
import type { BuiltEntry } from "./recipes/linux-entries.ts";
import { startsByOtherGrub } from "./starts-by-other-grub.ts";
import type { IsoEntry } from "./types.ts";

export interface SettledEntries {
  readonly built: readonly BuiltEntry[];
  /** Why entries of another vendor's can't be started by that vendor's boot loader. */
  readonly reason?: Text;
}

/**
 * Entries whose kernel another vendor signed become `own-loader` where the image brings that vendor's shim and GRUB. The image's
 * boot loader is looked at only where it is wanted.
 */
export async function settleOwnLoader(
  facts: ImageFacts,
  built: readonly BuiltEntry[],
): Promise<SettledEntries> {
  const foreign = built.filter(({ entry }) => wantsOwnLoader(entry));
  if (foreign.length === 0) return { built };
  const images = [...foreign, ...(await facts.offered())].flatMap(({ image }) => image ?? []);
  const signers = new Set(images.flatMap((image) => judgeSignature(image).vendor ?? []));
  const judged = await judgeOwnLoader(facts.tree, facts.range, EXPECTED_SBAT_LEVEL, [...signers]);
  if ("reason" in judged) return { built, reason: judged.reason };
  return {
    built: built.map((one) =>
      wantsOwnLoader(one.entry)
        ? { ...one, entry: { ...one.entry, secureBoot: "own-loader" } }
        : one,
    ),
  };
}

function wantsOwnLoader({ secureBoot, firmware, method }: IsoEntry): boolean {
  return secureBoot === "other-vendor" && firmware.includes("x64") && startsByOtherGrub(method);
}
