/** Reads systemd-boot's entries, `/loader/entries/*.conf` (The Boot Loader Specification, type #1). */
import type { BootEntry } from "./boot-entry.ts";
import { splitArguments } from "./kernel-arguments.ts";
import type { BootFiles } from "./tree.ts";

const MAX_ENTRIES = 64;

/** The entries in systemd-boot's order ("Sorting" there): those with a `sort-key` first, by it; else by their files' names. */
export async function readLoaderEntries(files: BootFiles): Promise<BootEntry[]> {
  const found: { entry: BootEntry; sortKey: string | undefined }[] = [];
  for (const file of (await files.glob("/loader/entries/*.conf")).slice(0, MAX_ENTRIES)) {
    const text = await files.readText(file.path);
    const entry = text === undefined ? undefined : parseLoaderEntry(text, file.name);
    if (text === undefined || entry === undefined) continue;
    found.push({ entry, sortKey: valuesOf(text).get("sort-key")?.at(-1) });
  }
  return found
    .toSorted(({ sortKey: a }, { sortKey: b }) => {
      if (a === undefined || b === undefined)
        return Number(a === undefined) - Number(b === undefined);
      return a === b ? 0 : a < b ? -1 : 1;
    })
    .map(({ entry }) => entry);
}

/** One entry; undefined where it starts nothing. `options` and `initrd` may be repeated. */
export function parseLoaderEntry(text: string, fileName: string): BootEntry | undefined {
  const values = valuesOf(text);
  const all = (key: string) => values.get(key) ?? [];
  const kernel = all("linux").at(-1);
  const program = all("efi").at(-1);
  const started = kernel ?? program;
  if (started === undefined) return undefined;
  return {
    title: all("title").at(-1) ?? fileName.replace(/\.conf$/, ""),
    parents: [],
    kind: kernel === undefined ? "chainload" : "linux",
    kernel: absolute(started),
    initrd: all("initrd").map(absolute),
    args: all("options").flatMap(splitArguments),
  };
}

/** The values of each key, in the order of their lines. */
function valuesOf(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    // Nothing here may match in two ways: a line can be as long as the file.
    const [, key, value] = /^([\w-]+)\s+(\S[^]*)$/.exec(line.trim()) ?? [];
    if (key === undefined || value === undefined) continue;
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return values;
}

/** systemd-boot takes backslashes for slashes too. */
function absolute(path: string): string {
  const slashes = path.replaceAll("\\", "/");
  return slashes.startsWith("/") ? slashes : `/${slashes}`;
}
