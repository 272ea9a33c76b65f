/** Commands that the documentation tells to type are there, with the options that it names. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { compile } from "../../support/cli.ts";
import { allCommands } from "../../support/reference.ts";

const ROOT = packageRoot();
let options = new Map<string, Set<string>>();

beforeAll(async () => {
  await compile();
  const all = await allCommands("en");
  const ofAll = all[0]?.options.flatMap(({ names }) => names) ?? [];
  options = new Map(
    all.map((one) => [
      one.words.join(" "),
      new Set([...one.options.flatMap(({ names }) => names), ...ofAll]),
    ]),
  );
}, 120_000);

async function pages(): Promise<string[]> {
  const below = await readdir(join(ROOT, "docs"), { recursive: true });
  const docs = below.filter((name) => name.endsWith(".md")).map((name) => join("docs", name));
  return ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", ...docs];
}

/** In a block, a line that begins with the program's name; elsewhere, code that does. */
function commandsIn(page: string): string[] {
  const start = String.raw`(?:\$ )?(?:sudo )?(?:\./|npx )?lifeboat `;
  const blocks = [...page.matchAll(/^```[^]*?^```$/gm)].map(([block]) => block).join("\n");
  const rest = page.replaceAll(/^```[^]*?^```$/gm, "");
  return [
    ...blocks.matchAll(new RegExp(`^${start}(.*)$`, "gm")),
    ...rest.matchAll(new RegExp(`\`${start}([^\`]*)\``, "g")),
  ].map(([, words = ""]) => words.split(/ {2,}#| [|>;&] ?/)[0] ?? "");
}

/** What is wrong with it; undefined where nothing is. */
function faultOf(command: string): string | undefined {
  const words = command.split(/\s+/).filter(Boolean);
  // An option of every command, or what only stands for a command.
  if (words[0] === undefined || /^[-<…[]/.test(words[0])) return undefined;
  const two = words.slice(0, 2).join(" ");
  const known = options.get(two) ?? options.get(words[0]);
  if (known === undefined) return `lifeboat ${command}: no such command`;
  const missing = words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.replace(/[=,.].*$/, ""))
    .filter((word) => !known.has(word));
  return missing.length === 0 ? undefined : `lifeboat ${command}: no ${missing.join(", ")}`;
}

test("they and their options are there", async () => {
  const faults: string[] = [];
  let looked = 0;
  for (const page of await pages()) {
    for (const command of commandsIn(await readFile(join(ROOT, page), "utf8"))) {
      looked++;
      const fault = faultOf(command);
      if (fault !== undefined) faults.push(`${page}: ${fault}`);
    }
  }
  expect(faults).toEqual([]);
  expect(looked).toBeGreaterThan(200);
});

test("what isn't there is noticed", () => {
  expect(faultOf("add stick.img x.iso --to /linux")).toBeUndefined();
  expect(faultOf("kit build --json")).toBeUndefined();
  expect(faultOf("sink /dev/sdb")).toContain("no such command");
  expect(faultOf("add stick.img --size 8G")).toContain("no --size");
});
