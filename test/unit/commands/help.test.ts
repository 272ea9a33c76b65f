/** Help of every command, in both languages: no gap, examples that are right, lines that fit. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CommandReference } from "../../../src/commands/reference/reference.ts";
import { columnsOf, wrap } from "../../../src/commands/wide-text.ts";
import { packageRoot } from "../../../src/system/places.ts";
import { compile, lifeboat } from "../../support/cli.ts";
import { allCommands } from "../../support/reference.ts";
import { judge } from "../../support/tools.ts";

let english: CommandReference[] = [];
let chinese: CommandReference[] = [];

beforeAll(async () => {
  await compile();
  english = await allCommands("en");
  chinese = await allCommands("zh");
}, 120_000);

const HAN = /\p{Script=Han}/u;

test("there are all commands", () => {
  expect(english.length).toBeGreaterThan(25);
  expect(chinese.map(({ words }) => words)).toEqual(english.map(({ words }) => words));
});

test("each sentence is there in both languages", () => {
  const gaps: string[] = [];
  for (const [index, command] of english.entries()) {
    const other = chinese[index];
    const pairs = [
      ["", command.about, other?.about],
      ...command.options.map(({ term, about }, at) => [term, about, other?.options[at]?.about]),
    ];
    for (const [term = "", en = "", zh = ""] of pairs) {
      const where = ["lifeboat", ...command.words, term].join(" ");
      if (!/[a-z]{2}/i.test(en) && !/^\d/.test(en)) gaps.push(`${where}: no English`);
      if (HAN.test(en)) gaps.push(`${where}: Chinese in English`);
      if (!HAN.test(zh)) gaps.push(`${where}: no Chinese`);
    }
  }
  expect(gaps).toEqual([]);
});

test("each command has examples, which name it and only options that it has", () => {
  const wrong: string[] = [];
  for (const { words, examples, options } of english) {
    const name = ["lifeboat", ...words].join(" ");
    if (examples.length === 0) wrong.push(`${name}: no example`);
    for (const example of examples) {
      const [, after] = example.split(name);
      if (after === undefined) wrong.push(`${name}: ${example}`);
      if (
        words.length === 0 ||
        english.some(
          (one) =>
            one.words.length > words.length && one.words.join(" ").startsWith(words.join(" ")),
        )
      )
        continue;
      const known = [...options, ...(english[0]?.options ?? [])].flatMap(({ names }) => names);
      for (const [option] of (after ?? "").matchAll(/(?<=\s)--[a-z-]+/g)) {
        if (!known.includes(option)) wrong.push(`${name}: ${option}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("the kind of each value is known, so that shells can complete it", () => {
  const values = english.flatMap(({ words, options, arguments: places }) =>
    [...places, ...options.map(({ value }) => value)].flatMap((value) =>
      value === null ? [] : [{ where: [...words, value.placeholder].join(" "), kind: value.kind }],
    ),
  );
  expect(values.length).toBeGreaterThan(30);
  expect(values.filter(({ kind }) => kind === null)).toEqual([]);
});

describe("in Chinese", () => {
  const help = async (...args: string[]) => {
    const { status, stdout } = await lifeboat([...args, "--help"], {
      env: { LANG: "zh_CN.UTF-8" },
    });
    expect(status).toBe(0);
    return stdout;
  };

  test("commander's own words are Chinese as well", async () => {
    for (const args of [[], ["build"], ["kit"]]) {
      const text = await help(...args);
      expect(text).toMatch(/^用法：lifeboat/);
      expect(text).toContain("示例：");
      expect(text).not.toMatch(/Usage|Options|Commands|Examples|display|choices|default/);
      for (const line of text.split("\n")) {
        if (!line.startsWith("  lifeboat ")) expect(columnsOf(line)).toBeLessThanOrEqual(80);
      }
    }
  });

  test("--lang goes before the environment", async () => {
    expect(await help("build", "--lang", "en")).toContain("Usage: lifeboat build");
    const { stdout } = await lifeboat(["kit", "list", "--lang=zh", "--help"]);
    expect(stdout).toContain("用法：");
  });
});

test("a reader of help that is gone already is no crash", async () => {
  const program = `'${process.execPath}' '${join(packageRoot(), "lifeboat")}'`;
  // true ends at once; what is written after that nobody reads.
  const late = (args: string) => `{ sleep 1; ${program} ${args}; echo "status $?" >&2; } | true`;
  for (const args of ["--help", "build --help", "manual"]) {
    expect(await judge("bash", ["-c", late(args)])).toBe("status 0\n");
  }
});

test.each([
  [["kit"], "缺少命令。请参阅 lifeboat kit --help"],
  [
    ["build", "x", "--fs", "btrfs"],
    "参数无效：'--fs <name>' 'btrfs'；可选：exfat, ntfs, ext4, fat32。",
  ],
  [["completion", "csh"], "参数无效：'csh' 'shell'；可选：bash, zsh, fish, powershell。"],
  [["buidl"], "未知命令：'buidl'；可能是 build。请参阅 lifeboat --help"],
  [["disks", "x"], "参数过多：'disks'。"],
])("%j is told in Chinese", async (args, said) => {
  const { status, stderr } = await lifeboat([...args, "--lang", "zh"]);
  expect(status).toBe(2);
  expect(stderr).toContain(`lifeboat: ${said}`);
});

test("a line of Chinese ends between characters, and never before punctuation", () => {
  expect(wrap("制作映像文件，写入（分区表）。", 12)).toBe("制作映像文\n件，写入（分\n区表）。");
  expect(wrap("one two three", 8)).toBe("one two\nthree");
  expect(wrap("", 8)).toBe("");
});
