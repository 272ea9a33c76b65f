/** From results to docs/boot-matrix.md. */
import type { DataFileSystem } from "../../src/stick/layout.ts";
import { SYSTEMS } from "../e2e/systems.ts";
import type { Cell } from "./cells.ts";
import { allCells, COLUMNS, FILE_SYSTEMS, OPTIONAL } from "./cells.ts";
import type { Results } from "./results.ts";
import { keyOf } from "./results.ts";

const FILE_SYSTEM_NAMES: Readonly<Record<DataFileSystem, string>> = {
  exfat: "exFAT",
  ext4: "ext4",
  ntfs: "NTFS",
  fat32: "FAT32",
};

const HEAD = `# Boot matrix

Written by \`npm run matrix\`; don't edit it by hand. Each cell is one start of an emulated computer (QEMU, without KVM) from a stick that
\`lifeboat build\` made, with all of these ISOs on it, through the stick's menu.

- **✔** The console showed that the system's own user space runs from the ISO, so many seconds after power-on.
- **says why** It isn't meant to start there, and its entry in the menu said so in words.
- **–** It isn't meant to start there.
- **✘** It was started and did not get there.
- An empty cell was not started in this run.
`;

/** The whole page. */
export function renderTable(results: Results): string {
  const notes: string[] = [];
  const note = (why: string): string => {
    if (!notes.includes(why)) notes.push(why);
    return `<sup>${notes.indexOf(why) + 1}</sup>`;
  };
  const shown = COLUMNS.filter(
    ({ firmware }) =>
      firmware !== OPTIONAL ||
      allCells().some(
        (cell) => cell.firmware === OPTIONAL && results.cells[keyOf(cell)] !== undefined,
      ),
  );
  const rows = SYSTEMS.flatMap((system) =>
    FILE_SYSTEMS.flatMap((fileSystem) => rowOf({ system, fileSystem }, shown, results, note)),
  );
  const columns = ["system", "stick", ...shown.map(({ name }) => name)];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const parts = [
    HEAD,
    [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n"),
    notes.map((why, index) => `${index + 1}. ${why}`).join("\n"),
    about(results),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`.replaceAll(/\n{3,}/g, "\n\n");
}

/** None where no cell of it was started. */
function rowOf(
  { system, fileSystem }: Omit<Cell, "firmware">,
  columns: typeof COLUMNS,
  results: Results,
  note: (why: string) => string,
): string[][] {
  const found = columns.map(
    ({ firmware }) => results.cells[keyOf({ system, fileSystem, firmware })],
  );
  if (found.every((result) => result === undefined)) return [];
  const cells = columns.map(({ firmware }, index): string => {
    const result = found[index];
    const except = system.except?.[firmware];
    if (except !== undefined && except.says === undefined) return `–${note(except.why)}`;
    if (result === undefined) return "";
    if (result.outcome === "failed") return "✘";
    if (result.outcome === "says") return `says why${note(except?.why ?? "")}`;
    return `✔ ${Math.round(result.seconds)} s`;
  });
  return [[system.name, FILE_SYSTEM_NAMES[fileSystem], ...cells]];
}

function about({ versions, cells }: Results): string {
  const days = Object.values(cells).map(({ at }) => at.slice(0, 10));
  const [first] = days.toSorted();
  const last = days.toSorted().at(-1);
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return days.length === 0 ? "" : `Run ${when} with ${list.join(", ")}.`;
}
