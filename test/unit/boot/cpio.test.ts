import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeCpio } from "../../../src/boot/cpio.ts";
import { makeExtentList } from "../../../src/boot/hook.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

test("cpio unpacks what we packed, with modes", async () => {
  const folder = await temporaryFolder();
  const archive = encodeCpio([
    { path: "lifeboat" },
    { path: "lifeboat/init", data: Buffer.from("#!/bin/sh\n"), executable: true },
    { path: "lifeboat/extents", data: Buffer.from("1+2") },
  ]);
  expect(archive.length % 4).toBe(0);
  await writeFile(join(folder, "a.cpio"), archive);
  // The archive goes in by standard input, so that cpio needs no file option.
  execFileSync("cpio", ["-idm", "--quiet"], { cwd: folder, input: archive });
  expect(await readFile(join(folder, "lifeboat/init"), "utf8")).toBe("#!/bin/sh\n");
  const listing = await judge("cpio", ["-tv", "--quiet", "-F", join(folder, "a.cpio")]);
  expect(listing).toMatch(/^drwxr-xr-x .* root .* lifeboat$/m);
  expect(listing).toMatch(/^-rwxr-xr-x .* lifeboat\/init$/m);
  expect(listing).toMatch(/^-rw-r--r-- .* lifeboat\/extents$/m);
});

test("the same entries give the same bytes", () => {
  const extents = [{ start: 1 << 20, length: 1000 }];
  expect(makeExtentList(extents).equals(makeExtentList(extents))).toBe(true);
  expect(makeExtentList(extents).toString("latin1")).toContain("2048+2\n");
});
