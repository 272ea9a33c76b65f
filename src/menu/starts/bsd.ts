/** The kernels of FreeBSD, NetBSD and OpenBSD, by GRUB's module `bsd`. */
import type { BootMethod } from "../../iso/types.ts";
import { quote, quoteArguments } from "../grub-script.ts";
import type { FileWord } from "./multiboot.ts";

type BsdMethod = Extract<BootMethod, { kind: "kfreebsd" | "knetbsd" | "kopenbsd" }>;

/**
 * Undefined where one of the files can't be read.
 * @param whole GRUB's word for the whole image; undefined where it can't be read.
 */
export function bsdStart(
  method: BsdMethod,
  file: FileWord,
  whole: string | undefined,
): string[] | undefined {
  const kernel = file(method.kernel);
  const more = furtherLines(method, file, whole);
  if (kernel === undefined || more === undefined) return undefined;
  const start = `${method.kind} ${kernel} ${quoteArguments(method.args)}`.trimEnd();
  // The BSDs' consoles know text mode only.
  return ["insmod bsd", "set gfxpayload=text", start, ...more];
}

function furtherLines(
  method: BsdMethod,
  file: FileWord,
  whole: string | undefined,
): string[] | undefined {
  switch (method.kind) {
    case "kopenbsd":
      return [];
    case "knetbsd":
      return withFiles("knetbsd_module_elf", method.modules.map(file));
    case "kfreebsd": {
      const hints = method.hints === undefined ? [] : [file(method.hints)];
      const settings = Object.entries(method.settings).map(
        ([name, value]) => `set ${quote(`kFreeBSD.${name}=${value}`)}`,
      );
      const modules = method.modules.map(({ path, type }) => {
        const word = path === undefined ? whole : file(path);
        return word === undefined ? undefined : `${word} ${quote(`type=${type}`)}`;
      });
      const loaded = withFiles("kfreebsd_module", modules);
      const hintLines = withFiles("kfreebsd_loadenv", hints);
      return loaded && hintLines && [...hintLines, ...settings, ...loaded];
    }
  }
}

/** The command once a file; undefined where one of them can't be read. */
function withFiles(command: string, words: readonly (string | undefined)[]): string[] | undefined {
  if (!words.every((word) => word !== undefined)) return undefined;
  return words.map((word) => `${command} ${word}`);
}
