/** What wants real mode, and so PC BIOS: programs with a Linux boot header, and disk images by one of them, syslinux's memdisk. */
import { command } from "../script-blocks.ts";

/** Both are GRUB's words. */
export function linux16Lines(kernel: string, args: string): string[] {
  return ["set gfxpayload=text", command("linux16", kernel, args)];
}

/**
 * A disk image in memory.
 * @param image GRUB's word for it.
 * @param args GRUB's words for memdisk's arguments.
 */
export function memdiskLines(image: string, args: string): string[] {
  return [command("linux16 ($lifeboat)/lifeboat/tools/memdisk", args), `initrd16 ${image}`];
}

/** What memdisk is told where nobody says: the ISO itself is a CD, and what lies in one a disk or a floppy. */
export function memdiskArguments({
  args,
  path,
}: {
  readonly args?: string | undefined;
  readonly path?: unknown;
}): string {
  return args ?? (path === undefined ? "iso raw" : "raw");
}
