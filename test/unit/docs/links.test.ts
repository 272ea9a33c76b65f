/** Every link, picture and page that the documentation names is there, headings included. */
import { readFile, readdir, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";

const ROOT = packageRoot();

async function pages(): Promise<string[]> {
  const entries = await readdir(ROOT);
  const below = await readdir(join(ROOT, "docs"), { recursive: true });
  return [...entries, ...below.map((name) => join("docs", name))]
    .filter((name) => name.endsWith(".md"))
    .toSorted();
}

/** Without what is code: there a bracket is no link. */
function prose(page: string): string {
  return page.replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

function linksOf(page: string): string[] {
  return [...prose(page).matchAll(/\[[^\]]*\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
}

/** As GitHub makes them: lower case, without punctuation, spaces as hyphens, a number behind one that comes again. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = page.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/^#{1,6} (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) => {
      const anchor = heading
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation} -]/gu, "")
        .replaceAll(" ", "-");
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

/** What is wrong with a link; undefined where nothing is. */
async function faultOf(target: string, page: string): Promise<string | undefined> {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = "", anchor] = decodeURIComponent(target).split("#");
  const file = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
  if (!(await stat(join(ROOT, file)).catch(() => undefined))) return `${target}: no such file`;
  if (anchor === undefined) return undefined;
  const anchors = anchorsOf(await readFile(join(ROOT, file), "utf8"));
  return anchors.has(anchor) ? undefined : `${target}: no such heading`;
}

const all = await pages();

describe.each(all)("%s", (page) => {
  test("its links and pictures are there", async () => {
    const links = linksOf(await readFile(join(ROOT, page), "utf8"));
    const faults = await Promise.all(links.map(async (target) => faultOf(target, page)));
    expect(faults.filter(Boolean)).toEqual([]);
  });

  test("the pages that it names without a link are there", async () => {
    const text = await readFile(join(ROOT, page), "utf8");
    const named = [...text.matchAll(/\bdocs\/[\w./-]+\.md\b/g)].map(([name]) => name);
    expect(named.filter((name) => !all.includes(name))).toEqual([]);
  });
});

test("every page of docs can be reached from both READMEs", async () => {
  for (const start of ["README.md", "README.zh-CN.md"]) {
    const reached = new Set([start]);
    for (const page of reached) {
      for (const target of linksOf(await readFile(join(ROOT, page), "utf8"))) {
        const path = target.split("#")[0] ?? "";
        const file = relative(ROOT, join(ROOT, dirname(page), path));
        if (all.includes(file)) reached.add(file);
      }
    }
    expect(all.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
  }
});

test("both READMEs name the same commands and show the same pictures", async () => {
  const [english = "", chinese = ""] = await Promise.all(
    ["README.md", "README.zh-CN.md"].map(async (name) => readFile(join(ROOT, name), "utf8")),
  );
  const commands = (page: string) =>
    [...page.matchAll(/^(?:sudo )?(?:\.\/lifeboat|npm|npx)\b[^#\n]*/gm)].map(([line]) =>
      line.trim(),
    );
  const pictures = (page: string) =>
    [...page.matchAll(/docs\/pictures\/([\w-]+)\.(?:en|zh)\.svg/g)].map(([, name]) => name);
  expect(commands(chinese)).toEqual(commands(english));
  expect(pictures(chinese)).toEqual(pictures(english));
  const pagesOf = (page: string) =>
    new Set(
      linksOf(page).map((target) => target.replace(".zh-CN", "").replace(/\.(?:en|zh)\./, ".")),
    );
  expect([...pagesOf(chinese)].toSorted()).toEqual([...pagesOf(english)].toSorted());
});

test("every picture and drawing is there in both languages", async () => {
  for (const folder of ["pictures", "drawings"]) {
    const names = await readdir(join(ROOT, "docs", folder));
    const of = (language: string) =>
      names.filter((name) => name.endsWith(`.${language}.svg`)).map((name) => name.split(".")[0]);
    expect(of("zh")).toEqual(of("en"));
    expect(names).toHaveLength(2 * of("en").length);
  }
});

test("an anchor is made of a heading as GitHub makes it", () => {
  const page =
    "# What is refused, and why\n## lifeboat build\n## lifeboat build\n```\n# no\n```\n## 用途：`a` 与 b\n";
  expect([...anchorsOf(page)]).toEqual([
    "what-is-refused-and-why",
    "lifeboat-build",
    "lifeboat-build-1",
    "用途a-与-b",
  ]);
});
