/** The few files that are written beside what the tools do: through this, so that a test can put drive letters somewhere else. */
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";

export interface HostFiles {
  exists(path: string): Promise<boolean>;
  /** The names in a folder; none where it isn't there. */
  list(folder: string): Promise<string[]>;
  /** With links and letters of subst followed; as it is where Windows can't tell. */
  realPath(path: string): Promise<string>;
  /** With the folders above it. */
  makeFolder(path: string): Promise<void>;
  /** Undefined where it isn't there. */
  read(path: string): Promise<Buffer | undefined>;
  /** A new file. It fails where there is one already: that may be somebody else's. */
  create(path: string, content: string | Uint8Array): Promise<void>;
  /** Into a file that is there. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** New content all at once, and on the medium when it returns; hidden and read-only files too. */
  replace(path: string, content: Uint8Array): Promise<void>;
  /** Nothing, where it isn't there. */
  remove(path: string): Promise<void>;
  /** A new folder in that one. */
  temporaryFolder(parent: string): Promise<string>;
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
  async list(folder) {
    return (await unlessMissing(readdir(folder))) ?? [];
  },
  async realPath(path) {
    return realpath(path).catch(() => path);
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async read(path) {
    return unlessMissing(readFile(path));
  },
  async create(path, content) {
    await writeFile(path, content, { flag: "wx" });
  },
  write: writeFile,
  async replace(path, content) {
    const next = `${path}.new`;
    await rm(next, { force: true });
    const file = await open(next, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    // Windows doesn't put a file in the place of a read-only one.
    await unlessMissing(chmod(path, 0o666));
    await rename(next, path);
  },
  async remove(path) {
    await rm(path, { force: true });
  },
  async temporaryFolder(parent) {
    return mkdtemp(`${parent}\\lifeboat-`);
  },
  async removeFolder(path) {
    await rm(path, { recursive: true, force: true });
  },
};

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  return result.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
