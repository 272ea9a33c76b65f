/** From results to docs/crash-states.md. */
import { FAULTS } from "../support/faulty-handle.ts";
import type { Row } from "./results.ts";

const HEAD = `# Cut power and failing media

Written by \`npm run crash\`; don't edit it by hand. Each command was carried out once on a recorder. Then the power was cut at every
write: everything before the last flush is there, and of the writes behind it every prefix, each one alone, each one missing, all subsets
(of up to six) or random ones, and each longer write torn at a sector. Each state is a whole disk, and each was looked at:

- the menu in use is the old one or the new one, to the byte; all files of the boot stage, and all that the menu names on the ESP, are
  right; at the extents that the menu says lie the ISOs' bytes. For \`build\` and \`clone\`, which give up what was there: no partition
  table, or a whole new stick;
- the files that the command didn't name are what they were; those that it named are the old ones, the new ones, or not there;
- fsck.fat, fsck.exfat or ntfsresize looked at both partitions; what they said is below. Where they said anything, the repair of
  \`verify --fix\` was carried out, after which they have to find nothing, and all of the above must hold still;
- on one state in twenty-five, \`refresh\` was run, and \`verify --deep\` after it found no error but what the repair mends (an NTFS file
  whose name was cut off is put back under it). On NTFS the repair was carried out in every state, since ntfsresize looks at no names.

Sticks on ext4 are left out: \`add\` and \`remove\` start e2fsprogs' debugfs there, which writes to the image by itself. Its writes
aren't recorded, and an image before and after a run of it says nothing of their order. What e2fsck makes of a cut is not tested.
`;

const MEDIA = `Each command was carried out on a medium that fails at the nth operation (\`test/support/faulty-handle.ts\`): a read, a write or a
flush with EIO, a full disk, a stick that is pulled out, short reads and writes, and ones that do nothing. The command has to say so in
lifeboat's words, or get over it; what is on the stick then is held against the same list; and a second run has to come to its end.
In the cells: at how many operations, and how often the command ended with an error.
`;

type Cells = readonly (string | number)[];

export function renderPage(rows: readonly Row[]): string {
  const faults = faultsIn(rows);
  const states = rows.reduce((sum, { cuts }) => sum + (cuts?.states ?? 0), 0);
  const failures = rows.reduce((sum, row) => sum + failuresIn(row), 0);
  const said = complaintsIn(rows);
  const parts = [
    HEAD,
    `**${grouped(states)} states, ${grouped(failures)} failures of media, ${faults.length} faults.**`,
    table(
      ["command", "done", "data", "table", "writes", "flushes", "states", "share"].concat([
        "refreshed",
        "faults",
        "seed",
        "commit",
        "day",
      ]),
      rows.flatMap(cutsLine),
    ),
    ...(faults.length > 0 ? [faults.map((fault) => `- ${fault}`).join("\n")] : []),
    "## Failing media",
    MEDIA,
    table(
      ["command", "data", "table", ...Object.keys(FAULTS), "faults", "seed", "commit", "day"],
      rows.flatMap(mediaLine),
    ),
    ...(said.length > 0
      ? ["## What fsck said, before the repair", table(["states", "words"], said)]
      : []),
  ];
  return `${parts.join("\n\n")}\n`.replaceAll(/\n{3,}/g, "\n\n");
}

/** All that is wrong, with the row that shows it. */
export function faultsIn(rows: readonly Row[]): string[] {
  return rows.flatMap(({ command, fileSystem, scheme, cuts, media }) =>
    [...(cuts?.faults ?? []), ...(media?.results ?? []).flatMap(({ wrong }) => wrong)].map(
      (fault) => `${command}, ${fileSystem}, ${scheme}: ${fault}`,
    ),
  );
}

function failuresIn({ media }: Row): number {
  return (media?.results ?? []).reduce((sum, { tried }) => sum + tried, 0);
}

function cutsLine({ command, what, fileSystem, scheme, cuts }: Row): Cells[] {
  if (cuts === undefined) return [];
  const { writes, flushes, states, every, refreshed, faulty, seed, commit, day } = cuts;
  return [
    [`\`${command}\``, what, fileSystem, scheme, writes, flushes, states].concat(
      [every === 1 ? "all" : `1 in ${every}`, refreshed, faulty],
      [seed, commit, day],
    ),
  ];
}

function mediaLine({ command, fileSystem, scheme, media }: Row): Cells[] {
  if (media === undefined) return [];
  const { results, seed, commit, day } = media;
  const cells = Object.keys(FAULTS).map((name) => {
    const result = results.find(({ fault }) => fault === name);
    return result === undefined ? "" : `${result.tried}, ${result.failed}`;
  });
  const wrong = results.flatMap((result) => result.wrong).length;
  return [[`\`${command}\``, fileSystem, scheme, ...cells, wrong, seed, commit, day]];
}

function complaintsIn(rows: readonly Row[]): Cells[] {
  const times = new Map<string, number>();
  for (const { cuts } of rows) {
    for (const [kind, states] of Object.entries(cuts?.complaints ?? {})) {
      times.set(kind, (times.get(kind) ?? 0) + states);
    }
  }
  return [...times]
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, states]) => [states, `\`${kind.replaceAll("|", String.raw`\|`)}\``]);
}

function table(columns: readonly string[], rows: readonly Cells[]): string {
  const line = (cells: Cells) => `| ${cells.join(" | ")} |`;
  return [columns, columns.map(() => "---"), ...rows].map(line).join("\n");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
