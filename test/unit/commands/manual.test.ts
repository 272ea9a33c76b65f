/** The manual: a man page that groff and mandoc have nothing to say against, and pages in docs/ that say what the program says. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { VARIABLES } from "../../../src/commands/reference/texts.ts";
import { packageRoot } from "../../../src/system/places.ts";
import { compile, lifeboat } from "../../support/cli.ts";
import { allCommands } from "../../support/reference.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

beforeAll(compile, 120_000);

describe.each(["en", "zh"] as const)("the man page, %s", (language) => {
  const page = async () => {
    const { stdout } = await lifeboat(["manual", "--lang", language], {
      env: { SOURCE_DATE_EPOCH: "86400" },
    });
    const path = join(await temporaryFolder(), "lifeboat.1");
    await writeFile(path, stdout);
    return path;
  };

  test("is accepted by mandoc and groff", async () => {
    const path = await page();
    // Lines of Chinese can't be broken without adding a space.
    const level = language === "zh" ? "warning" : "style";
    expect(await judge("mandoc", ["-T", "lint", "-W", level, path])).toBe("");
    expect(await judge("groff", ["-man", "-Tutf8", "-ww", "-z", path])).toBe("");
  });

  test("has every command and every option, as a reader sees it", async () => {
    const path = await page();
    // -c: letters without the overstriking of terminals.
    const shown = await judge("groff", [
      "-man",
      "-Tutf8",
      "-P-c",
      "-P-b",
      "-P-u",
      "-rLL=300n",
      path,
    ]);
    const read = await judge("mandoc", ["-T", "utf8", "-O", "width=300", path]);
    const text = shown.replaceAll(/\u001b\[\d+m/g, "");
    const other = read.replaceAll(/.\u0008/g, "");
    expect(text).toContain("1970-01-02");
    for (const { words, about, options, examples } of await allCommands(language)) {
      const wanted = [
        ["lifeboat", ...words].join(" "),
        about,
        ...options.flatMap((option) => [...option.names, option.about]),
        ...examples,
      ];
      for (const rendered of [text, other]) {
        for (const one of wanted) expect(flat(rendered)).toContain(flat(one));
      }
    }
  });
});

/** Spaces and ends of lines are the renderer's business; quotes become typographic in text. */
function flat(text: string): string {
  return text.replaceAll(/[\u2018\u2019]/g, "'").replaceAll(/\s+/g, "");
}

test("man shows it", async () => {
  const path = join(await temporaryFolder(), "lifeboat.1");
  await writeFile(path, (await lifeboat(["manual"])).stdout);
  const shown = await judge("man", ["--warnings", "-E", "UTF-8", "-l", path]);
  expect(shown.replaceAll(/.\u0008/g, "")).toContain("lifeboat - makes and keeps one USB stick");
});

test.each([
  ["docs/commands.md", "en"],
  ["docs/commands.zh-CN.md", "zh"],
])("%s is up to date", async (path, language) => {
  const { stdout } = await lifeboat(["manual", "--format", "markdown", "--lang", language]);
  const committed = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  await expect(stdout).toMatchFileSnapshot(committed);
});

test("every variable that the program reads is described", async () => {
  const source = join(packageRoot(), "src");
  const found = new Set<string>();
  for (const name of await readdir(source, { recursive: true })) {
    if (!/\.tsx?$/.test(name) || name.endsWith(join("reference", "texts.ts"))) continue;
    const text = await readFile(join(source, name), "utf8");
    for (const [, variable = ""] of text.matchAll(/env(?:ironment)?\[["'](LIFEBOAT_\w+)["']\]/g)) {
      found.add(variable);
    }
  }
  const described = Object.keys(VARIABLES).filter((name) => name.startsWith("LIFEBOAT_"));
  expect([...found].toSorted()).toEqual(described.toSorted());
});
