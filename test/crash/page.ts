/** From results to docs/crash-states.md. */
import type { DataFileSystem, Scheme } from "../../src/stick/layout.ts";
import type { FaultResult } from "./faults.ts";
import type { SearchResult } from "./search.ts";

export interface Row extends SearchResult {
  readonly fileSystem: DataFileSystem;
  readonly scheme: Scheme;
  readonly command: string;
  readonly what: string;
  readonly failures: readonly FaultResult[];
}

const HEAD = `# Cut power and failing media

Written by \`npm run crash\`; don't edit it by hand. Each command was carried out once on a recorder. Then the power was cut at every
write: everything before the last flush is there, and of the writes behind it every prefix, each one alone, each one missing, all subsets
(of up to six) or random ones, and each longer write torn at a sector. Each state is a whole disk, and each was looked at:

- the menu in use is the old one or the new one, to the byte; all files of the boot stage, and all that the menu names on the ESP, are
  right; at the extents that the menu says lie the ISOs' bytes. For \`build\`, which gives up what was there: no partition table, or
  a whole new stick;
- the files that the command didn't name are what they were;
- fsck.fat, fsck.exfat or ntfsresize looked at both partitions; what they said is below. Where they said anything, the repair of
  \`verify --fix\` was carried out, after which they have to find nothing, and all of the above must hold still;
- on one state in twenty-five, \`refresh\` was run, and \`verify --deep\` after it found no error.

Then each command was carried out on a medium that fails at the nth operation (\`test/support/faulty-handle.ts\`): a read, a write or a flush with
EIO, a full disk, a stick that is pulled out, short reads and writes, and ones that do nothing. The command has to say so, or get over it;
what is on the stick then is held against the same list; and a second run has to come to its end.

Sticks on ext4 are left out: \`add\` and \`remove\` start e2fsprogs' debugfs there, whose writes aren't recorded.
`;

export function renderPage(
  rows: readonly Row[],
  about: {
    readonly commit: string;
    readonly every: string;
    readonly orders: string;
    readonly seed: string;
  },
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const columns = [
    "command",
    "done",
    "data",
    "table",
    "writes",
    "flushes",
    "states",
    "refreshed",
    "faults",
  ];
  const cells = rows.map((row) =>
    line([
      `\`${row.command}\``,
      row.what,
      row.fileSystem,
      row.scheme,
      row.writes,
      row.flushes,
      row.states,
      row.refreshed,
      row.faults.length,
    ]),
  );
  const complaints = new Map<string, number>();
  for (const row of rows) {
    for (const [kind, times] of row.complaints) {
      complaints.set(kind, (complaints.get(kind) ?? 0) + times);
    }
  }
  const said = [...complaints]
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, times]) => line([times, `\`${kind.replaceAll("|", String.raw`\|`)}\``]));
  const failures = rows.flatMap((row) =>
    row.failures.map(({ fault, tried, failed, wrong }) =>
      line([`\`${row.command}\``, row.fileSystem, row.scheme, fault, tried, failed, wrong.length]),
    ),
  );
  const failureColumns = ["command", "data", "table", "fault", "places", "errors told", "faults"];
  const total = rows.reduce((sum, { states }) => sum + states, 0);
  const faults = rows.flatMap((row) =>
    [...row.faults, ...row.failures.flatMap(({ wrong }) => wrong)].map(
      (fault) => `- ${row.command}, ${row.fileSystem}, ${row.scheme}: ${fault}`,
    ),
  );
  const parts = [
    HEAD,
    `**${total} states, ${faults.length} faults.** Commit ${about.commit}, seed ${about.seed}, ${about.orders} random subsets a window, one state in ${about.every}.`,
    [line(columns), line(columns.map(() => "---")), ...cells].join("\n"),
    ...(faults.length > 0 ? [faults.join("\n")] : []),
    "## Failing media",
    [line(failureColumns), line(failureColumns.map(() => "---")), ...failures].join("\n"),
    ...(said.length > 0
      ? [
          "## What fsck said, in how many states",
          [line(["states", "words"]), line(["---", "---"]), ...said].join("\n"),
        ]
      : []),
  ];
  return `${parts.join("\n\n")}\n`.replaceAll(/\n{3,}/g, "\n\n");
}
