/** The command line of `menuentry` and `submenu` (GRUB manual, "menuentry"). */

const WITH_VALUE = new Set(["--class", "--users", "--hotkey", "--id", "--source", "--color"]);

/** `hiddenentry` is openSUSE's and Fedora's entry that only a key reaches. */
export function isMenuCommand(name: string): boolean {
  return name === "menuentry" || name === "submenu" || name === "hiddenentry";
}

/** Title and positional arguments: `$1` in the body is the title, further arguments follow. */
export function readMenuCommand(words: readonly string[]): { title: string; positional: string[] } {
  const positional: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (WITH_VALUE.has(word)) index++;
    else if (!word.startsWith("--")) positional.push(word);
  }
  return { title: positional[0] ?? "", positional };
}
