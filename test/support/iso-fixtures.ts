/**
 * Small ISOs with a system's tree and boot configurations and dummy kernels, described in test/fixtures/iso, and made by
 * xorriso. A file there describes one system, and under `alike` those that boot the same way and have another name.
 */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { BootMethod, IsoEntry } from "../../src/iso/index.ts";
import { judge } from "./tools.ts";

export interface IsoFixture {
  /** The file's name; with a number behind it for one of its `alike`. */
  readonly id: string;
  /** The recipe's family. */
  readonly family: string;
  /** As test/fixtures/systems.yaml and docs/systems.md call it. */
  readonly system: string;
  readonly volumeId: string;
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  /** Files of a FAT partition behind the ISO's own tree, the image's second. */
  readonly partition?: Readonly<Record<string, string>>;
  readonly arch: readonly string[];
  /** As `describeEntry` writes them. */
  readonly entries: readonly string[];
  /** Their ids. */
  readonly problems: readonly string[];
}

/** What one of the `alike` has instead; its files are added to those of the file's first system. */
type Difference = { readonly system: string } & Partial<Omit<IsoFixture, "id" | "system">>;

/** `family` where the recipe isn't called like the file; without `system`, the file shows a recipe and no system by name. */
type Described = Omit<IsoFixture, "id" | "family" | "system"> & {
  readonly family?: string;
  readonly system?: string;
  readonly alike?: readonly Difference[];
};

const FOLDER = fileURLToPath(new URL("../fixtures/iso/", import.meta.url));

export async function loadFixtures(): Promise<IsoFixture[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".yaml")).toSorted();
  const all = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(FOLDER, name), "utf8");
      return expand(name.replace(/\.yaml$/, ""), parse(text) as Described);
    }),
  );
  return all.flat();
}

function expand(id: string, { alike = [], ...described }: Described): IsoFixture[] {
  const first = { id, family: id, system: "", ...described };
  const others = alike.map((difference, index) => ({
    ...first,
    ...difference,
    id: `${id}-${index + 2}`,
    files: { ...first.files, ...difference.files },
  }));
  return [first, ...others];
}

/** Makes the fixture's ISO in `folder`; returns its path. @param options further options of mkisofs. */
export async function buildFixture(
  fixture: Pick<IsoFixture, "id" | "volumeId" | "files" | "partition">,
  folder: string,
  options: readonly string[] = ["-R", "-J"],
): Promise<string> {
  const tree = join(folder, `${fixture.id}.tree`);
  for (const [path, content] of Object.entries(fixture.files)) {
    const target = join(tree, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await bytesOf(content, folder));
  }
  const appended =
    fixture.partition === undefined
      ? []
      : ["-append_partition", "2", "0xef", await fatWith(fixture.partition, fixture.id, folder)];
  const iso = join(folder, `${fixture.id}.iso`);
  const label = ["-V", fixture.volumeId, "--modification-date=2026010203040500"];
  await judge("xorriso", [
    "-as",
    "mkisofs",
    "-quiet",
    ...options,
    ...appended,
    ...label,
    "-o",
    iso,
    tree,
  ]);
  return iso;
}

/** One line an entry, to compare and to read: title | firmware | method, files | arguments | via, Secure Boot. */
export function describeEntry({ title, firmware, method, via, secureBoot }: IsoEntry): string {
  const args = "args" in method ? method.args : "";
  const files = Object.entries(method)
    .filter(([key]) => ["kernel", "initrd", "hookFiles", "path", "image"].includes(key))
    .flatMap(([, value]) => [value].flat());
  const start = [kindOf(method), ...files, ...furtherFiles(method)].join(" ");
  return [title, firmware.join(" "), start, args, `${via}, ${secureBoot}`].join(" | ");
}

function kindOf(method: BootMethod): string {
  return method.kind === "multiboot" && method.version === 2 ? "multiboot2" : method.kind;
}

/** `(image)`: the whole ISO, in memory. */
function furtherFiles(method: BootMethod): string[] {
  switch (method.kind) {
    case "multiboot":
      return method.modules.map(({ path, args }) => `+ ${path}${args === "" ? "" : ` [${args}]`}`);
    case "kfreebsd":
      return [
        ...(method.hints === undefined ? [] : [method.hints]),
        ...Object.entries(method.settings).map(([name, value]) => `${name}=${value}`),
        ...method.modules.map(({ path, type }) => `+ ${path ?? "(image)"} ${type}`),
      ];
    case "knetbsd":
      return method.modules.map((path) => `+ ${path}`);
    case "linux":
    case "linux16":
    case "chainload":
    case "configfile":
    case "loopback":
    case "memdisk":
    case "kopenbsd":
    case "ventoy":
      return [];
  }
}

/** A file's content by its word in the fixture: `@…` are dummies, anything else is the text itself. */
export async function bytesOf(content: string, folder: string): Promise<Buffer> {
  switch (content) {
    case "@kernel64":
      return dummyKernel(0x020f, 1);
    case "@kernel32":
      return dummyKernel(0x020f, 0);
    case "@kernel":
      return dummyKernel(0x0200, 0);
    case "@efi64":
      return dummyProgram(0x8664);
    case "@efi32":
      return dummyProgram(0x014c);
    case "@efiarm":
      return dummyProgram(0xaa64);
    case "@initrd":
    case "@data":
      return Buffer.alloc(4096, "x");
    case "@wim":
      return windowsImage(folder);
    case "@fat-with-efi64":
      return fatWithProgram(folder);
    default:
      return Buffer.from(content);
  }
}

/** The fields of a Linux boot header that say what the kernel is. */
function dummyKernel(protocol: number, xloadflags: number): Buffer {
  const kernel = Buffer.alloc(4096);
  kernel.write("HdrS", 0x202, "latin1");
  kernel.writeUInt16LE(protocol, 0x206);
  kernel.writeUInt16LE(xloadflags, 0x236);
  return kernel;
}

/** The headers of an unsigned EFI program. */
function dummyProgram(machine: number): Buffer {
  const program = Buffer.alloc(4096);
  program.write("MZ", 0, "latin1");
  program.writeUInt32LE(0x80, 0x3c);
  program.write("PE", 0x80, "latin1");
  program.writeUInt16LE(machine, 0x84);
  program.writeUInt16LE(240, 0x94);
  program.writeUInt16LE(0x20b, 0x98);
  // Subsystem: EFI application.
  program.writeUInt16LE(10, 0x98 + 68);
  return program;
}

/** An install.wim with two editions and next to nothing in them. */
async function windowsImage(folder: string): Promise<Buffer> {
  const tree = join(folder, "windows-image");
  const wim = join(folder, "windows-image.wim");
  await mkdir(tree, { recursive: true });
  await writeFile(join(tree, "a.txt"), "a");
  for (const [index, edition] of ["Core", "Professional"].entries()) {
    const properties = {
      "WINDOWS/EDITIONID": edition,
      "WINDOWS/ARCH": "9",
      "WINDOWS/LANGUAGES/LANGUAGE": "en-US",
      "WINDOWS/LANGUAGES/DEFAULT": "en-US",
      "WINDOWS/VERSION/MAJOR": "10",
      "WINDOWS/VERSION/MINOR": "0",
      "WINDOWS/VERSION/BUILD": "26100",
      "WINDOWS/VERSION/SPBUILD": "1742",
      DISPLAYNAME: `Windows 11 ${edition}`,
    };
    await judge("wimlib-imagex", [
      index === 0 ? "capture" : "append",
      tree,
      wim,
      `Name ${edition}`,
      ...Object.entries(properties).map(([name, value]) => `--image-property=${name}=${value}`),
    ]);
  }
  return readFile(wim);
}

async function fatWith(files: Readonly<Record<string, string>>, id: string, folder: string) {
  const image = join(folder, `${id}.fat`);
  await writeFile(image, Buffer.alloc(2 << 20));
  await judge("mformat", ["-i", image, "::"]);
  for (const [path, content] of Object.entries(files)) {
    for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
      await judge("mmd", ["-D", "s", "-i", image, `::${path.slice(0, at)}`], { accept: [0, 1] });
    }
    const source = join(folder, `${id}.file`);
    await writeFile(source, await bytesOf(content, folder));
    await judge("mcopy", ["-i", image, source, `::${path}`]);
  }
  return image;
}

async function fatWithProgram(folder: string): Promise<Buffer> {
  const image = join(folder, "efi.img");
  const program = join(folder, "bootx64.efi");
  await writeFile(program, dummyProgram(0x8664));
  await writeFile(image, Buffer.alloc(720 << 10));
  await judge("mformat", ["-i", image, "-f", "720", "::"]);
  await judge("mmd", ["-i", image, "::/EFI", "::/EFI/BOOT"]);
  await judge("mcopy", ["-i", image, program, "::/EFI/BOOT/BOOTX64.EFI"]);
  return readFile(image);
}
