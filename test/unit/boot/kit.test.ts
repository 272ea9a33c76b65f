import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { openKit, sha256Of, writeManifest } from "../../../src/boot/kit/kit.ts";
import type { KitFile } from "../../../src/boot/kit/manifest.ts";
import { addToKit, exportKit, importKit } from "../../../src/boot/kit/transfer.ts";
import { temporaryFolder } from "../../support/tools.ts";

async function makeKit(folder: string, contents: Record<string, string>): Promise<void> {
  const files: KitFile[] = [];
  for (const [path, text] of Object.entries(contents)) {
    const target = join(folder, "files", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
    const data = Buffer.from(text);
    const about = { package: "p", version: "1", licence: "GPL-3.0-or-later" };
    files.push({ path, bytes: data.length, sha256: sha256Of(data), ...about });
  }
  await writeManifest(folder, { format: 1, files });
}

async function tarOf(path: string, members: Record<string, string>): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path));
  for (const [name, text] of Object.entries(members)) tar.entry({ name }, text);
  tar.finalize();
  await written;
}

describe("a kit", () => {
  test("moves to another machine as one file, the same bytes each time", async () => {
    const folder = await temporaryFolder();
    const from = join(folder, "from");
    await makeKit(from, { "bios/boot.img": "boot", "efi/shimx64.efi": "shim" });
    await exportKit(await openKit(from), join(folder, "a.tar"));
    await exportKit(await openKit(from), join(folder, "b.tar"));
    expect(await readFile(join(folder, "a.tar"))).toEqual(await readFile(join(folder, "b.tar")));

    const kit = await importKit(join(folder, "a.tar"), join(folder, "to"));
    expect((await kit.read("bios/boot.img")).toString()).toBe("boot");
    expect(kit.manifest.files.map(({ path }) => path)).toEqual([
      "bios/boot.img",
      "efi/shimx64.efi",
    ]);
  });

  test("a file that was changed is not used", async () => {
    const folder = await temporaryFolder();
    await makeKit(folder, { "bios/boot.img": "boot" });
    await writeFile(join(folder, "files/bios/boot.img"), "toob");
    const kit = await openKit(folder);
    await expect(kit.read("bios/boot.img")).rejects.toMatchObject({ code: "kit-file-changed" });
    await expect(kit.read("no/such")).rejects.toMatchObject({ code: "kit-file-missing" });
  });

  test("without a kit, the error says how to get one", async () => {
    const folder = await temporaryFolder();
    await expect(openKit(folder)).rejects.toMatchObject({ code: "no-kit", kind: "missing" });
    await writeFile(join(folder, "kit.json"), "{");
    await expect(openKit(folder)).rejects.toMatchObject({ code: "kit-manifest" });
  });

  test("files of the user's are added, and their names checked", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "wimboot");
    await writeFile(file, "w");
    const kit = await addToKit(file, "GPL-2.0-or-later", join(folder, "kit"));
    expect((await kit.read("user/wimboot")).toString()).toBe("w");
    await writeFile(join(folder, "a b"), "w");
    const bad = addToKit(join(folder, "a b"), "unknown", join(folder, "kit"));
    await expect(bad).rejects.toMatchObject({ code: "bad-kit-name" });
  });
});

describe("importing", () => {
  test.each([
    ["a path that climbs out", { "kit.json": "{}", "files/../../evil": "x" }],
    ["an absolute path", { "/etc/passwd": "x" }],
    ["something else", { "readme.txt": "x" }],
  ])("refuses an archive with %s", async (_what, members) => {
    const folder = await temporaryFolder();
    const archive = join(folder, "evil.tar");
    await tarOf(archive, members);
    await expect(importKit(archive, join(folder, "kit"))).rejects.toMatchObject({
      code: expect.stringMatching(/^kit-(archive|manifest)$/) as string,
    });
    await expect(openKit(join(folder, "kit"))).rejects.toMatchObject({ code: "no-kit" });
  });

  test("refuses a file that isn't the one of the manifest, and keeps the kit that was there", async () => {
    const folder = await temporaryFolder();
    const kit = join(folder, "kit");
    await makeKit(kit, { "bios/boot.img": "old" });
    const file = { path: "bios/boot.img", bytes: 3, sha256: sha256Of(Buffer.from("new")) };
    const about = { package: "p", version: "1", licence: "x" };
    const manifest = JSON.stringify({ format: 1, files: [{ ...file, ...about }] });
    await tarOf(join(folder, "a.tar"), { "kit.json": manifest, "files/bios/boot.img": "bad" });
    const importing = importKit(join(folder, "a.tar"), kit);
    await expect(importing).rejects.toMatchObject({ code: "kit-file-changed" });
    expect((await (await openKit(kit)).read("bios/boot.img")).toString()).toBe("old");
  });
});
