/** What is typed for an argument or an option, told by its placeholder. Shell completion goes by it. */

/** `disk`: a device or an image file. `free`: what no shell can know. */
export type ValueKind = "file" | "folder" | "disk" | "free";

const KINDS: Readonly<Record<string, ValueKind>> = {
  archive: "file",
  // Words of bcdedit.
  element: "free",
  identifier: "free",
  command: "free",
  file: "file",
  // Of the stick, not of this computer.
  folder: "free",
  hex: "free",
  iso: "file",
  label: "free",
  language: "free",
  MiB: "free",
  name: "free",
  number: "free",
  "number|title": "free",
  seconds: "free",
  serial: "free",
  shell: "free",
  place: "free",
  size: "free",
  source: "folder",
  stick: "disk",
  store: "file",
  target: "disk",
  text: "free",
  type: "free",
  value: "free",
  // An ISO on the stick.
  "persistence create iso": "free",
  "persistence remove iso": "free",
};

/**
 * @param words the command's, without `lifeboat`.
 * @returns undefined where the placeholder is a new one: a test wants it in the list.
 */
export function valueKindOf(words: readonly string[], placeholder: string): ValueKind | undefined {
  return KINDS[[...words, placeholder].join(" ")] ?? KINDS[placeholder];
}
