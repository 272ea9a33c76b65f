/** The kernels of FreeBSD, NetBSD and OpenBSD, by GRUB's module `bsd`. */
import type { BootMethod } from "../../iso/types.ts";
import { quote, quoteArguments } from "../grub-script.ts";
import { command } from "../script-blocks.ts";
import { allKnown } from "./file-word.ts";
import type { FileWord } from "./file-word.ts";

type BsdMethod = Extract<BootMethod, { kind: "kfreebsd" | "knetbsd" | "kopenbsd" }>;

/** A file of settings for FreeBSD's kernel, and where only GRUB will know whether it is there, the command that succeeds then. */
interface Hints {
  readonly file: string;
  readonly when?: string;
}

/** All of GRUB's words: `args` may be several, or empty. */
export type BsdWords = { readonly kernel: string; readonly args: string } & (
  | { readonly kind: "kopenbsd" }
  | { readonly kind: "knetbsd"; readonly modules: readonly string[] }
  | {
      readonly kind: "kfreebsd";
      readonly hints?: Hints;
      /** Each as `freebsdSettings` has them. */
      readonly settings: readonly string[];
      /** `type` is text, and no word yet. */
      readonly modules: readonly { readonly file: string; readonly type: string }[];
    }
);

/**
 * Undefined where one of the files can't be read.
 * @param whole GRUB's word for the whole image; undefined where it can't be read.
 */
export function bsdStart(
  method: BsdMethod,
  file: FileWord,
  whole: string | undefined,
): string[] | undefined {
  const words = wordsOf(method, file, whole);
  return words && bsdLines(words);
}

/** The values of FreeBSD's settings by the names that GRUB hands them on by. */
export function freebsdSettings(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).map(([name, value]) => `kFreeBSD.${name}=${value}`);
}

export function bsdLines(words: BsdWords): string[] {
  const { kind, kernel, args } = words;
  // The BSDs' consoles know text mode only.
  return ["insmod bsd", "set gfxpayload=text", command(kind, kernel, args), ...furtherLines(words)];
}

function furtherLines(words: BsdWords): string[] {
  switch (words.kind) {
    case "kopenbsd":
      return [];
    case "knetbsd":
      return words.modules.map((module) => `knetbsd_module_elf ${module}`);
    case "kfreebsd":
      return [
        ...hintLines(words.hints),
        ...words.settings.map((setting) => `set ${setting}`),
        ...words.modules.map(
          ({ file, type }) => `kfreebsd_module ${file} ${quote(`type=${type}`)}`,
        ),
      ];
  }
}

function wordsOf(
  method: BsdMethod,
  file: FileWord,
  whole: string | undefined,
): BsdWords | undefined {
  const kernel = file(method.kernel);
  if (kernel === undefined) return undefined;
  const common = { kernel, args: quoteArguments(method.args) };
  switch (method.kind) {
    case "kopenbsd":
      return { kind: "kopenbsd", ...common };
    case "knetbsd": {
      const modules = allKnown(method.modules.map(file));
      return modules && { kind: "knetbsd", ...common, modules };
    }
    case "kfreebsd": {
      const hints = method.hints === undefined ? [] : allKnown([file(method.hints)]);
      const modules = allKnown(
        method.modules.map(({ path, type }) => {
          const word = path === undefined ? whole : file(path);
          return word === undefined ? undefined : { file: word, type };
        }),
      );
      if (hints === undefined || modules === undefined) return undefined;
      const [hint] = hints;
      return {
        kind: "kfreebsd",
        ...common,
        ...(hint !== undefined && { hints: { file: hint } }),
        settings: freebsdSettings(method.settings).map(quote),
        modules,
      };
    }
  }
}

function hintLines(hints: Hints | undefined): string[] {
  if (hints === undefined) return [];
  const load = `kfreebsd_loadenv ${hints.file}`;
  return [hints.when === undefined ? load : `if ${hints.when}; then ${load}; fi`];
}
