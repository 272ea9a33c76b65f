/** `lifeboat settings` and a ventoy.json: of files on this computer, and of a stick. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../../support/cli.ts";
import { buildStick, sha256OfFile, suiteFolder } from "../../../support/sticks.ts";

let folder = "";
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
  const json = {
    control: [{ VTOY_MENU_TIMEOUT: "7" }, { VTOY_SORT_CASE_SENSITIVE: "1" }],
    menu_alias: [{ image: "/a.iso", alias: "甲" }],
    password: { bootpwd: "txt#geheim" },
  };
  await writeFile(file("ventoy.json"), JSON.stringify(json, undefined, 2));
  await writeFile(file("wrong.json"), '{\n"control": {}\n}\n');
  await writeFile(file("stick.yaml"), "# mine\nmenu: {timeout: 5, sort: size}\n");
}, 300_000);

describe("files on this computer", () => {
  test("a ventoy.json is shown in words, with warnings by line and no password", async () => {
    const { status, stdout, stderr } = await lifeboat(["settings", file("ventoy.json")]);
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "control: VTOY_MENU_TIMEOUT: after 7 seconds without a key the default entry starts",
      "control: VTOY_SORT_CASE_SENSITIVE: upper case is sorted before lower case",
      'menu_alias: /a.iso: called "甲" in the menu',
      "password: a password before the menu appears",
      "",
    ]);
    expect(stderr).toContain(
      `warning: ${file("ventoy.json")}:17: password › bootpwd is a password`,
    );
    expect(stdout + stderr).not.toContain("geheim");
  });

  test("its mistakes are told by line", async () => {
    const { status, json } = await lifeboatJson(["settings", file("wrong.json")]);
    expect(status).toBe(0);
    expect(json).toMatchObject({
      mistakes: [{ where: `${file("wrong.json")}:2`, what: "control must be a list" }],
      settings: [],
    });
  });

  test("it is taken into a stick.yaml, which is printed and not changed", async () => {
    const args = ["settings", file("stick.yaml"), "--from-ventoy-json", file("ventoy.json")];
    const { status, stdout } = await lifeboat(args);
    expect(status).toBe(0);
    expect(stdout).toContain("# mine\nmenu: {timeout: 7, sort: size}\n");
    expect(stdout).toContain("bootpwd: txt#geheim");
    expect(await readFile(file("stick.yaml"), "utf8")).toBe(
      "# mine\nmenu: {timeout: 5, sort: size}\n",
    );
    await writeFile(file("new.yaml"), stdout);
    const back = await lifeboat(["settings", file("new.yaml"), "--ventoy-json"]);
    expect(back.status).toBe(0);
    expect(JSON.parse(back.stdout)).toEqual(
      JSON.parse(await readFile(file("ventoy.json"), "utf8")),
    );
    expect(back.stderr).toContain("Only lifeboat's menu knows: menu › sort");
  });

  test("one with mistakes is refused, and so are two wishes at once", async () => {
    const args = ["settings", file("stick.yaml"), "--from-ventoy-json", file("wrong.json")];
    const { status, stderr } = await lifeboat(args);
    expect(status).toBe(2);
    expect(stderr).toContain(`${file("wrong.json")}:2: control must be a list`);
    expect((await lifeboat([...args, "--ventoy-json"])).status).toBe(2);
    expect((await lifeboat(["settings", file("stick.yaml"), "--from", "x"])).status).toBe(2);
  });
});

test("a stick takes one in, and shows what it would have, with paths that it hasn't", async () => {
  const image = file("stick.img");
  await buildStick(image);
  const before = await sha256OfFile(image);
  const wrong = await lifeboat(["settings", image, "--from-ventoy-json", file("wrong.json")]);
  expect(wrong.status).toBe(2);
  expect(await sha256OfFile(image)).toBe(before);
  const taken = await lifeboat(["settings", image, "--from-ventoy-json", file("ventoy.json")]);
  expect(taken.status).toBe(0);
  const shown = await lifeboat(["settings", image]);
  // The commented example that a new stick has is still there.
  expect(shown.stdout).toContain("#  timeout: 10");
  expect(shown.stdout).toContain("timeout: 7");
  const json = await lifeboat(["settings", image, "--ventoy-json"]);
  expect(JSON.parse(json.stdout)).toEqual(JSON.parse(await readFile(file("ventoy.json"), "utf8")));
  expect(json.stderr).toContain("menu_alias › image: /a.iso isn't on the stick");
}, 300_000);
