/**
 * Reads isolinux.cfg and syslinux.cfg (SYSLINUX's doc/syslinux.txt and doc/menu.txt) for what they start: LABEL blocks with
 * KERNEL or LINUX, APPEND, INITRD, MENU LABEL; submenus; INCLUDE, CONFIG and menus given to vesamenu.c32 are followed.
 */
import type { BootEntry } from "./boot-entry.ts";
import { splitArguments } from "./kernel-arguments.ts";
import type { BootFiles } from "./tree.ts";

const MAX_FILES = 64;
const MAX_ENTRIES = 512;
const MAX_LINES = 20_000;
const MAX_DEPTH = 16;
/** A kernel takes 4 KiB. */
const MAX_APPEND_LENGTH = 8192;

interface Label {
  readonly name: string;
  menuLabel: string | undefined;
  kernel: string | undefined;
  append: string | undefined;
  initrd: string[];
  /** CONFIG, or a menu program that is started with another configuration. */
  config: string | undefined;
}

/**
 * The entries of the configuration at `path`, in its order, with those of every file that it includes. Relative names are
 * taken from the folder of the first file, as isolinux does. Never throws for what the files hold.
 */
export async function readIsolinuxConfig(files: BootFiles, path: string): Promise<BootEntry[]> {
  const reader = new IsolinuxReader(files, path.slice(0, path.lastIndexOf("/") + 1));
  await reader.readFile(path, [], 0);
  return reader.entries;
}

class IsolinuxReader {
  readonly entries: BootEntry[] = [];
  readonly #files: BootFiles;
  readonly #folder: string;
  readonly #seen = new Set<string>();
  #lines = 0;
  #globalAppend = "";

  constructor(files: BootFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  async readFile(path: string, parents: readonly string[], depth: number): Promise<void> {
    if (depth > MAX_DEPTH || this.#seen.size >= MAX_FILES || this.#seen.has(path)) return;
    this.#seen.add(path);
    const text = await this.#files.readText(path);
    if (text === undefined) return;
    const menus: string[] = [...parents];
    let label: Label | undefined;
    let inHelp = false;
    for (const line of text.split(/\r?\n/)) {
      if (++this.#lines > MAX_LINES) return;
      const [keyword, rest] = keywordOf(line);
      if (inHelp) {
        inHelp = keyword !== "endtext";
        continue;
      }
      if (keyword === "text") {
        inHelp = true;
      } else if (keyword === "label") {
        await this.#finish(label, menus, depth);
        label = newLabel(rest);
      } else if (keyword === "menu") {
        const [command, value] = keywordOf(rest);
        if (command === "label" && label !== undefined) label.menuLabel = value;
        else if (command === "begin") {
          await this.#finish(label, menus, depth);
          label = undefined;
          menus.push(value);
        } else if (command === "end") {
          await this.#finish(label, menus, depth);
          label = undefined;
          if (menus.length > parents.length) menus.pop();
        } else if (command === "title" && menus.length > parents.length) {
          menus[menus.length - 1] = cleanLabel(value);
        } else if (command === "include") {
          await this.#include(value, menus, depth);
        }
      } else if (keyword === "include") {
        await this.#include(rest, menus, depth);
      } else if (label === undefined) {
        if (keyword === "append") this.#globalAppend = rest;
      } else {
        addToLabel(label, keyword, rest);
      }
    }
    await this.#finish(label, menus, depth);
  }

  async #include(rest: string, parents: readonly string[], depth: number): Promise<void> {
    await this.readFile(this.#resolve(rest.split(/\s+/)[0] ?? ""), parents, depth + 1);
  }

  async #finish(label: Label | undefined, parents: readonly string[], depth: number) {
    if (label === undefined || this.entries.length >= MAX_ENTRIES) return;
    if (label.config !== undefined) {
      await this.readFile(this.#resolve(label.config), parents, depth + 1);
      return;
    }
    if (label.kernel === undefined) return;
    const append = label.append === "-" ? "" : (label.append ?? this.#globalAppend);
    if (/(?:vesa)?menu\.c32$/i.test(label.kernel)) {
      await this.#include(append, parents, depth);
      return;
    }
    const words = splitArguments(append.slice(0, MAX_APPEND_LENGTH));
    const inAppend = words.filter((word) => word.startsWith("initrd=")).at(-1);
    const initrd = [
      ...(inAppend === undefined ? [] : inAppend.slice(7).split(",")),
      ...label.initrd,
    ];
    this.entries.push({
      title: cleanLabel(label.menuLabel ?? label.name),
      parents: [...parents],
      kind: /\.(c32|com|cbt|bss|0)$/i.test(label.kernel) ? "other" : "linux",
      kernel: this.#resolve(label.kernel),
      initrd: initrd.filter((name) => name !== "").map((name) => this.#resolve(name)),
      args: words.filter((word) => !word.startsWith("initrd=")),
    });
  }

  #resolve(name: string): string {
    return name.startsWith("/") ? name : this.#folder + name;
  }
}

function newLabel(name: string): Label {
  return {
    name,
    menuLabel: undefined,
    kernel: undefined,
    append: undefined,
    initrd: [],
    config: undefined,
  };
}

function addToLabel(label: Label, keyword: string, rest: string): void {
  if (["kernel", "linux", "boot", "com32", "bss", "fdimage"].includes(keyword)) {
    // Arguments may follow the kernel's name on its line.
    const [kernel, ...more] = rest.split(/\s+/);
    label.kernel = kernel;
    if (more.length > 0) label.append ??= more.join(" ");
  } else if (keyword === "append") {
    label.append = rest;
  } else if (keyword === "initrd") {
    label.initrd.push(...rest.split(","));
  } else if (keyword === "config") {
    label.config = rest.split(/\s+/)[0];
  }
}

/** The line's first word in lower case, and the rest. Comments have none. */
function keywordOf(line: string): [string, string] {
  const text = line.trim();
  if (text.startsWith("#")) return ["", ""];
  const end = text.search(/\s/);
  if (end < 0) return [text.toLowerCase(), ""];
  return [text.slice(0, end).toLowerCase(), text.slice(end).trim()];
}

/** `^` marks the letter of a hot key. */
function cleanLabel(label: string): string {
  return label.replaceAll("^", "").trim();
}
