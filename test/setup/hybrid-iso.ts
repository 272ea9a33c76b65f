/**
 * An ISO that starts everywhere, from a CD and from a USB stick, as Debian's live ISOs do: GRUB under BIOS; Debian's signed shim
 * and GRUB under UEFI x64, also with Secure Boot; Debian's unsigned GRUB under 32-bit UEFI.
 */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../src/system/run.ts";
import { packageFiles } from "./packages.ts";

export interface HybridIso {
  /** What goes on the ISO; the boot files are added to it. `boot/grub/grub.cfg` is the caller's. */
  readonly tree: string;
  readonly volumeId: string;
  /** The text of `/.disk/info`, by which GRUB finds its medium. */
  readonly info: string;
  readonly output: string;
}

/** All in the core image: no module is loaded from the ISO. */
const BIOS_MODULES =
  "biosdisk iso9660 part_gpt part_msdos linux normal configfile search search_fs_file test echo " +
  "serial terminal cat ls halt reboot sleep minicmd true loopback";

export async function makeHybridIso(iso: HybridIso): Promise<void> {
  const usrLib = join(await packageFiles(), "usr/lib");
  const { tree } = iso;
  await mkdir(join(tree, "boot/grub"), { recursive: true });
  await mkdir(join(tree, ".disk"), { recursive: true });
  await writeFile(join(tree, ".disk/info"), iso.info);
  await addBiosBoot(tree, join(usrLib, "grub/i386-pc"));
  await addUefiBoot(tree, usrLib);
  const words = (options: string): string[] => options.split(" ");
  await run("xorriso", [
    ...words("-as mkisofs -quiet -r -J -joliet-long -iso-level 3 -V"),
    iso.volumeId,
    ...words("-b boot/grub/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table"),
    ...words("--grub2-boot-info --grub2-mbr"),
    join(usrLib, "grub/i386-pc/boot_hybrid.img"),
    ...words("-eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot -isohybrid-gpt-basdat -o"),
    iso.output,
    tree,
  ]);
}

async function addBiosBoot(tree: string, modules: string): Promise<void> {
  const config = join(tree, "boot/grub/embedded.cfg");
  await writeFile(
    config,
    "search --no-floppy --set=root --file /.disk/info\nset prefix=($root)/boot/grub\n",
  );
  const output = join(tree, "boot/grub/eltorito.img");
  const options = ["-d", modules, "-O", "i386-pc-eltorito", "-p", "/boot/grub", "-c", config];
  await run("grub-mkimage", [...options, "-o", output, ...BIOS_MODULES.split(" ")]);
}

async function addUefiBoot(tree: string, usrLib: string): Promise<void> {
  const files: readonly (readonly [string, string])[] = [
    ["shim/shimx64.efi.signed", "bootx64.efi"],
    ["shim/mmx64.efi.signed", "mmx64.efi"],
    ["grub/x86_64-efi-signed/gcdx64.efi.signed", "grubx64.efi"],
    ["grub/i386-efi/monolithic/gcdia32.efi", "bootia32.efi"],
  ];
  const folder = join(tree, "EFI/boot");
  await mkdir(folder, { recursive: true });
  for (const [source, name] of files) await copyFile(join(usrLib, source), join(folder, name));

  // The same again in a small FAT, which is what firmware reads from a CD and finds on a stick as the ESP.
  const image = join(tree, "boot/grub/efi.img");
  await run("mkfs.fat", ["-C", "-n", "ESP", image, "12288"]);
  await run("mmd", ["-i", image, "::EFI", "::EFI/boot"]);
  const sources = files.map(([, name]) => join(folder, name));
  await run("mcopy", ["-i", image, ...sources, "::EFI/boot/"]);
}
