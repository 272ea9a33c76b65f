/** Choosing files of this computer, and typing their paths. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ChooserFolder, typedPath } from "../../../src/tui/files/paths.ts";
import { pickerScreen } from "../../../src/tui/files/picker.ts";
import { temporaryFolder } from "../../support/tools.ts";
import { openTerminal, testApp } from "../../support/tui.tsx";

test.each([
  ["~", homedir()],
  [" ~/sticks/旧 stick.img ", join(homedir(), "sticks", "旧 stick.img")],
  ["~user/x", "~user/x"],
  ["images/~/x", "images/~/x"],
  ["http://mirror/~user/", "http://mirror/~user/"],
])("%s is %s", (typed, path) => {
  expect(typedPath(typed)).toBe(path);
});

test("the chooser begins where the last file was chosen", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "映像 files"));
  await writeFile(join(folder, "映像 files", "one.iso"), "1");
  const from = new ChooserFolder(folder);
  const chosen: (readonly string[])[] = [];
  const open = async () =>
    openTerminal(testApp(folder), () =>
      pickerScreen({
        title: { en: "Choose", zh: "选择" },
        from,
        endings: [".iso"],
        several: false,
        done: (paths) => {
          chosen.push(paths);
          return "back";
        },
      }),
    );
  const first = await open();
  await first.see("映像 files/");
  await first.line("映像 files/");
  await first.see("one.iso");
  await first.line("one.iso");
  await expect.poll(() => chosen).toEqual([[join(folder, "映像 files", "one.iso")]]);
  const second = await open();
  await second.see("one.iso");
  await rm(join(folder, "映像 files"), { recursive: true });
  await writeFile(join(folder, "two.iso"), "2");
  const third = await open();
  await third.see("two.iso");
});
