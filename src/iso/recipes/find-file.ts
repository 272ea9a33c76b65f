import type { ImageFacts } from "../image-facts.ts";

/** The first file that fits one of the patterns, in their order. */
export async function firstFile(
  facts: ImageFacts,
  patterns: readonly string[],
): Promise<string | undefined> {
  for (const pattern of patterns) {
    for (const entry of await facts.tree.glob(pattern))
      if (entry.kind === "file") return entry.path;
  }
  return undefined;
}
