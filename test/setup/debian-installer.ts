/**
 * Debian's installer as two real ISOs: Debian's own kernel and initrd, started as on Debian's mini.iso and as on a netinst CD.
 *
 * Debian publishes the CD's initrd only inside its ISOs. It is made here as Debian makes it, from packages of the installer
 * (udebs; the list is debian-installer's build/pkg-lists/cdrom): the network initrd, without what fetches from the network, with
 * the drivers and scripts that look for a CD. These scripts are Debian 13's: they are the same for every architecture and kernel.
 */
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../src/system/run.ts";
import { cached, progress } from "./cache.ts";
import type { Recipe } from "./cache.ts";
import { makeHybridIso } from "./hybrid-iso.ts";
import { apt, aptState, mirrorOf } from "./packages.ts";

const SOURCES = ["debian-installer.ts", "hybrid-iso.ts", "packages.ts"];

const RELEASE = "bookworm";
/** Where the scripts come from: by its name, or by its alias where the mirror's list of the first is not that of its signature. */
const SCRIPTS_RELEASES = ["trixie", "stable"];
const NETBOOT = "debian-installer-12-netboot-amd64";
const IMAGES = "usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64";

/** What a CD's initrd has and the network's has not. `KERNEL` is the kernel's version. */
const CD_DRIVERS = ["cdrom-core-modules-KERNEL-di", "isofs-modules-KERNEL-di"];
const CD_SCRIPTS = ["cdrom-detect", "cdrom-retriever", "load-cdrom"];
/** What the network's has and a CD's has not; all of it is on the CD instead. */
const NETWORK_ONLY = new Set(
  (
    "choose-mirror choose-mirror-bin download-installer ethdetect net-retriever netcfg network-preseed " +
    "ndisc6-udeb rdnssd-udeb wide-dhcpv6-client-udeb wpasupplicant-udeb"
  ).split(" "),
);
/** On the CD, for the installer to load: a driver that it needs to see the image at all, and the first question after that. */
const ON_CD_DRIVERS = ["loop-modules-KERNEL-di"];
const ON_CD = ["user-setup-udeb"];

/**
 * The text frontend writes lines, on the serial console; the questions about the language are answered. The installer runs on each
 * console at once, and they get in each other's way; the word "auto" keeps it to one (its reopen-console).
 */
const CONSOLE = "console=ttyS0,115200 consoles=auto TERM=dumb DEBIAN_FRONTEND=text";
const ANSWERS = "priority=critical locale=en_US.UTF-8 keymap=us";
/** Emulated, clearing memory before its use takes a quarter of the start, and the texts of all languages minutes. */
const FOR_EMULATION = "init_on_alloc=0 mitigations=off no_timer_check DEBCONF_DROP_TRANSLATIONS=1";

/** As debian-installer writes it for mini.iso. */
const MINI_CONFIG = `
if [ x$feature_default_font_path = xy ] ; then
   font=unicode
else
   font=$prefix/font.pf2
fi
set timeout=5
menuentry 'Install' {
    set background_color=black
    linux    /linux ${CONSOLE} ${FOR_EMULATION} ---
    initrd   /initrd.gz
}
submenu --hotkey=a 'Advanced options ...' {
    menuentry '... Rescue mode' {
        set background_color=black
        linux    /linux ${CONSOLE} ${FOR_EMULATION} rescue/enable=true ---
        initrd   /initrd.gz
    }
}
`;

/** As debian-cd writes it for a netinst. */
const CD_CONFIG = `
set timeout=5
menuentry --hotkey=i 'Install' {
    set background_color=black
    linux    /install.amd/vmlinuz ${CONSOLE} ${ANSWERS} ${FOR_EMULATION} ---
    initrd   /install.amd/initrd.gz
}
submenu --hotkey=a 'Advanced options ...' {
    menuentry '... Rescue mode' {
        set background_color=black
        linux    /install.amd/vmlinuz ${CONSOLE} ${ANSWERS} ${FOR_EMULATION} rescue/enable=true ---
        initrd   /install.amd/initrd.gz
    }
}
`;

export const installerMini: Recipe = {
  name: "d-i-mini",
  extension: ".iso",
  sources: SOURCES,
  async make(folder) {
    const files = await installerFiles();
    const tree = join(folder, "tree");
    await mkdir(join(tree, "boot/grub"), { recursive: true });
    for (const name of ["linux", "initrd.gz"]) await copyFile(join(files, name), join(tree, name));
    await writeFile(join(tree, "boot/grub/grub.cfg"), MINI_CONFIG);
    const output = join(folder, "mini.iso");
    const info = 'Debian GNU/Linux 12 "Bookworm" - amd64 MINI\n';
    await makeHybridIso({ tree, volumeId: "ISOIMAGE", info, output });
    return output;
  },
};

export const installerCd: Recipe = {
  name: "d-i-cd",
  extension: ".iso",
  sources: SOURCES,
  async make(folder) {
    const files = await installerFiles();
    const tree = join(folder, "tree");
    await mkdir(join(tree, "boot/grub"), { recursive: true });
    await mkdir(join(tree, "install.amd"));
    await copyFile(join(files, "linux"), join(tree, "install.amd/vmlinuz"));
    await makeCdInitrd(files, folder, join(tree, "install.amd/initrd.gz"));
    await makePool(files, tree);
    await mkdir(join(tree, ".disk"));
    await writeFile(join(tree, ".disk/cd_type"), "not_complete\n");
    await writeFile(join(tree, ".disk/base_installable"), "");
    await writeFile(join(tree, "boot/grub/grub.cfg"), CD_CONFIG);
    const output = join(folder, "netinst.iso");
    const info = 'Debian GNU/Linux 12.1.0 "Bookworm" - Unofficial amd64 NETINST 20240101-00:00\n';
    await makeHybridIso({ tree, volumeId: "Debian 12.1.0 amd64 n", info, output });
    return output;
  },
};

/** Kernel, initrd, and a folder with udebs. */
async function installerFiles(): Promise<string> {
  return cached({
    name: "installer-packages",
    extension: "",
    sources: ["debian-installer.ts", "packages.ts"],
    async make(folder) {
      progress(`installer-packages: downloading ${NETBOOT} (130 MB) and udebs`);
      const mirror = await mirrorOf(RELEASE);
      const ours = await aptState(join(folder, RELEASE), [
        `${mirror} ${RELEASE} main main/debian-installer`,
      ]);
      await apt(ours, "download", "-q", NETBOOT);
      const [archive] = await namesEnding(ours, ".deb");
      await run("dpkg-deb", ["-x", join(ours, archive ?? ""), join(folder, "netboot")]);

      const result = join(folder, "result");
      const udebs = join(result, "udebs");
      await mkdir(udebs, { recursive: true });
      for (const name of ["linux", "initrd.gz"]) {
        await rename(join(folder, "netboot", IMAGES, name), join(result, name));
      }
      const kernel = await kernelVersion(join(result, "initrd.gz"));
      const drivers = [...CD_DRIVERS, ...ON_CD_DRIVERS];
      await apt(ours, "download", "-q", ...drivers.map((name) => name.replace("KERNEL", kernel)));
      const theirs = await scriptsState(folder, mirror);
      for (const state of [ours, theirs]) {
        for (const name of await namesEnding(state, ".udeb")) {
          await rename(join(state, name), join(udebs, name));
        }
      }
      return result;
    },
  });
}

/** An apt folder with the scripts' packages in it. A mirror that is just being updated may be out of step with itself. */
async function scriptsState(folder: string, mirror: string): Promise<string> {
  for (const release of SCRIPTS_RELEASES) {
    const sources = [`${mirror} ${release} main/debian-installer`];
    try {
      const state = await aptState(join(folder, release), sources);
      await apt(state, "download", "-q", ...CD_SCRIPTS, ...ON_CD);
      return state;
    } catch (error) {
      if (release === SCRIPTS_RELEASES.at(-1)) throw error;
      progress(`installer-packages: ${release} can't be had just now, trying another`);
    }
  }
  throw new Error("no release to take the installer's scripts from");
}

async function namesEnding(folder: string, end: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(end)).toSorted();
}

async function kernelVersion(initrd: string): Promise<string> {
  const { stdout } = await run("sh", ["-c", 'zcat "$1" | cpio --quiet -t', "sh", initrd]);
  const version = /^(?:usr\/)?lib\/modules\/([^/\n]+)\/kernel$/m.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${initrd}: no kernel modules in it`);
  return version;
}

/** The udeb of this package among those that were downloaded. */
async function udebOf(files: string, name: string): Promise<string> {
  const folder = join(files, "udebs");
  const found = (await readdir(folder)).find((file) => file.startsWith(`${name}_`));
  if (found === undefined) throw new Error(`${folder}: no ${name}`);
  return join(folder, found);
}

/**
 * The network initrd with a second cpio behind it: files of the further packages, the module list made anew, and the status file
 * of all packages, which is what the installer's menu is made from.
 */
async function makeCdInitrd(files: string, folder: string, output: string): Promise<void> {
  const initrd = join(files, "initrd.gz");
  const kernel = await kernelVersion(initrd);
  const root = join(folder, "cd-root");
  await mkdir(join(root, "var/lib/dpkg/info"), { recursive: true });
  const unpack = 'cd "$2" && zcat "$1" | cpio --quiet -idm "lib/modules/*" var/lib/dpkg/status';
  await run("sh", ["-c", unpack, "sh", initrd, root]);

  const status = join(root, "var/lib/dpkg/status");
  const kept = (await readFile(status, "utf8"))
    .split(/\n\n+/)
    .filter((stanza) => stanza.trim() !== "" && !NETWORK_ONLY.has(packageName(stanza)));
  for (const name of [...CD_DRIVERS.map((one) => one.replace("KERNEL", kernel)), ...CD_SCRIPTS]) {
    kept.push(await installUdeb(await udebOf(files, name), name, root));
  }
  await writeFile(status, `${kept.join("\n\n")}\n`);
  await run("depmod", ["-b", root, kernel]);

  // Without the drivers that are in the first cpio.
  const pack =
    'cp "$1" "$3" && zcat "$1" | cpio --quiet -t "*.ko" >"$2.known" && cd "$2" && ' +
    'find . -mindepth 1 -printf "%P\\n" | grep -vxF -f "$2.known" | cpio --quiet -o -H newc -R 0:0 | gzip -1 >>"$3"';
  await run("sh", ["-c", pack, "sh", initrd, root, output]);
  await rm(root, { recursive: true });
}

function packageName(stanza: string): string {
  return /^Package: (\S+)$/m.exec(stanza)?.[1] ?? "";
}

/** Unpacks it as the installer's own udpkg would; returns its stanza for the status file. */
async function installUdeb(udeb: string, name: string, root: string): Promise<string> {
  await run("dpkg-deb", ["-x", udeb, root]);
  const control = `${root}.control`;
  await run("dpkg-deb", ["-e", udeb, control]);
  for (const part of ["postinst", "templates", "isinstallable"]) {
    const source = join(control, part);
    const target = join(root, "var/lib/dpkg/info", `${name}.${part}`);
    await copyFile(source, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  const stanza = (await readFile(join(control, "control"), "utf8")).trim();
  await rm(control, { recursive: true });
  return stanza.replace("\n", "\nStatus: install ok unpacked\n");
}

/** What the installer loads from the CD, with the index and the release file that it looks at. */
async function makePool(files: string, tree: string): Promise<void> {
  const kernel = await kernelVersion(join(files, "initrd.gz"));
  const index: string[] = [];
  for (const name of [...ON_CD_DRIVERS.map((one) => one.replace("KERNEL", kernel)), ...ON_CD]) {
    const udeb = await udebOf(files, name);
    const { stdout: source } = await run("dpkg-deb", ["-f", udeb, "Source"]);
    const folder = source.trim().split(" ")[0] || name;
    const path = `pool/main/${folder.slice(0, 1)}/${folder}`;
    await mkdir(join(tree, path), { recursive: true });
    const file = `${path}/${udeb.slice(udeb.lastIndexOf("/") + 1)}`;
    await copyFile(udeb, join(tree, file));
    const { stdout: control } = await run("dpkg-deb", ["-f", udeb]);
    const { stdout: sum } = await run("sha256sum", [udeb]);
    const size = (await readFile(udeb)).length;
    index.push(
      `${control.trim()}\nFilename: ${file}\nSize: ${size}\nSHA256: ${sum.slice(0, 64)}\n`,
    );
  }
  const binary = "main/debian-installer/binary-amd64";
  const dist = join(tree, "dists", RELEASE);
  await mkdir(join(dist, binary), { recursive: true });
  await writeFile(join(dist, binary, "Packages"), index.join("\n"));
  const release = `Suite: stable\nCodename: ${RELEASE}\nArchitectures: amd64\nComponents: main\nSHA256:\n`;
  await writeFile(join(dist, "Release"), `${release} 0 0 ${binary}/Packages\n`);
}
