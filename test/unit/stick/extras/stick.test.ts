/** Answer files and injected files on a whole stick: in the menu, on the ESP, changed, missing, and gone again. */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { encodeCpio } from "../../../../src/boot/cpio.ts";
import { readWhole } from "../../../../src/stick/esp/files.ts";
import { readActiveSlot, readSlot } from "../../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../../src/stick/refresh.ts";
import { refreshStick } from "../../../../src/stick/refresh.ts";
import { writeSettings } from "../../../../src/stick/settings/file.ts";
import { openData } from "../../../../src/stick/stick.ts";
import { verifyStick } from "../../../../src/stick/verify/verify.ts";
import { listeningJob, quietJob } from "../../../support/jobs.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";

let image = "";
let tools: RefreshTools;

beforeAll(async () => {
  const folder = await suiteFolder();
  tools = await refreshTools();
  image = join(folder, "stick.img");
  const isos: string[] = [];
  for (const id of ["debian-installer", "ubuntu", "debian-netboot", "memtest86+"]) {
    isos.push(await fixtureIso(id, folder));
  }
  await buildStick(image, { isos });
  await put({
    "/answers/office.cfg": "d-i debian-installer/locale string en_US\n",
    "/answers/Bob's PC; $x.cfg": "d-i x\n",
    "/answers/user-data": "#cloud-config\nautoinstall: {version: 1}\n",
    "/extra/etc/motd": "hello",
    "/extra.cpio": encodeCpio([{ path: "etc" }, { path: "etc/other", data: Buffer.from("x") }]),
  });
}, 300_000);

/** Writes files to the data partition, and makes their folders. */
async function put(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await withStick(image, async (stick) => {
    const data = await openData(stick, tools.run);
    for (const [path, content] of Object.entries(files)) {
      for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
        const folder = path.slice(0, at);
        if ((await data.find(folder)) === undefined) await data.makeDirectory(folder);
      }
      await data.writeFile(path, Buffer.from(content));
    }
    await stick.disk.flush();
  });
}

async function refreshWith(text?: string) {
  const { job, events } = listeningJob();
  const result = await withStick(image, async (stick) => {
    if (text !== undefined) await writeSettings(stick, Buffer.from(text), tools.run);
    return refreshStick(stick, tools, job);
  });
  const warnings = events.flatMap((event) => (event.kind === "note" ? [event.text.en] : []));
  return { ...result, warnings };
}

/** The menu, held against GRUB's own parser, and the records. */
async function slot() {
  return withStick(image, async ({ bootVolume: esp }) => {
    const found = await readSlot(esp, await readActiveSlot(esp));
    if (found === undefined) throw new Error("no menu");
    await writeFile(`${image}.cfg`, found.menu);
    await judge("grub-script-check", [`${image}.cfg`]);
    const there = await esp.find("/lifeboat/extra");
    const files = there === undefined ? [] : await esp.list("/lifeboat/extra");
    return { ...found, files: files.map(({ path }) => path).toSorted() };
  });
}

/** Path → content, as GNU cpio lists and unpacks what lies on the ESP. */
async function contentOf(path: string): Promise<Record<string, string>> {
  const cpio = await withStick(image, async ({ bootVolume: esp }) => readWhole(esp, path));
  const names = execFileSync("cpio", ["-t", "--quiet"], { input: cpio }).toString().trim();
  const contents: Record<string, string> = {};
  for (const name of names.split("\n")) {
    const args = ["-i", "--to-stdout", "--quiet", name];
    contents[name] = execFileSync("cpio", args, { input: cpio }).toString();
  }
  return contents;
}

async function findings(): Promise<string[]> {
  const { findings: all } = await withStick(image, async (stick) =>
    verifyStick(stick, { deep: false }, tools.run, quietJob()),
  );
  return all.filter(({ id }) => !id.startsWith("secure-boot-")).map(({ id }) => id);
}

const SETTINGS = `
images:
  debian-installer.iso:
    unattended: [/answers/office.cfg, {file: "/answers/Bob's PC; $x.cfg", title: "Bob's PC; $x"}]
    inject: [/extra, /extra.cpio]
    files: {/etc/motd: /answers/office.cfg}
  debian-netboot.iso: {unattended: [/answers/office.cfg]}
  ubuntu.iso: {unattended: [/answers/user-data]}
`;

test("each answer file is an entry behind the others; the hook gets the files", async () => {
  const { changed, warnings } = await refreshWith(SETTINGS);
  expect({ changed, warnings }).toEqual({ changed: true, warnings: [] });
  const { menu, records, files } = await slot();
  const debian = records.isos.find(({ path }) => path === "/debian-installer.iso");
  const [office, bob] = debian?.extras?.answers ?? [];
  const injected = debian?.extras?.injected ?? "";
  const lines = menu.split("\n").map((line) => line.trim());
  const after = (title: string) => {
    const at = lines.findIndex((line) => line.startsWith(`menuentry ${title}`));
    return lines
      .slice(at, at + 12)
      .filter((line) => /^(linux|initrd) /.test(line))
      .slice(0, 2);
  };
  const hook = "initrd ($lifeboat)/lifeboat/hook.cpio ($lifeboat)";
  const [linux, initrd] = after("'Install unattended: office.cfg'");
  expect(linux).toMatch(/ vga=788 priority=critical --- quiet$/);
  expect(initrd).toContain(
    ` ($lifeboat)${injected} ($lifeboat)${office?.cpio} '(iso0)/install.amd/`,
  );
  expect(initrd?.startsWith(hook)).toBe(true);
  expect(after(String.raw`'Bob'\''s PC; $x'`)[1]).toContain(bob?.cpio);
  // The plain entry has what is injected, and no answers.
  expect(after("'Graphical install'")[1]).toMatch(new RegExp(`${injected} '\\(iso0\\)`));
  const titles = lines.filter((line) => line.startsWith("menuentry "));
  const order = titles.findIndex((line) => line.includes("office.cfg"));
  expect(titles[order - 1]).toContain("Rescue mode");

  // An initrd that needs no medium gets the hook for the file's sake alone.
  const mini = lines.filter((line) => /\(iso\d\)\/(linux|initrd\.gz)'/.test(line));
  expect(mini.filter((line) => line.includes("rdinit="))).toEqual([
    expect.stringMatching(/^linux '\(iso\d\)\/linux' rdinit=\/lifeboat\/init vga=788 .*priority/),
  ]);
  const subiquity = lines.find((line) => line.includes("ds=nocloud"));
  expect(subiquity).toContain(" autoinstall 'ds=nocloud;s=/run/lifeboat/unattended/' --- ");

  expect(await contentOf(injected)).toMatchObject({
    "lifeboat/root/etc/motd": "d-i debian-installer/locale string en_US\n",
    "lifeboat/root/etc/other": "x",
  });
  expect(await contentOf(office?.cpio ?? "")).toMatchObject({
    "lifeboat/root/preseed.cfg": "d-i debian-installer/locale string en_US\n",
  });
  const ubuntu = records.isos.find(({ path }) => path === "/ubuntu.iso")?.extras;
  expect(await contentOf(ubuntu?.answers[0]?.cpio ?? "")).toMatchObject({
    "lifeboat/run/unattended/user-data": "#cloud-config\nautoinstall: {version: 1}\n",
    "lifeboat/run/unattended/meta-data": "",
  });
  // The same answers for two ISOs lie there once.
  expect(files).toHaveLength(4);
  expect(await findings()).toEqual([]);
  await expectCleanStick(image, "exfat");
});

test("a refresh without a change writes nothing; one of an answer file is noticed", async () => {
  const before = await sha256OfFile(image);
  expect(await refreshWith()).toMatchObject({ changed: false, warnings: [] });
  expect(await sha256OfFile(image)).toBe(before);
  const { files } = await slot();

  // As long as it was.
  await put({ "/answers/office.cfg": "d-i debian-installer/locale string de_DE\n" });
  expect(await findings()).toContain("settings-files-changed");
  const result = await refreshWith();
  expect(result).toMatchObject({ changed: true });
  expect(result.updated.toSorted()).toEqual(["/debian-installer.iso", "/debian-netboot.iso"]);
  const now = await slot();
  expect(now.files).toHaveLength(4);
  expect(now.files.filter((path) => files.includes(path))).toHaveLength(2);
  expect(await findings()).toEqual([]);
});

test("a cpio that is gone from the ESP is found by verify and put back", async () => {
  const { files } = await slot();
  await withStick(image, async ({ bootVolume: esp, disk }) => {
    await esp.remove(files[0] ?? "");
    await disk.flush();
  });
  expect(await findings()).toContain("copy-missing");
  expect(await refreshWith()).toMatchObject({ changed: true });
  expect((await slot()).files).toEqual(files);
});

test("what is wrong is told by its line, and leaves out that alone", async () => {
  await put({ "/answers/large": Buffer.alloc(2 * MIB), "/answers/empty.tar": "no" });
  const { warnings } = await refreshWith(`
images:
  debian-installer.iso:
    unattended:
      - /answers/gone.cfg
      - /answers/large
      - /answers
      - /answers/office.cfg
    inject:
      - /answers/empty.tar
      - /gone
      - /extra
    files:
      /lifeboat/init: /answers/office.cfg
      /etc/motd/x: /answers/office.cfg
  ubuntu.iso: {unattended: [/answers/office.cfg]}
  memtest86+.iso:
    unattended: [/answers/office.cfg]
    inject: [/extra]
`);
  expect(warnings).toEqual([
    expect.stringMatching(
      /stick.yaml:5: for \/debian-installer.iso, \/answers\/gone.cfg is left out: there is no/,
    ),
    expect.stringMatching(/stick.yaml:6: .* larger than 1.00 MiB/),
    expect.stringMatching(/stick.yaml:7: .* not a file/),
    expect.stringMatching(/stick.yaml:10: .* neither a folder nor an archive/),
    expect.stringMatching(/stick.yaml:11: .* no such file/),
    expect.stringMatching(/stick.yaml:14: .* belongs to the hook/),
    expect.stringMatching(/stick.yaml:15: .* below "etc\/motd", which is no folder/),
    expect.stringMatching(/stick.yaml:18: for \/memtest86\+.iso, .* how this system takes answers/),
    expect.stringMatching(/stick.yaml:19: .* no entry with an initrd/),
    expect.stringMatching(
      /stick.yaml:16: for \/ubuntu.iso, .* its first line must be #cloud-config/,
    ),
  ]);
  expect((await findings()).filter((id) => id === "settings-files")).toHaveLength(10);
  const { records, files } = await slot();
  expect(files).toHaveLength(2);
  const debian = records.isos.find(({ path }) => path === "/debian-installer.iso");
  expect(debian?.extras?.answers.map(({ file }) => file)).toEqual(["/answers/office.cfg"]);
});

test("without room on the ESP the ISO is there, and what has no room is told", async () => {
  const big = Buffer.alloc(60 * MIB);
  for (let at = 0; at < big.length; at += 4096) big.writeUInt32LE(at, at);
  await put({ "/big/blob": big });
  const free = await withStick(image, async ({ bootVolume: esp }) => esp.freeBytes);
  await withStick(image, async ({ bootVolume: esp, disk }) => {
    const { MemoryRange } = await import("../../../../src/block/memory.ts");
    const source = new MemoryRange(Buffer.alloc(free - 40 * MIB));
    await esp.writeTree([{ path: "/filler", source }]);
    await disk.flush();
  });
  const { warnings } = await refreshWith("images: {debian-installer.iso: {inject: [/big]}}\n");
  expect(warnings).toEqual([expect.stringMatching(/no room for it on the stick's EFI partition/)]);
  const { menu } = await slot();
  expect(menu).toContain("Graphical install");
  expect(menu).not.toContain("/lifeboat/extra");
  await withStick(image, async ({ bootVolume: esp, disk }) => {
    await esp.remove("/filler");
    await disk.flush();
  });
});

test("taken out of the settings, it is gone from the ESP", async () => {
  await refreshWith("# nothing\n");
  const { files, menu } = await slot();
  expect(files).toEqual([]);
  expect(menu).not.toMatch(/unattended|lifeboat\/extra/);
  expect(await findings()).toEqual([]);
  await expectCleanStick(image, "exfat");
});
