/**
 * Real ISOs with a change: other texts in them, another label, and a live system that runs a command of a test's own in its
 * user space instead of a login. xorriso takes over everything else as it is, which costs seconds; debootstrap would cost minutes.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { testIso } from "../setup/isos.ts";
import { judge } from "./tools.ts";

export interface IsoChanges {
  /** Path in the ISO → what its text becomes; a new file starts from the empty text. */
  readonly texts?: Readonly<Record<string, (text: string) => string>>;
  /** Up to 32 bytes, whichever they are. */
  readonly volumeId?: string;
}

/** Writes `output`: the ISO `source` with changes. Files that begin with `#!` can be executed. */
export async function changeIso(
  source: string,
  output: string,
  { texts = {}, volumeId }: IsoChanges,
): Promise<void> {
  const folder = await mkdtemp(join(dirname(output), "changes-"));
  try {
    const commands: string[] = [];
    for (const [index, [path, change]] of Object.entries(texts).entries()) {
      const file = join(folder, String(index));
      const reading = ["-osirrox", "on", "-indev", source, "-extract", path, file];
      // xorriso can't extract what isn't there, and says so by its exit code.
      await judge("xorriso", ["-abort_on", "NEVER", ...reading], { accept: [0, 5, 32] });
      const text = change(await readFile(file, "utf8").catch(() => ""));
      await rm(file, { force: true });
      await writeFile(file, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
      commands.push("-map", file, path);
    }
    if (volumeId !== undefined) commands.push("-volid", volumeId);
    await rm(output, { force: true });
    const wanted = ["-indev", source, "-outdev", output, "-boot_image", "any", "replay"];
    await judge("xorriso", ["-abort_on", "FAILURE", ...wanted, ...commands]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The live systems, and where each has its medium mounted once it runs. */
export const LIVE_MEDIUM = {
  "debian-live": "/run/live/medium",
  "dracut-live": "/run/initramfs/live",
} as const;

/**
 * Writes `output`: a live ISO whose system runs `script` (shell) as root once it is up, where it would show its login
 * otherwise; what it prints comes on the console. systemd itself does that (systemd-run-generator), so nothing in the system
 * is made for the test: the script lies on the ISO, and an argument on the kernel lines of the ISO's own menu names it.
 */
export async function liveIsoThatRuns(
  name: keyof typeof LIVE_MEDIUM,
  script: string,
  output: string,
  changes: IsoChanges = {},
): Promise<void> {
  const args =
    `systemd.run=${LIVE_MEDIUM[name]}/lifeboat-test ` +
    "systemd.run_success_action=none systemd.run_failure_action=none";
  const { "/boot/grub/grub.cfg": config = (text: string) => text, ...texts } = changes.texts ?? {};
  await changeIso(await testIso(name), output, {
    ...changes,
    texts: {
      ...texts,
      "/boot/grub/grub.cfg": (text) => config(text.replaceAll(/^(\s*linux\s.*)$/gm, `$1 ${args}`)),
      "/lifeboat-test": () => `#!/bin/sh\n${script}`,
    },
  });
}
