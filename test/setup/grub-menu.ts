/** A small ISO with nothing but a GRUB menu on screen and serial line: entries, a submenu, and a mark that each leaves. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "./cache.ts";
import { makeHybridIso } from "./hybrid-iso.ts";

const CONFIG = `
if serial --unit=0 --speed=115200; then
  terminal_input serial console
  terminal_output serial console
fi
set default=1
set timeout=60
menuentry "First entry" { echo "mark: first"; sleep 600 }
menuentry "Second entry" { echo "mark: second"; sleep 600 }
submenu "More entries" {
  menuentry "Inner first" { echo "mark: inner first"; sleep 600 }
  menuentry "Inner second" { echo "mark: inner second"; sleep 600 }
  submenu "Deeper" {
    menuentry "Power off" { echo "mark: power off"; halt }
  }
}
`;

export const grubMenu: Recipe = {
  name: "grub-menu",
  extension: ".iso",
  sources: ["grub-menu.ts", "hybrid-iso.ts", "packages.ts"],
  async make(folder) {
    const tree = join(folder, "tree");
    await mkdir(join(tree, "boot/grub"), { recursive: true });
    await writeFile(join(tree, "boot/grub/grub.cfg"), CONFIG);
    const output = join(folder, "grub-menu.iso");
    await makeHybridIso({ tree, volumeId: "GRUB_MENU", info: "GRUB menu for tests\n", output });
    return output;
  },
};
