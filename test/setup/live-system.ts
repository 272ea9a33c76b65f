/** Real Debian 12 live ISOs, built from Debian's packages: kernel (signed by Debian) and initrd are the stock ones. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../src/system/run.ts";
import { cacheFolder, progress } from "./cache.ts";
import type { Recipe } from "./cache.ts";
import { makeHybridIso } from "./hybrid-iso.ts";
import { mirrorOf } from "./packages.ts";

const SOURCES = ["live-system.ts", "live-root.sh", "hybrid-iso.ts", "packages.ts"];

/**
 * Both consoles, the serial line last: that is where the kernel's and systemd's messages are looked for. The rest is for an emulated
 * processor: memory that is cleared before use, and what guards against processors' own leaks, take a third of the start there; and
 * the kernel gives up where the emulator is kept waiting while it counts the ticks of the timer.
 */
const FOR_EMULATION =
  "console=tty0 console=ttyS0,115200 init_on_alloc=0 mitigations=off no_timer_check";

/** As Debian's live-build writes it, with a serial console where there is one. */
const LIVE_BUILD_CONFIG = `
if serial --unit=0 --speed=115200; then
  terminal_input serial console
  terminal_output serial console
fi
set default=0
set timeout=5

# Live boot
menuentry "Live system (amd64)" --hotkey=l {
	linux	/live/vmlinuz boot=live components ${FOR_EMULATION} findiso=\${iso_path}
	initrd	/live/initrd.img
}
menuentry "Live system (amd64 fail-safe mode)" {
	linux	/live/vmlinuz boot=live components memtest noapic noapm nodma nomce nosmp nosplash vga=788 ${FOR_EMULATION}
	initrd	/live/initrd.img
}
submenu 'Utilities...' --hotkey=u {
	menuentry "Verify integrity of the boot medium" --hotkey=v {
		linux	/live/vmlinuz boot=live components ${FOR_EMULATION} findiso=\${iso_path} verify-checksums
		initrd	/live/initrd.img
	}
}
`;

/** As Fedora's live ISOs have it. */
const DRACUT_LIVE_CONFIG = `
set default="0"
if serial --unit=0 --speed=115200; then
  terminal_input serial console
  terminal_output serial console
fi
set timeout=5
menuentry 'Start Dracut-Live' --class fedora --class gnu-linux --class gnu --class os {
	linux /images/pxeboot/vmlinuz root=live:CDLABEL=DRACUTLIVE rd.live.image rd.live.overlay.overlayfs=1 ${FOR_EMULATION}
	initrd /images/pxeboot/initrd.img
}
`;

/** live-boot, as on Debian's own live ISOs. */
export const debianLive: Recipe = {
  name: "debian-live",
  extension: ".iso",
  sources: SOURCES,
  async make(folder) {
    const root = await makeRoot("debian-live", folder, "live-boot");
    const tree = join(folder, "tree");
    await moveInto(join(tree, "live"), root, ["vmlinuz", "initrd.img", "filesystem.squashfs"]);
    await writeConfigs(join(tree, "boot/grub"), {
      "grub.cfg": LIVE_BUILD_CONFIG,
      "loopback.cfg": "source /boot/grub/grub.cfg\n",
    });
    const output = join(folder, "debian-live.iso");
    const info = 'Debian GNU/Linux 12.0.0 "Bookworm" - Unofficial amd64 LIVE 20240101T00:00\n';
    await makeHybridIso({ tree, volumeId: "d-live 12.0.0 te amd64", info, output });
    return output;
  },
};

/** dracut with its dmsquash-live module, as on Fedora's and its relatives' live ISOs. */
export const dracutLive: Recipe = {
  name: "dracut-live",
  extension: ".iso",
  sources: SOURCES,
  async make(folder) {
    const root = await makeRoot("dracut-live", folder, "dracut");
    const tree = join(folder, "tree");
    await moveInto(join(tree, "images/pxeboot"), root, ["vmlinuz", "initrd.img"]);
    await moveInto(join(tree, "LiveOS"), root, ["filesystem.squashfs"]);
    await rename(join(tree, "LiveOS/filesystem.squashfs"), join(tree, "LiveOS/squashfs.img"));
    await writeConfigs(join(tree, "boot/grub"), { "grub.cfg": DRACUT_LIVE_CONFIG });
    const output = join(folder, "dracut-live.iso");
    const info = "Dracut live system for tests\n";
    await makeHybridIso({ tree, volumeId: "DRACUTLIVE", info, output });
    return output;
  },
};

/** A folder with vmlinuz, initrd.img and filesystem.squashfs. */
async function makeRoot(name: string, folder: string, flavour: string): Promise<string> {
  const work = join(folder, "live");
  await mkdir(work);
  const mirror = await mirrorOf("bookworm");
  progress(`${name}: debootstrap from ${mirror} (two to four minutes)`);
  const script = fileURLToPath(new URL("live-root.sh", import.meta.url));
  await asRoot(name, ["sh", script, work, mirror, flavour]);
  return work;
}

/** @throws Error that says what to do, where this is not root and sudo asks for a password. */
async function asRoot(name: string, command: readonly string[]): Promise<void> {
  const [program = "", ...args] = command;
  if (process.getuid?.() === 0) {
    await run(program, args);
    return;
  }
  const passwordless = await run("sudo", ["-n", "true"], { accept: [0, 1] }).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
  if (!passwordless) {
    throw new Error(
      `the test ISO ${name} is built by debootstrap, which needs root. Build it once with\n` +
        `  sudo env LIFEBOAT_TEST_CACHE=${cacheFolder()} npx tsx test/setup/isos.ts ${name}`,
    );
  }
  await run("sudo", ["-n", program, ...args]);
}

async function moveInto(folder: string, from: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) await rename(join(from, name), join(folder, name));
}

async function writeConfigs(folder: string, configs: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(configs)) await writeFile(join(folder, name), text);
}
