/** WIM files of a small tree, made by wimlib-imagex, of each kind that the format knows. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { judge, temporaryFolder } from "./tools.ts";
import { randomFrom } from "./random.ts";

/** What Windows' own images say, for the two editions of `windows`. */
const EDITIONS = [
  { name: "Windows 11 Home", id: "Core" },
  { name: "Windows 11 Pro", id: "Professional" },
] as const;

const WINDOWS = {
  "WINDOWS/ARCH": "9",
  "WINDOWS/INSTALLATIONTYPE": "Client",
  "WINDOWS/PRODUCTTYPE": "WinNT",
  "WINDOWS/LANGUAGES/LANGUAGE": "zh-CN",
  "WINDOWS/LANGUAGES/DEFAULT": "zh-CN",
  "WINDOWS/VERSION/MAJOR": "10",
  "WINDOWS/VERSION/MINOR": "0",
  "WINDOWS/VERSION/BUILD": "26100",
  "WINDOWS/VERSION/SPBUILD": "1742",
} as const;

/** Files that can't be squeezed and files that can, the same content twice, an empty one, and names that aren't ASCII. */
export async function makeTree(folder: string): Promise<string> {
  const tree = join(folder, "tree");
  const random = randomFrom(7);
  const noise = Buffer.from(Array.from({ length: 150_000 }, () => random(256)));
  const files: Record<string, string | Buffer> = {
    "Windows/System32/noise.bin": noise,
    "Windows/System32/copy.bin": noise,
    "Windows/System32/config/SYSTEM": Buffer.alloc(70_000, "registry "),
    "Windows/empty.txt": "",
    "Program Files/说明 $x.txt": "instructions",
    "startnet.cmd": "wpeinit\r\n",
  };
  for (const [path, content] of Object.entries(files)) {
    const target = join(tree, path);
    await mkdir(join(target, ".."), { recursive: true });
    await writeFile(target, content);
  }
  return tree;
}

export interface Wims {
  readonly folder: string;
  readonly tree: string;
  /** Kind → path. `windows` has two editions; `split` is the first part. */
  readonly paths: Readonly<Record<WimKind, string>>;
}

export const WIM_KINDS = [
  "none",
  "xpress",
  "lzx",
  "lzms",
  "solid",
  "pipable",
  "windows",
  "split",
] as const;
export type WimKind = (typeof WIM_KINDS)[number];

/** All but `none` and `pipable` have an integrity table. */
export async function makeWims(folder: string): Promise<Wims> {
  const tree = await makeTree(folder);
  const at = (name: string) => join(folder, name);
  const capture = async (name: string, ...options: string[]) => {
    await judge("wimlib-imagex", ["capture", tree, at(name), `An image (${name})`, ...options]);
    return at(name);
  };
  const paths = {
    none: await capture("none.wim", "--compress=none"),
    xpress: await capture("xpress.wim", "--compress=xpress", "--check"),
    lzx: await capture("lzx.wim", "About it", "--compress=lzx", "--check", "--boot"),
    lzms: await capture("lzms.wim", "--compress=lzms", "--check"),
    solid: await capture("install.esd", "--solid", "--check"),
    pipable: await capture("pipable.wim", "--pipable"),
    windows: await windowsImage(tree, at("install.wim")),
    split: at("install.swm"),
  };
  // Parts of no size at all: each content is in one of its own.
  await judge("wimlib-imagex", ["split", paths.windows, paths.split, "0.01", "--check"]);
  return { folder, tree, paths };
}

async function windowsImage(tree: string, wim: string): Promise<string> {
  for (const [index, { name, id }] of EDITIONS.entries()) {
    const properties = Object.entries({ ...WINDOWS, "WINDOWS/EDITIONID": id, DISPLAYNAME: name });
    await judge("wimlib-imagex", [
      ...(index === 0 ? ["capture", tree, wim] : ["append", tree, wim]),
      // Microsoft's names are the same as the display names in new images only.
      `Windows 11 ${id}`,
      `--flags=${id}`,
      "--check",
      ...properties.map(([path, value]) => `--image-property=${path}=${value}`),
    ]);
  }
  return wim;
}

/** An ISO like Windows' own: a boot.wim, and what else is to be in `sources`. Name there → file. */
export async function windowsIso(
  name: string,
  files: Readonly<Record<string, string>>,
  { paths }: Wims,
): Promise<string> {
  const work = await temporaryFolder();
  const sources = join(work, "tree/sources");
  await mkdir(sources, { recursive: true });
  for (const [target, source] of Object.entries({ "boot.wim": paths.lzx, ...files })) {
    await copyFile(source, join(sources, target));
  }
  const iso = join(work, name);
  await judge("genisoimage", ["-quiet", "-J", "-R", "-udf", "-o", iso, join(work, "tree")]);
  return iso;
}
