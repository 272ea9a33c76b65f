/** Hybrid images whose kernel lies in a partition of the image, as AerynOS has it; made by xorriso and mtools. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBytes } from "../../../src/block/byte-range.ts";
import { openFile } from "../../../src/block/file.ts";
import { openEntryFile } from "../../../src/iso/image-partitions.ts";
import { inspectIso, loadRecipes } from "../../../src/iso/index.ts";
import { openImage } from "../../../src/iso/open-image.ts";
import { buildFixture, bytesOf, describeEntry } from "../../support/iso-fixtures.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const RECIPE = `
family: hybrid
name: Hybrid
detect:
  - partition: 2
    exists: [/kernel, /initrd]
    volumeId: ^EFI
entries:
  - partition: 2
    fromConfig: true
    title: "{name} ({label})"
    kernel: /kernel
    initrd: /initrd
    args: root=live:LABEL={udevLabel}
`;

async function hybrid(scheme: "mbr" | "gpt"): Promise<string> {
  const folder = await temporaryFolder();
  const esp = join(folder, "esp.img");
  await writeFile(esp, Buffer.alloc(2 << 20));
  await judge("mformat", ["-i", esp, "-v", "EFI", "::"]);
  const entry = "title Live\nlinux /kernel\ninitrd /initrd\noptions root=live:LABEL=X quiet\n";
  const files = { kernel: await bytesOf("@kernel64", folder), initrd: Buffer.from("the initrd") };
  await judge("mmd", ["-i", esp, "::/loader", "::/loader/entries"]);
  for (const [name, data] of Object.entries({ ...files, "live.conf": Buffer.from(entry) })) {
    await writeFile(join(folder, name), data);
    const target = name === "live.conf" ? "::/loader/entries/" : "::/";
    await judge("mcopy", ["-i", esp, join(folder, name), target]);
  }
  const table = scheme === "gpt" ? ["-appended_part_as_gpt"] : [];
  const fixture = { id: "hybrid", volumeId: "MY LIVE", files: { "/LiveOS/squashfs.img": "@data" } };
  return buildFixture(fixture, folder, ["-R", "-append_partition", "2", "0xef", esp, ...table]);
}

test.each([
  ["mbr", "msdos2"],
  ["gpt", "gpt2"],
] as const)("%s: found, read and named as GRUB names it", async (scheme, partition) => {
  const path = await hybrid(scheme);
  const folder = await temporaryFolder();
  const set = await loadRecipes(folder, [{ name: "hybrid.yaml", text: RECIPE }]);
  const range = await openFile(path);
  try {
    const report = await inspectIso(range, "x.iso", set);
    expect(report.entries.map(describeEntry)).toEqual([
      `Live | bios x64 ia32 | linux (${partition})/kernel (${partition})/initrd | root=live:LABEL=X quiet | hook, unsigned`,
    ]);
    const opened = await openImage(range);
    if (!("image" in opened)) throw new Error("not an image");
    const { volume } = opened.image;
    const initrd = await openEntryFile(range, volume, `(${partition})/initrd`);
    expect((await readBytes(initrd, 0, initrd.size)).toString()).toBe("the initrd");
    const own = await openEntryFile(range, volume, "/LiveOS/squashfs.img");
    expect(own.size).toBe(4096);
    await expect(openEntryFile(range, volume, "(msdos9)/initrd")).rejects.toThrow();
  } finally {
    await range.close();
  }
});

test("an image without such a partition does not fit", async () => {
  const fixture = { id: "plain", volumeId: "EFI", files: { "/kernel": "@kernel64" } };
  const path = await buildFixture(fixture, await temporaryFolder());
  const set = await loadRecipes(await temporaryFolder(), [{ name: "hybrid.yaml", text: RECIPE }]);
  const range = await openFile(path);
  const report = await inspectIso(range, "x.iso", set);
  await range.close();
  expect(report.family).toBe("unknown");
});
