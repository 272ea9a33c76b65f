/** Kernels of the Multiboot specification, version 1 and 2. */
import type { BootMethod } from "../../iso/types.ts";
import { quoteArguments } from "../grub-script.ts";
import { command } from "../script-blocks.ts";
import { allKnown } from "./file-word.ts";
import type { FileWord } from "./file-word.ts";

/** All of GRUB's words: `args` may be several, or empty. */
export interface MultibootWords {
  readonly version: 1 | 2;
  readonly kernel: string;
  readonly args: string;
  readonly modules: readonly { readonly file: string; readonly args: string }[];
}

/** Undefined where one of the files can't be read. */
export function multibootStart(
  method: Extract<BootMethod, { kind: "multiboot" }>,
  file: FileWord,
): string[] | undefined {
  const kernel = file(method.kernel);
  const modules = allKnown(
    method.modules.map(({ path, args }) => {
      const word = file(path);
      return word === undefined ? undefined : { file: word, args: quoteArguments(args) };
    }),
  );
  if (kernel === undefined || modules === undefined) return undefined;
  const args = quoteArguments(method.args);
  return multibootLines({ version: method.version, kernel, args, modules });
}

export function multibootLines({ version, kernel, args, modules }: MultibootWords): string[] {
  const number = version === 2 ? "2" : "";
  return [
    `insmod multiboot${number}`,
    command(`multiboot${number}`, kernel, args),
    ...modules.map((module) => command(`module${number}`, module.file, module.args)),
  ];
}
