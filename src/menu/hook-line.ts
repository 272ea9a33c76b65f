/** How GRUB hands an initrd to lifeboat's hook: the same for ISOs of the last refresh and for those that the menu finds by itself. */

/** The hook's cpio on the ESP, as a GRUB word. */
export const HOOK = "($lifeboat)/lifeboat/hook.cpio";

/** What makes the kernel start the hook first. */
export const START_HOOK = "rdinit=/lifeboat/init";

/** Kernel arguments beside the hook's own: the kernel takes the last rdinit, and the hook goes on to what it is told. */
export function yieldRdinit(args: string): string {
  return args.replaceAll(/(?<!\S)rdinit=/g, "lifeboat.init=");
}
