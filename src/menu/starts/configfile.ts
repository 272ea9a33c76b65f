/** An image's own GRUB configuration, run in the stick's GRUB. */

/**
 * @param device GRUB's name of the open image.
 * @param path GRUB's word for the configuration.
 */
export function configfileLines(device: string, path: string): string[] {
  return [`set root=${device}`, `configfile ${path}`, "set root=$lifeboat"];
}
