/** Folders for whole test files. `npm run crash` and its like use them without vitest, and remove what they make by themselves. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folders: string[] = [];

/** A folder for a whole test file, removed at its end (each-file.ts). For `beforeAll`, or the top of a file. */
export async function suiteFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lifeboat-test-"));
  folders.push(folder);
  return folder;
}

export async function removeSuiteFolders(): Promise<void> {
  const done = folders;
  folders = [];
  for (const folder of done) await rm(folder, { recursive: true, force: true });
}
