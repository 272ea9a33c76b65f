/** The few files that are written beside what the tools do: through this, so that a test can put drive letters somewhere else. */
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";

export interface HostFiles {
  exists(path: string): Promise<boolean>;
  /** With the folders above it. */
  makeFolder(path: string): Promise<void>;
  /** Undefined where it isn't there. */
  read(path: string): Promise<Buffer | undefined>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** A new folder, for us alone. */
  temporaryFolder(): Promise<string>;
  /** With all that is in it. */
  removeFolder(path: string): Promise<void>;
}

export const hostFiles: HostFiles = {
  async exists(path) {
    return access(path).then(
      () => true,
      () => false,
    );
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async read(path) {
    return readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
  },
  write: writeFile,
  async temporaryFolder() {
    return mkdtemp(`${tmpdir()}\\lifeboat-`);
  },
  async removeFolder(path) {
    await rm(path, { recursive: true, force: true });
  },
};
