/** How Ventoy's GRUB comes to lifeboat's menu: by the file that it reads when F6 is pressed. */

/** The first words of every version of it. */
const OURS = "# Written by lifeboat";

/**
 * Ventoy names its data partition `(hd0,1)` in `vtoy_iso_part`, whatever the table. The menu is told by GRUB's `root` where it lies, as on
 * every stick.
 */
export const VENTOY_GRUB_CONFIG = `${OURS}: its menu, beside Ventoy's own. Press F6 for it, and Esc to come back.
regexp --set=1:lifeboat_hd '^[(](hd[0-9]+),' "$vtoy_iso_part"
set root=$lifeboat_hd,1
source ($root)/lifeboat/grub/grub.cfg
`;

export function isVentoyGrubConfig(text: string): boolean {
  return text.startsWith(OURS);
}
