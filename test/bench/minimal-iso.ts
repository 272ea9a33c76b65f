import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sh } from "./measure.ts";

/** An ISO like a live system's, with small stand-ins for its large files: a scan reads neither. */
export function minimalIso(path: string, folder: string): void {
  const files: Record<string, string> = {
    "live/vmlinuz": "kernel",
    "live/initrd.img": "initrd",
    "live/filesystem.squashfs": "squashfs",
    ".disk/info": "Debian GNU/Linux 12 live amd64",
    "boot/grub/grub.cfg": [
      'menuentry "Live system (amd64)" {',
      "  linux /live/vmlinuz boot=live components quiet splash findiso=${iso_path}",
      "  initrd /live/initrd.img",
      "}",
      "",
    ].join("\n"),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  sh("xorriso", ["-as", "mkisofs", "-quiet", "-R", "-J", "-V", "LIVE", "-o", path, folder]);
}
