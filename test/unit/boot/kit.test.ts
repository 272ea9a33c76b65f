import { createWriteStream } from "node:fs";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { isDebian } from "../../../src/boot/kit/apt.ts";
import { openKit, sha256Of, writeManifest } from "../../../src/boot/kit/kit.ts";
import type { KitFile } from "../../../src/boot/kit/manifest.ts";
import { KIT_FORMAT, NEEDED_PATHS, PLAIN_PATH } from "../../../src/boot/kit/manifest.ts";
import { addToKit, exportKit, importKit } from "../../../src/boot/kit/transfer.ts";
import { addReleaseToKit, openKitRelease } from "../../../src/boot/kit/ventoy.ts";
import { temporaryFolder } from "../../support/tools.ts";
import { ventoyRelease } from "../../support/ventoy-release.ts";

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
  await writeManifest(folder, { format: KIT_FORMAT, files });
}

/** All that sticks need, each file with its path in it. */
const WHOLE: Record<string, string> = Object.fromEntries(
  NEEDED_PATHS.map((path) => [path, `this is ${path}`]),
);

async function exported(folder: string, contents: Record<string, string>): Promise<string> {
  await makeKit(join(folder, "exporting"), contents);
  const archive = join(folder, "kit.tar");
  await exportKit(await openKit(join(folder, "exporting")), archive);
  return archive;
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
    await makeKit(from, WHOLE);
    await exportKit(await openKit(from), join(folder, "a.tar"));
    await exportKit(await openKit(from), join(folder, "b.tar"));
    expect(await readFile(join(folder, "a.tar"))).toEqual(await readFile(join(folder, "b.tar")));

    const kit = await importKit(join(folder, "a.tar"), join(folder, "to"));
    for (const [path, text] of Object.entries(WHOLE)) {
      expect((await kit.read(path)).toString()).toBe(text);
    }
    expect(kit.manifest.files).toEqual((await openKit(from)).manifest.files);
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
    const missing = addToKit(join(folder, "none"), "unknown", join(folder, "kit"));
    await expect(missing).rejects.toMatchObject({ code: "no-such-file", kind: "usage" });
    expect(await readdir(join(folder, "kit", "files", "user"))).toEqual(["wimboot"]);
  });

  test("a release of Ventoy's is checked, kept with its version, and there is one", async () => {
    const folder = join(await temporaryFolder(), "kit");
    await mkdir(folder);
    await expect(openKitRelease({}, folder)).rejects.toMatchObject({ code: "no-kit" });
    await makeKit(folder, { "bios/boot.img": "boot" });
    const plain = (await openKit(folder)).versions();
    const nobody = { code: "no-ventoy-in-kit", kind: "missing" };
    await expect(openKitRelease({}, folder)).rejects.toMatchObject(nobody);
    for (const version of ["9.9.9", "9.9.8"]) {
      const { archive } = await ventoyRelease({ version });
      const { kit } = await addReleaseToKit(archive, "GPL-3.0-or-later", {}, folder);
      const path = `user/${basename(archive)}`;
      expect(kit.manifest.files.filter((file) => file.package === "user")).toMatchObject([
        { path, version, licence: "GPL-3.0-or-later" },
      ]);
      expect(await readdir(join(folder, "files", "user"))).toEqual([basename(archive)]);
      expect(await openKitRelease({}, folder)).toMatchObject({ version });
      // It is on no stick that is made from the kit: those are still of the same one.
      expect(kit.versions()).toEqual(plain);
    }
    // Another release in its place is not what the list names.
    const [name = ""] = await readdir(join(folder, "files", "user"));
    const other = await ventoyRelease({ version: "9.9.8", secureBoot: false });
    await copyFile(other.archive, join(folder, "files", "user", name));
    const changed = { code: "kit-file-changed", kind: "damaged" };
    await expect(openKitRelease({}, folder)).rejects.toMatchObject(changed);
  }, 120_000);

  test("one that is damaged isn't added, and the one before stays", async () => {
    const base = await temporaryFolder();
    const folder = join(base, "kit");
    const { archive } = await ventoyRelease({ version: "9.9.8" });
    await addReleaseToKit(archive, "unknown", {}, folder);
    const cut = join(base, "ventoy-9.9.9-linux.tar.gz");
    await writeFile(cut, (await readFile(archive)).subarray(0, -1000));
    const code = expect.stringMatching(/^ventoy-archive-/) as string;
    await expect(addReleaseToKit(cut, "unknown", {}, folder)).rejects.toMatchObject({ code });
    expect(await openKitRelease({}, folder)).toMatchObject({ version: "9.9.8" });
  });

  test("a list of files that is damaged is not replaced by one of a single file", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "kit.json"), "{");
    await writeFile(join(folder, "wimboot"), "w");
    const adding = addToKit(join(folder, "wimboot"), "unknown", folder);
    await expect(adding).rejects.toMatchObject({ code: "kit-manifest" });
    expect(await readFile(join(folder, "kit.json"), "utf8")).toBe("{");
  });

  test("an export that can't be written says so", async () => {
    const folder = await temporaryFolder();
    await makeKit(folder, { "bios/boot.img": "boot" });
    const exporting = exportKit(await openKit(folder), join(folder, "none", "kit.tar"));
    await expect(exporting).rejects.toMatchObject({ code: "kit-archive-unwritable" });
  });

  test.each([
    ["efi/shimx64.efi", true],
    ["user/a..b", true],
    ["user/..a", true],
    ["..", false],
    ["../x", false],
    ["a/../../x", false],
    ["a/..", false],
    ["a/./b", false],
    ["/a", false],
    ["a//b", false],
    ["a/b\n", false],
  ])("%j as a path of a kit: %s", (path, allowed) => {
    expect(PLAIN_PATH.test(path)).toBe(allowed);
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
    const manifest = JSON.stringify({ format: KIT_FORMAT, files: [{ ...file, ...about }] });
    await tarOf(join(folder, "a.tar"), { "kit.json": manifest, "files/bios/boot.img": "bad" });
    const importing = importKit(join(folder, "a.tar"), kit);
    await expect(importing).rejects.toMatchObject({ code: "kit-file-changed", kind: "usage" });
    expect((await (await openKit(kit)).read("bios/boot.img")).toString()).toBe("old");
  });

  test("keeps the user's own files, but for those that the archive brings", async () => {
    const folder = await temporaryFolder();
    const kit = join(folder, "kit");
    for (const name of ["mine", "both"]) {
      await writeFile(join(folder, name), "old");
      await addToKit(join(folder, name), "unknown", kit);
    }
    const archive = await exported(folder, { ...WHOLE, "user/both": "new" });
    const imported = await importKit(archive, kit);
    expect((await imported.read("user/mine")).toString()).toBe("old");
    expect((await imported.read("user/both")).toString()).toBe("new");
    expect(imported.manifest.files).toHaveLength(Object.keys(WHOLE).length + 2);
    expect((await readdir(folder)).filter((name) => name.startsWith("kit-"))).toEqual([]);
  });

  test.each(NEEDED_PATHS)("refuses a kit without %s", async (path) => {
    const folder = await temporaryFolder();
    const { [path]: _left, ...rest } = WHOLE;
    const importing = importKit(await exported(folder, rest), join(folder, "kit"));
    await expect(importing).rejects.toMatchObject({
      code: "kit-archive",
      kind: "usage",
      message: expect.stringContaining(path) as string,
    });
  });

  test.each([
    ["that its list doesn't name", { "files/extra": "x" }, "kit-archive"],
    ["that is a folder of another's", { "files/bios": "x" }, "kit-archive"],
    ["of a licence", { "licences/shim-signed": "x" }, undefined],
  ])("an archive with a file %s", async (_what, members, code) => {
    const folder = await temporaryFolder();
    await makeKit(join(folder, "from"), WHOLE);
    const manifest = await readFile(join(folder, "from", "kit.json"), "utf8");
    const files = Object.entries(WHOLE).map(([path, text]) => [`files/${path}`, text]);
    const all = { ...(Object.fromEntries(files) as Record<string, string>), ...members };
    await tarOf(join(folder, "a.tar"), { "kit.json": manifest, ...all });
    const importing = importKit(join(folder, "a.tar"), join(folder, "kit"));
    if (code === undefined) await importing;
    else await expect(importing).rejects.toMatchObject({ code, kind: "usage" });
  });

  test("refuses an archive that is cut off anywhere", async () => {
    const folder = await temporaryFolder();
    const archive = await exported(folder, WHOLE);
    const whole = await readFile(archive);
    const cut = join(folder, "cut.tar");
    for (const part of [0, 1, 511, 512, 700, 5000, whole.length / 2, whole.length - 1600]) {
      await writeFile(cut, whole.subarray(0, part));
      await expect(importKit(cut, join(folder, "kit"))).rejects.toMatchObject({ kind: "usage" });
    }
    await expect(openKit(join(folder, "kit"))).rejects.toMatchObject({ code: "no-kit" });
  });
});

test.each([
  ["ID=debian", true],
  ['NAME="Devuan"\nID=devuan\nID_LIKE=debian\n', true],
  ['ID="debian"\n', true],
  ["ID=ubuntu\nID_LIKE=debian\n", false],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', false],
  ["ID=fedora\n", false],
  ["", false],
])("of %j, Debian's packages are to be had: %s", (release, expected) => {
  expect(isDebian(release)).toBe(expected);
});
