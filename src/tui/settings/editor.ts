/** The user's own editor, on a copy of the text in a file that nobody else can read. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { LifeboatError } from "../../system/errors.ts";
import { runOnTerminal } from "../../system/run-on-terminal.ts";
import { settingsSay } from "./messages.ts";

/** What it is called: without its folder and options. */
export function nameOfEditor(editor: string): string {
  return basename(editor.trim().split(/\s+/)[0] ?? editor);
}

/** As other programs choose it: VISUAL, EDITOR, and what Debian has for those who set neither. */
export function editorName(environment: Readonly<Record<string, string | undefined>>): string {
  return environment["VISUAL"] || environment["EDITOR"] || "editor";
}

/**
 * @param editor a program, or a command line with its options.
 * @returns the text as it was saved; undefined where it is as before.
 * @throws LifeboatError `editor-failed`: what it ends with then counts as thrown away.
 */
export async function editText(text: string, editor: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-settings-"));
  const file = join(folder, "stick.yaml");
  try {
    await writeFile(file, text, { mode: 0o600 });
    // A command line: `code --wait`, `vim -u NONE`.
    const exitCode = await runOnTerminal("sh", ["-c", `exec ${editor} "$1"`, "sh", file]);
    if (exitCode !== 0) {
      throw new LifeboatError(
        "editor-failed",
        settingsSay.editorFailed(nameOfEditor(editor), exitCode),
        {
          hint: settingsSay.editorFailedHint(),
        },
      );
    }
    const changed = await readFile(file, "utf8");
    return changed === text ? undefined : changed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
