/** Completion, asked of the real shells. PowerShell isn't there: of its script only the words are looked at. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { execa } from "execa";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { allCommands } from "../../support/reference.ts";
import { suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

let folder = "";

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { status, stdout } = await lifeboat(["completion", shell]);
    expect(status).toBe(0);
    await writeFile(join(folder, shell), stdout);
  }
  await mkdir(join(folder, "files", "some isos"), { recursive: true });
  await writeFile(join(folder, "files", "debian 13.iso"), "");
  await writeFile(join(folder, "files", "stick.img"), "");
}, 120_000);

const files = () => join(folder, "files");

/** What is typed, up to the cursor, and what is offered there. */
const CASES: [string, string[]][] = [
  ["lifeboat buil", ["build"]],
  ["lifeboat kit ex", ["export"]],
  ["lifeboat --lang zh persistence cr", ["create"]],
  ["lifeboat build --sch", ["--scheme"]],
  ["lifeboat build --scheme ", ["gpt", "mbr"]],
  ["lifeboat build --json --fs ", ["exfat", "ext4", "fat32", "ntfs"]],
  ["lifeboat boot stick.img --firmware uefi", ["uefi", "uefi-ia32"]],
  ["lifeboat add --lang ", ["en", "zh"]],
  ["lifeboat completion ", ["bash", "fish", "powershell", "zsh"]],
  // Nobody can know these.
  ["lifeboat build --size ", []],
  ["lifeboat remove stick.img ", []],
  ["lifeboat persistence create stick.img ", []],
  // Files.
  ["lifeboat verify st", ["stick.img"]],
  ["lifeboat add stick.img deb", ["debian 13.iso"]],
  ["lifeboat build --iso one.iso deb", ["debian 13.iso"]],
  ["lifeboat settings stick.img --from st", ["stick.img"]],
];

describe("bash", () => {
  /** The words as readline hands them over: it splits at the sign of equality and at the colon. */
  async function ask(line: string): Promise<string[]> {
    const words = line.split(/ |(?<=[=:])|(?=[=:])/).map((word) => `'${word}'`);
    const script = [
      'source "$0"',
      'cd "$1"',
      `COMP_WORDS=(${words.join(" ")}) COMP_CWORD=${words.length - 1}`,
      "_lifeboat",
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ];
    // Nothing of bash-completion, nor of the user's.
    const args = ["--norc", "--noprofile", "-c", script.join("\n"), join(folder, "bash"), files()];
    return (await judge("bash", args)).split("\n").filter(Boolean).toSorted();
  }

  test.each(CASES)("%s", async (line, offered) => {
    expect(await ask(line)).toEqual(offered);
  });

  test.each([
    ["lifeboat build --fs=nt", ["ntfs"]],
    ["lifeboat build --fs=", ["exfat", "ext4", "fat32", "ntfs"]],
    ["lifeboat build --fs=ntfs --sch", ["--scheme"]],
    ["lifeboat sync stick.img https://host/x --dr", ["--dry-run"]],
    ["lifeboat sync stick.img ", ["some isos"]],
    ["lifeboat add -- -", []],
  ])("%s", async (line, offered) => {
    expect(await ask(line)).toEqual(offered);
  });

  test("an empty word offers every command", async () => {
    const names = (await allCommands("en")).filter(({ words }) => words.length === 1);
    expect(await ask("lifeboat ")).toEqual(names.flatMap(({ words }) => words).toSorted());
  });

  test("shellcheck finds nothing", async () => {
    // SC2034, SC2154: variables that functions hand to each other.
    const args = ["-s", "bash", "-e", "SC2034,SC2154", join(folder, "bash")];
    expect(await judge("shellcheck", args, { accept: [0, 1] })).toBe("");
  });

  test("at a terminal, a tab completes and quotes", async () => {
    const setup = `PS1='READY> '; source ${join(folder, "bash")}; cd ${files()}; lifeboat() { printf '<<%s>>' "$@"; echo; }`;
    const args = ["--norc", "--noprofile", "-i"];
    expect(
      await typeInto("bash", args, setup, [
        "lifeboat buil\t --sch\tgp\t",
        "lifeboat add stick.img deb\t",
        "lifeboat build --fs=nt\t",
      ]),
    ).toEqual([
      "<<build>><<--scheme>><<gpt>>",
      "<<add>><<stick.img>><<debian 13.iso>>",
      "<<build>><<--fs=ntfs>>",
    ]);
  });
});

describe("fish", () => {
  test.each(CASES)("%s", async (line, offered) => {
    const script = `source $argv[1]; cd $argv[2]; complete -C $argv[3]`;
    const home = { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, HOME: folder };
    const { stdout } = await execa(
      "fish",
      ["-N", "-c", script, join(folder, "fish"), files(), line],
      {
        env: home,
      },
    );
    const found = stdout
      .split("\n")
      .filter(Boolean)
      .map((row) => (row.split("\t")[0] ?? "").replaceAll("\\ ", " "))
      .toSorted();
    expect(found).toEqual(offered);
  });
});

describe("zsh", () => {
  test("at a terminal, a tab completes", async () => {
    const setup = [
      "PS1='READY> '; setopt no_beep; autoload -Uz compinit; compinit -u -D",
      `source ${join(folder, "zsh")}; cd ${files()}; lifeboat() { print -rn -- "<<"\${(j:>><<:)@}">>"; echo }`,
    ].join("; ");
    // Where one thing alone is offered, the tab writes it; where nothing is, the line stays as it was.
    expect(
      await typeInto("zsh", ["-f", "-i"], setup, [
        "lifeboat buil\t--sch\tgp\t",
        "lifeboat boot --firmware=bi\t",
        "lifeboat kit exp\t",
        "lifeboat add stick.img deb\t",
        "lifeboat build --iso one.iso deb\t--lab\t",
        "lifeboat --lang zh verify st\t--de\t",
        "lifeboat completion f\t",
        "lifeboat remove stick.img deb\t",
        "lifeboat sync stick.img som\t",
      ]),
    ).toEqual([
      "<<build>><<--scheme=gpt>>",
      "<<boot>><<--firmware=bios>>",
      "<<kit>><<export>>",
      "<<add>><<stick.img>><<debian 13.iso>>",
      "<<build>><<--iso>><<one.iso>><<debian 13.iso>><<--label>>",
      "<<--lang>><<zh>><<verify>><<stick.img>><<--deep>>",
      "<<completion>><<fish>>",
      "<<remove>><<stick.img>><<deb>>",
      "<<sync>><<stick.img>><<some isos>>",
    ]);
  });
});

describe("PowerShell", () => {
  test("has every command, option and choice", async () => {
    const { json } = await lifeboatJson(["completion", "powershell"]);
    const script = String(json["script"]);
    for (const { words, options } of await allCommands("en")) {
      if (words.length > 0) expect(script).toContain(`'${words.at(-1)}'`);
      for (const { names, value } of options) {
        for (const word of [...names, ...(value?.choices ?? [])])
          expect(script).toContain(`'${word}'`);
      }
    }
    // Each quote is closed, and so is each bracket outside of quotes.
    const code = script.replaceAll(/^#.*$/gm, "").replaceAll(/'(?:[^']|'')*'/g, "''");
    expect(code.replaceAll("''", "")).not.toContain("'");
    for (const [open, close] of ["()", "{}", "[]"].map((pair) => pair.split(""))) {
      expect(code.split(open ?? "").length).toBe(code.split(close ?? "").length);
    }
  });
});

test("another shell is refused", async () => {
  const { status, json } = await lifeboatJson(["completion", "csh"]);
  expect({ status, json }).toMatchObject({ status: 2, json: { error: { code: "usage" } } });
});

/**
 * Types into a shell on a terminal of its own, made by script(1), and waits for its prompt before each line.
 * @returns what was printed in `<<>>`, a line each.
 */
async function typeInto(
  shell: string,
  args: readonly string[],
  setup: string,
  lines: readonly string[],
): Promise<string[]> {
  const command = [shell, ...args].join(" ");
  // From a file: a line longer than the terminal is wide is broken, and where depends on what the temporary folder is called.
  const begin = join(folder, `begin-${shell}`);
  await writeFile(begin, `${setup}\n`);
  const child = execa("script", ["-qec", command, "/dev/null"], {
    env: { ...process.env, TERM: "dumb", HISTFILE: "", INPUTRC: "/dev/null" },
    timeout: 50_000,
    reject: false,
  });
  const waiting = [...lines, "exit"];
  child.stdin.write(`. ${begin}\r`);
  let heard = "";
  child.stdout.on("data", (text: Buffer) => {
    heard += text.toString();
    // The prompt alone at the end: not its letters in the echo of the set-up.
    while (
      /(^|\n)READY> (\u001b\[[?\d]*\w)*$/.test(heard.replaceAll("\r", "\n")) &&
      waiting.length > 0
    ) {
      heard += "\n";
      child.stdin.write(`${waiting.shift() ?? ""}\r`);
    }
  });
  const { stdout } = await child;
  return [...stdout.matchAll(/^.*?((?:<<.*?>>)+)\r?$/gm)].map(([, shown = ""]) => shown);
}
