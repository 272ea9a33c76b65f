/**
 * Releases as Ventoy publishes them, with nothing of Ventoy's in them: the paths, sizes and marks that its installer and its own device
 * check go by, filled with patterns that differ by version. mkfs.fat, mtools, xz, tar and zip make them.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { chmod, mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { run } from "../../src/system/run.ts";

export interface VentoyReleaseOptions {
  /** Default: 9.9.9. */
  readonly version?: string;
  /** Default: true. False: only the boot loaders themselves, as Ventoy's installer leaves them where Secure Boot is not wanted. */
  readonly secureBoot?: boolean;
  /** Further files of the disk image, or others than the usual ones: path without a slash before it → content; undefined leaves one out. */
  readonly files?: Readonly<Record<string, string | Buffer | undefined>>;
  /** Default: VTOYEFI. */
  readonly label?: string;
}

export interface ReleaseArchiveOptions extends VentoyReleaseOptions {
  /** Default: tar.gz. */
  readonly form?: "tar.gz" | "zip";
}

/** What a release is made of, unpacked. */
export interface VentoyParts {
  readonly version: string;
  /** 512 bytes. */
  readonly bootImage: Buffer;
  /** 2,047 sectors. */
  readonly coreImage: Buffer;
  /** 32 MiB. */
  readonly diskImage: Buffer;
}

export interface MadeRelease extends VentoyParts {
  /** `ventoy-X.Y.Z-linux.tar.gz` or `ventoy-X.Y.Z-windows.zip`, in a folder of its own. Not to be changed: tests share it. */
  readonly archive: string;
}

const SECTOR = 512;
export const CORE_SECTORS = 2047;
export const DISK_SECTORS = 65_536;
/** The same bytes for the same options, whenever they are made. */
const MADE = new Date("2026-08-06T12:00:00Z");
const EPOCH = { SOURCE_DATE_EPOCH: String(MADE.getTime() / 1000) };

/** One folder for each test process, gone with it. */
let ownFolder: string | undefined;
const made = new Map<string, Promise<unknown>>();

/** A whole release archive. Made once for each set of options. */
export async function ventoyRelease(options: ReleaseArchiveOptions = {}): Promise<MadeRelease> {
  return once("archive", options, async (folder) => {
    const parts = await ventoyParts(options);
    const tree = await ventoyTree(options);
    const form = options.form ?? "tar.gz";
    const name = `ventoy-${parts.version}-${form === "zip" ? "windows.zip" : "linux.tar.gz"}`;
    const archive = join(folder, name);
    await packTree(tree, archive);
    return { ...parts, archive };
  });
}

/** Boot image, core image and disk image. Made once for each set of options. */
export async function ventoyParts(options: VentoyReleaseOptions = {}): Promise<VentoyParts> {
  const { version = "9.9.9", secureBoot, files, label } = options;
  return once("parts", { version, secureBoot, files, label }, async (folder) => ({
    version,
    bootImage: ventoyBootImage(version),
    coreImage: ventoyCoreImage(version),
    diskImage: await readFile(await diskImage(folder, version, options)),
  }));
}

/**
 * The folder that a release is packed from: it holds one folder, `ventoy-X.Y.Z`. Made once for each set of options: who changes
 * something in it copies it first.
 */
export async function ventoyTree(options: VentoyReleaseOptions = {}): Promise<string> {
  const { version = "9.9.9", secureBoot, files, label } = options;
  return once("tree", { version, secureBoot, files, label }, async (folder) => {
    const parts = await ventoyParts(options);
    const top = join(folder, `ventoy-${version}`);
    for (const below of ["boot", "ventoy", "tool/x86_64", "plugin/ventoy/theme"]) {
      await mkdir(join(top, below), { recursive: true });
    }
    await writeFile(join(top, "boot/boot.img"), parts.bootImage);
    await writeFile(join(top, "boot/core.img"), parts.coreImage);
    await writeFile(join(top, "ventoy/ventoy.disk.img"), parts.diskImage);
    await writeFile(join(top, "ventoy/version"), `${version}\n`);
    // What else is in a release, none of which lifeboat needs.
    await writeFile(join(top, "Ventoy2Disk.sh"), "#!/bin/sh\n");
    await chmod(join(top, "Ventoy2Disk.sh"), 0o755);
    await writeFile(join(top, "README"), `release ${version}\n`);
    await writeFile(join(top, "tool/x86_64/vtoycli.xz"), Buffer.alloc(20_000, version));
    await writeFile(join(top, "plugin/ventoy/theme/theme.txt"), "title-text: none\n");
    await packXz(join(top, "boot/core.img"), join(top, "ventoy/ventoy.disk.img"));
    return folder;
  });
}

/** Replaces files by what xz makes of them, with the check that releases have. */
export async function packXz(...paths: readonly string[]): Promise<void> {
  await run("xz", ["-0", "--force", "--check=crc32", ...paths]);
}

/** Packs all folders in `tree` by the tool that the archive's name asks for, as releases are: tar says `./` before each name. */
export async function packTree(tree: string, archive: string): Promise<void> {
  if (archive.endsWith(".zip")) {
    await run("zip", ["-q", "-r", archive, "."], { cwd: tree });
    return;
  }
  const fixed = ["--sort=name", "--owner=0", "--group=0", `--mtime=@${EPOCH.SOURCE_DATE_EPOCH}`];
  const folders = await run("sh", ["-c", "ls -d ./*"], { cwd: tree });
  await run("tar", ["-czf", archive, ...fixed, ...folders.stdout.trim().split("\n")], {
    cwd: tree,
  });
}

/** `sha256.txt` in the folder of these archives, as sha256sum writes it. @returns its path. */
export async function writeSums(...archives: readonly string[]): Promise<string> {
  const cwd = dirname(archives[0] ?? "");
  const sums = join(cwd, "sha256.txt");
  const { stdout } = await run(
    "sha256sum",
    archives.map((path) => basename(path)),
    { cwd },
  );
  await writeFile(sums, stdout);
  return sums;
}

/**
 * The first sector, with what GRUB's check of a Ventoy device looks at: 0x30 bytes at its beginning and 16 at 0x190. Like Ventoy's it was
 * read off a disk, so there is a disk signature and a partition table in it, which must not get onto any other disk.
 */
export function ventoyBootImage(version: string): Buffer {
  const sector = Buffer.alloc(SECTOR);
  sector.set([0xeb, 0x63, 0x90]);
  // Where core.img lies.
  sector.writeBigUInt64LE(1n, 0x5c);
  sector.write(`boot code of ${version}`, 0x80, "latin1");
  sector.write("VT\0Ge\0HD\0Rd\0 Er\r", 0x190, "latin1");
  sector.write("code end", 0x1b0 - 8, "latin1");
  sector.writeUInt32LE(0xd15c51d0, 0x1b8);
  sector.set([0x80, 0x20, 0x21, 0, 0x07, 0xfe, 0xff, 0xff, 0, 8, 0, 0, 0, 0xf0, 6, 0], 0x1be);
  sector.set([0, 0xfe, 0xff, 0xff, 0xef, 0xfe, 0xff, 0xff, 0, 0xf8, 6, 0, 0, 0, 1, 0], 0x1ce);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** Each sector says which one it is, and of which version. */
export function ventoyCoreImage(version: string): Buffer {
  const core = Buffer.alloc(CORE_SECTORS * SECTOR);
  for (let sector = 0; sector < CORE_SECTORS; sector++) {
    const text = `sector ${sector} of the core image of ${version}. `;
    core.fill(text, sector * SECTOR, (sector + 1) * SECTOR, "latin1");
  }
  // diskboot's block list: the rest of it lies behind its first sector.
  core.writeBigUInt64LE(2n, SECTOR - 12);
  core.writeUInt16LE(CORE_SECTORS - 1, SECTOR - 4);
  core.writeUInt16LE(0x820, SECTOR - 2);
  return core;
}

/** What the disk image holds, in the order in which it is copied. */
export function ventoyFiles(options: VentoyReleaseOptions = {}): Record<string, string | Buffer> {
  const { version = "9.9.9", secureBoot = true, files = {} } = options;
  const program = (name: string, sizeBytes: number): Buffer =>
    Buffer.alloc(sizeBytes, `MZ ${name} of ${version}. `, "latin1");
  const x64 = program("GRUB for x64", 41_000);
  const ia32 = program("GRUB for ia32", 30_720);
  const signed: Record<string, Buffer> = {
    "EFI/BOOT/BOOTX64.EFI": program("shim for x64", 9_001),
    "EFI/BOOT/fbx64.efi": program("second shim for x64", 5_000),
    "EFI/BOOT/grubx64_real.efi": x64,
    "EFI/BOOT/mmx64.efi": program("MokManager for x64", 8_000),
    "EFI/BOOT/BOOTIA32.EFI": program("shim for ia32", 7_777),
    "EFI/BOOT/grubia32.efi": program("preloader for ia32", 3_000),
    "EFI/BOOT/grubia32_real.efi": ia32,
    "EFI/BOOT/mmia32.efi": program("MokManager for ia32", 6_000),
    "ENROLL_THIS_KEY_IN_MOKMANAGER.cer": program("certificate", 800),
  };
  const plain: Record<string, Buffer> = {
    "EFI/BOOT/BOOTX64.EFI": x64,
    "EFI/BOOT/fbx64.efi": program("second shim for x64", 5_000),
    "EFI/BOOT/BOOTIA32.EFI": ia32,
  };
  const all: Record<string, string | Buffer | undefined> = {
    "grub/grub.cfg": `# menu\nset VENTOY_VERSION="${version}"\nexport VENTOY_VERSION\n`,
    "grub/localboot.cfg": "# local\n",
    ...(secureBoot ? signed : plain),
    "EFI/BOOT/BOOTAA64.EFI": program("GRUB for aa64", 10_000),
    "ventoy/ventoy.cpio": program("cpio", 20_000),
    "ventoy/marker.txt": `release ${version}\n`,
    "tool/mount.exfat-fuse_i386": program("i386", 16_384),
    "tool/mount.exfat-fuse_x86_64": program("x86_64", 16_384),
    "tool/mount.exfat-fuse_aarch64": program("aarch64", 16_384),
    ...files,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([path, content]) =>
      content === undefined ? [] : [[path, content]],
    ),
  );
}

/** FAT16 with clusters of one sector, as Ventoy's installer formats it. */
async function diskImage(
  folder: string,
  version: string,
  options: VentoyReleaseOptions,
): Promise<string> {
  const image = join(folder, "image");
  const format = ["-C", "-F", "16", "-s", "1", "-i", "5AFEB007", "--invariant"];
  const label = ["-n", options.label ?? "VTOYEFI"];
  await run("mkfs.fat", [...format, ...label, image, String((DISK_SECTORS * SECTOR) / 1024)]);
  const tree = join(folder, "content");
  const folders = new Set<string>();
  for (const [path, content] of Object.entries(ventoyFiles({ ...options, version }))) {
    const target = join(tree, path);
    mkdirSync(dirname(target), { recursive: true });
    await writeFile(target, content);
    await utimes(target, MADE, MADE);
    for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1))
      folders.add(`::/${path.slice(0, at)}`);
  }
  await run("mmd", ["-i", image, ...folders], { env: EPOCH });
  for (const inside of ["", ...[...folders].map((name) => name.slice(2))]) {
    const { stdout } = await run("find", [join(tree, inside), "-maxdepth", "1", "-type", "f"]);
    const files = stdout.split("\n").filter((line) => line !== "");
    const copying = ["-m", "-Q", "-i", image];
    if (files.length > 0) await run("mcopy", [...copying, ...files.toSorted(), `::${inside}/`]);
  }
  rmSync(tree, { recursive: true });
  return image;
}

async function once<T>(
  what: string,
  options: object,
  make: (folder: string) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify([what, options], (_, value: unknown) => value ?? null);
  const known = made.get(key);
  if (known !== undefined) return known as Promise<T>;
  ownFolder ??= newFolder();
  const folder = mkdtempSync(join(ownFolder, `${what}-`));
  const result = make(folder);
  made.set(key, result);
  return result;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lifeboat-ventoy-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
