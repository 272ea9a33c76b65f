/** Paths of this computer's files, as people choose and type them. */
import { homedir } from "node:os";
import { join } from "node:path";

/** Where the chooser begins: what was chosen last mostly has its neighbours beside it. */
export class ChooserFolder {
  path: string;

  /** @param path where it begins at first. */
  constructor(path: string) {
    this.path = path;
  }
}

/** A path without the spaces around it, and with the user's own folder for `~`, as shells have it. */
export function typedPath(text: string): string {
  const path = text.trim();
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}
