/**
 * ISOs of "another vendor's": a kernel signed by somebody whom the stick's shim doesn't know, and a boot loader beside it. No shim
 * that Microsoft signed for another vendor is in Debian's archive; Debian's own stands in, which changes nothing for who reads it.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFiles } from "../setup/packages.ts";
import { PROGRAM, sign } from "./signing.ts";
import { judge } from "./tools.ts";

export const VENDOR = "Other Vendor CA";

/** Where the packages' signed programs lie. */
export async function signedPrograms() {
  const usrLib = join(await packageFiles(), "usr/lib");
  return {
    shim: join(usrLib, "shim/shimx64.efi.signed"),
    mokManager: join(usrLib, "shim/mmx64.efi.signed"),
    grub: join(usrLib, "grub/x86_64-efi-signed/grubx64.efi.signed"),
    cdGrub: join(usrLib, "grub/x86_64-efi-signed/gcdx64.efi.signed"),
    /** Modules of GRUB for EFI, for images of one's own. */
    kernelAndModules: "/usr/lib/grub/x86_64-efi",
  };
}

export interface VendorIso {
  /** Name in /EFI/BOOT → the file to put there. */
  readonly loader: Readonly<Record<string, string>>;
  /** The loader lies in the El Torito image only. */
  readonly hidden?: boolean;
  readonly name?: string;
}

/** A live ISO of Debian's form whose kernel is a small real program with a Linux header, signed by `VENDOR`. */
export async function makeVendorIso(folder: string, iso: VendorIso): Promise<string> {
  const tree = await mkdtemp(join(folder, "tree-"));
  const output = join(folder, iso.name ?? "vendor.iso");
  for (const name of ["live", "boot/grub", ".disk", "EFI/BOOT"]) {
    await mkdir(join(tree, name), { recursive: true });
  }
  await copyFile(await sign(folder, VENDOR, PROGRAM), join(tree, "live/vmlinuz"));
  await writeFile(join(tree, "live/initrd.img"), Buffer.alloc(4096, "x"));
  await writeFile(join(tree, "live/filesystem.squashfs"), Buffer.alloc(64 << 10, "y"));
  await writeFile(
    join(tree, "boot/grub/grub.cfg"),
    'menuentry "Live system" {\n linux /live/vmlinuz boot=live quiet\n initrd /live/initrd.img\n}\n',
  );
  await writeFile(join(tree, ".disk/info"), "Other Linux 1.0 - amd64\n");
  const image = join(tree, "boot/grub/efi.img");
  await judge("mkfs.fat", ["-C", "-n", "ESP", image, "12288"]);
  await judge("mmd", ["-i", image, "::EFI", "::EFI/BOOT"]);
  for (const [name, source] of Object.entries(iso.loader)) {
    await judge("mcopy", ["-i", image, source, `::EFI/BOOT/${name}`]);
    if (iso.hidden !== true) await copyFile(source, join(tree, "EFI/BOOT", name));
  }
  await judge("xorriso", [
    ..."-as mkisofs -quiet -r -J -V OTHER_LINUX -eltorito-alt-boot".split(" "),
    ..."-e boot/grub/efi.img -no-emul-boot -o".split(" "),
    output,
    tree,
  ]);
  await rm(tree, { recursive: true });
  return output;
}
