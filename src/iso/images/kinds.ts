/** Which files on a stick are taken for something to start, by their names. What is in them is looked at afterwards. */

/** `compressed`: a disk image that has to be unpacked first. */
export type ImageKind = "iso" | "program" | "disk" | "compressed";

const ENDINGS: readonly (readonly [RegExp, ImageKind])[] = [
  [/\.iso$/i, "iso"],
  [/\.efi$/i, "program"],
  [/\.(?:img|ima|flp|raw)$/i, "disk"],
  [/\.(?:img|raw)\.(?:xz|gz|bz2|zst)$/i, "compressed"],
];

/** Undefined for a file of another kind. */
export function imageKind(fileName: string): ImageKind | undefined {
  return ENDINGS.find(([ending]) => ending.test(fileName))?.[1];
}

/** The file's name without the ending that says what it is. */
export function imageName(fileName: string): string {
  const found = ENDINGS.find(([ending]) => ending.test(fileName));
  const name = found === undefined ? fileName : fileName.replace(found[0], "");
  return name === "" ? fileName : name;
}
