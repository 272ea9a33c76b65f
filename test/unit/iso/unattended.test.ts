/** Which installers take answers from a file: where it goes, and the arguments of their entry. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { inspectIso, loadRecipes } from "../../../src/iso/index.ts";
import { withOwnRecipes } from "../../../src/iso/recipes/load.ts";
import { buildFixture, describeEntry, loadFixtures } from "../../support/iso-fixtures.ts";
import { temporaryFolder } from "../../support/tools.ts";

const set = await loadRecipes(fileURLToPath(new URL("../../../grub/recipes", import.meta.url)));
const fixtures = await loadFixtures();

async function reportOf(id: string, files: Readonly<Record<string, string>> = {}) {
  const fixture = fixtures.find((one) => one.id === id);
  if (fixture === undefined) throw new Error(`no fixture ${id}`);
  const changed = { ...fixture, files: { ...fixture.files, ...files } };
  const range = await openFile(await buildFixture(changed, await temporaryFolder()));
  try {
    return await inspectIso(range, "fixture.iso", set);
  } finally {
    await range.close();
  }
}

const SUBIQUITY = {
  file: "/run/lifeboat/unattended/user-data",
  files: { "/run/lifeboat/unattended/meta-data": "" },
  firstLine: "#cloud-config",
};

test.each([
  ["debian-installer", { file: "/preseed.cfg", files: {} }, "vga=788 priority=critical --- quiet"],
  ["debian-netboot", { file: "/preseed.cfg" }, / priority=critical --- quiet$/],
  [
    "ubuntu",
    SUBIQUITY,
    "layerfs-path=minimal.standard.live.squashfs live-media=/dev/mapper/lifeboat autoinstall ds=nocloud;s=/run/lifeboat/unattended/ --- quiet splash",
  ],
  [
    "anaconda",
    { file: "/lifeboat.ks" },
    "inst.stage2=hd:LABEL=RHEL-9-4-0-BaseOS-x86_64 quiet inst.ks=file:/lifeboat.ks",
  ],
  [
    "opensuse-installer",
    { file: "/autoinst.xml" },
    "splash=silent install=hd:/?device=/dev/mapper/lifeboat linuxrc.debug=-tmpfs autoyast=file:///autoinst.xml",
  ],
  [
    "arch",
    { file: "/run/lifeboat/unattended/script" },
    / script=\/run\/lifeboat\/unattended\/script$/,
  ],
] as const)("%s", async (family, way, args) => {
  const { entries, unattended } = await reportOf(family);
  expect(unattended).toMatchObject(way);
  const [entry] = unattended?.entries ?? [];
  const [first] = entries;
  if (entry?.method.kind !== "linux" || first?.method.kind !== "linux") throw new Error("no entry");
  // The image's own first entry, but for the arguments.
  expect({ ...entry.method, args: "" }).toEqual({ ...first.method, args: "" });
  if (typeof args === "string") expect(entry.method.args).toBe(args);
  else expect(entry.method.args).toMatch(args);
  expect(entries.map(describeEntry)).not.toContain(describeEntry(entry));
});

test("Ubuntu's older installer, where the image's own menu speaks of it", async () => {
  const line = "linux /casper/vmlinuz file=/cdrom/preseed/x.seed maybe-ubiquity quiet splash ---";
  const config = `menuentry "Try Ubuntu" {\n  ${line}\n  initrd /casper/initrd\n}\n`;
  const files = {
    "/boot/grub/grub.cfg": config,
    "/boot/grub/loopback.cfg": config,
    "/casper/initrd": "@initrd",
  };
  const { unattended } = await reportOf("linux-mint", files);
  expect(unattended).toMatchObject({ file: "/preseed.cfg" });
  const [entry] = unattended?.entries ?? [];
  expect(entry && describeEntry(entry)).toContain(" automatic-ubiquity noprompt ---");
});

test("the installer of a live image, not the live system", async () => {
  expect((await reportOf("tails")).unattended).toBeUndefined();
  const { unattended, entries } = await reportOf("debian-live");
  expect(entries[0]?.method).toMatchObject({
    kernel: expect.stringMatching(/^\/live\//) as string,
  });
  expect(unattended?.entries.map(({ method }) => method)).toMatchObject([
    { kernel: "/install/gtk/vmlinuz", args: "vga=788 priority=critical --- quiet" },
  ]);
});

test.each(["memtest86+", "windows", "proxmox", "slax", "fedora-live"])("%s: none", async (id) => {
  expect((await reportOf(id)).unattended).toBeUndefined();
});

test("a mistake in the block is told by its line", async () => {
  const text = "family: x\nname: X\ndetect:\n  - exists: [/x]\nunattended:\n  file: preseed.cfg\n";
  const { mistakes } = await withOwnRecipes({ sources: [] }, [{ name: "x.yaml", text }]);
  expect(mistakes).toMatchObject([{ file: "x.yaml", line: expect.any(Number) as number }]);
});
