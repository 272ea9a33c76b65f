/** The page docs/systems.md, made of the list of systems and of what their fixtures' entries are. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { IsoFixture } from "./iso-fixtures.ts";

export interface SystemsSection {
  readonly title: string;
  /** What holds for all of them, and what was really booted. */
  readonly about: string;
  readonly systems: readonly string[];
}

export async function loadSystems(): Promise<SystemsSection[]> {
  const path = fileURLToPath(new URL("../fixtures/systems.yaml", import.meta.url));
  return parse(await readFile(path, "utf8")) as SystemsSection[];
}

const HEAD = `# Systems

What lifeboat recognises by name, and how it starts it. Each row is proved by an image that the tests generate, with the tree
and the boot menu of that system and dummy kernels (\`test/fixtures/iso\`): it shows that the system is recognised, gets its
name, and yields exactly the entries that were reviewed. That is not a boot of the real image; what was really booted, each
section says. An image that isn't here starts from its own menu with the hook, as any unknown Linux.

This page is made by the tests (\`npx vitest run test/unit/iso/systems.test.ts -u\`).
`;

/** @param fixtures those of the systems; one that is missing has no row. */
export function systemsPage(
  sections: readonly SystemsSection[],
  fixtures: readonly IsoFixture[],
): string {
  const parts = sections.map(({ title, about, systems }) => {
    const rows = systems.flatMap((system) => {
      const fixture = fixtures.find((one) => one.system === system);
      return fixture === undefined ? [] : [rowOf(fixture)];
    });
    const table = [
      "| system | recipe | starts by | entries |",
      "| --- | --- | --- | --- |",
      ...rows,
    ];
    return `## ${title}\n\n${about.trim()}\n\n${table.join("\n")}\n`;
  });
  return [HEAD, ...parts].join("\n");
}

function rowOf(fixture: IsoFixture): string {
  const { system, family, entries } = fixture;
  return `| ${system} | ${family} | ${howItStarts(fixture)} | ${entries.length} |`;
}

/** From the first entry: its way, and those of its arguments that lead to the image. */
function howItStarts({ entries, volumeId }: IsoFixture): string {
  if (entries.length === 0) return "not from the menu";
  const [, , method = "", args = "", via = ""] = (entries[0] ?? "").split(" | ");
  const way = via.split(",")[0] ?? "";
  const label = volumeId.replaceAll(" ", "\\x20");
  const leading = args
    .split(" ")
    .filter((word) => /lifeboat|2026-01-02-/.test(word) || (label !== "" && word.includes(label)))
    .map(
      (word) =>
        `\`${word.replaceAll(label, "LABEL").replaceAll("2026-01-02-03-04-05-00", "UUID")}\``,
    );
  if (way === "hook") return ["the hook", ...leading].join(", ");
  return method.startsWith("linux ")
    ? "kernel and initrd alone"
    : `${way} (${method.split(" ")[0]})`;
}
