/** Kernels of the Multiboot specification, version 1 and 2. */
import type { BootMethod } from "../../iso/types.ts";
import { quoteArguments } from "../grub-script.ts";

/** GRUB's word for a file of the ISO; undefined where GRUB can't read it. */
export type FileWord = (path: string) => string | undefined;

/** Undefined where one of the files can't be read. */
export function multibootStart(
  method: Extract<BootMethod, { kind: "multiboot" }>,
  file: FileWord,
): string[] | undefined {
  const kernel = file(method.kernel);
  if (kernel === undefined) return undefined;
  const number = method.version === 2 ? "2" : "";
  const lines = [
    `insmod multiboot${number}`,
    `multiboot${number} ${kernel} ${quoteArguments(method.args)}`.trimEnd(),
  ];
  for (const { path, args } of method.modules) {
    const module = file(path);
    if (module === undefined) return undefined;
    lines.push(`module${number} ${module} ${quoteArguments(args)}`.trimEnd());
  }
  return lines;
}
