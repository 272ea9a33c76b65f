/** GRUB's own interpreter and drivers as a program (Debian's grub-emu), for scripts that no parser alone can judge. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { judge } from "./tools.ts";

/**
 * What the script prints, in lines. It runs with the whole `disk` as the data partition and as the one that GRUB came from, on
 * a BIOS as far as lifeboat's menu can tell. As in grub/main.cfg, submenus know that.
 */
export async function emulateGrub(script: string, disk: string, folder: string): Promise<string> {
  const work = await mkdtemp(join(folder, "grub-"));
  const start =
    "set lifeboat=hd0\nset data=hd0\nset lifeboat_firmware=bios\nexport lifeboat data lifeboat_firmware\n";
  await writeFile(join(work, "grub.cfg"), `${start}${script}\nexit\n`);
  await writeFile(join(work, "device.map"), `(hd0) ${disk}\n`);
  // It wants a terminal, and breaks lines at its width.
  const emulate = `stty cols 4000 rows 50; grub-emu -m ${join(work, "device.map")} -d ${work}`;
  const said = await judge("script", ["-qec", emulate, "/dev/null"]);
  return said.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, "").replaceAll(/\r+\n?/g, "\n");
}
