/** The words of the screens that the guides quote are on the screens: a renamed button is to be renamed there as well. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";

const ROOT = packageRoot();

/** All that the messages of the screens can say. */
async function screenTexts(): Promise<string> {
  const files = await readdir(join(ROOT, "src", "tui"), { recursive: true });
  const messages = files.filter((name) => name.endsWith("messages.ts"));
  const texts = messages.map(async (name) => readFile(join(ROOT, "src", "tui", name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}

/** What stands in `code`, in the guides themselves and in what the how-tos say of screens; commands and files begin otherwise. */
function quoted(page: string, of: RegExp): string[] {
  const said = page.replaceAll(/^```[^]*?^```$/gm, "");
  return [...said.matchAll(of)]
    .flatMap(([part]) => [...part.matchAll(/`([^`]+)`/g)].map(([, words = ""]) => words))
    .filter((words) => /^[A-Z…\p{Script=Han}]/u.test(words) && !/^(?:Ctrl|Tab|Enter)/.test(words));
}

/** An ellipsis stands for what changes. */
function isSaid(words: string, texts: string): boolean {
  const parts = words.split(/\s*…+\s*/).filter(Boolean);
  const pattern = parts
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".{0,60}");
  return new RegExp(pattern).test(texts);
}

const guides = ["docs/getting-started.md", "docs/getting-started.zh-CN.md"];
const howTos = (await readdir(join(ROOT, "docs", "how-to"))).map((name) => `docs/how-to/${name}`);
/** A section or a paragraph of them. */
const ON_THE_SCREENS =
  /^## On the screens$[^]*?(?=^## )|^On the screens:[^]*?\n\n|^界面：[^]*?\n\n/gm;

describe.each([...guides, ...howTos])("%s", (name) => {
  test("what it says of the screens stands on them", async () => {
    const page = await readFile(join(ROOT, name), "utf8");
    const words = quoted(page, guides.includes(name) ? /^.*$/gm : ON_THE_SCREENS);
    const texts = await screenTexts();
    expect(words.filter((one) => !isSaid(one, texts))).toEqual([]);
    if (guides.includes(name)) expect(words.length).toBeGreaterThan(5);
  });
});

test("what stands nowhere is noticed", async () => {
  const texts = await screenTexts();
  expect(isSaid("Make the stick", texts)).toBe(true);
  expect(isSaid("Take … files", texts)).toBe(true);
  expect(isSaid("Sink the stick", texts)).toBe(false);
});
