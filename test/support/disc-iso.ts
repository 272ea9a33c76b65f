/** ISOs that a computer starts from a disc: with boot images in an El Torito catalog, made by xorriso. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { IsoFixture } from "./iso-fixtures.ts";
import { buildFixture, bytesOf } from "./iso-fixtures.ts";
import { judge } from "./tools.ts";

export interface DiscBoot {
  /** With a boot image for BIOS. */
  readonly bios?: boolean;
  /** The boot image for EFI: name in its /EFI/BOOT → a word for `bytesOf`; or what is no FAT volume at all. */
  readonly efi?: Readonly<Record<string, string>> | "garbage";
}

/** The fixture's ISO, made to start from a disc; returns its path. */
export async function buildDisc(
  fixture: Pick<IsoFixture, "id" | "volumeId" | "files">,
  { bios = false, efi }: DiscBoot,
  folder: string,
): Promise<string> {
  const tree = join(folder, `${fixture.id}.tree`, "eltorito");
  await mkdir(tree, { recursive: true });
  const options = ["-R", "-J"];
  if (bios) {
    await writeFile(join(tree, "bios.img"), Buffer.alloc(2048, 0xf4));
    options.push(
      "-c",
      "eltorito/cat",
      "-b",
      "eltorito/bios.img",
      "-no-emul-boot",
      "-boot-load-size",
      "4",
    );
  }
  if (efi !== undefined) {
    const image = join(tree, "efi.img");
    if (efi === "garbage") await writeFile(image, Buffer.alloc(64 << 10, "g"));
    else await makeEfiImage(image, efi, folder);
    options.push(...(bios ? ["-eltorito-alt-boot"] : ["-c", "eltorito/cat"]));
    options.push("-e", "eltorito/efi.img", "-no-emul-boot");
  }
  return buildFixture(fixture, folder, options);
}

async function makeEfiImage(
  image: string,
  files: Readonly<Record<string, string>>,
  folder: string,
) {
  await writeFile(image, Buffer.alloc(720 << 10));
  await judge("mformat", ["-i", image, "-f", "720", "::"]);
  await judge("mmd", ["-i", image, "::/EFI", "::/EFI/BOOT"]);
  for (const [name, content] of Object.entries(files)) {
    const source = join(folder, name);
    await writeFile(source, await bytesOf(content, folder));
    await judge("mcopy", ["-i", image, source, `::/EFI/BOOT/${name}`]);
  }
}
