import type { HostFiles } from "./host-files.ts";
import type { HostPlan } from "./plan.ts";

const NAMES = ["bootx64.efi", "bootia32.efi", "bootaa64.efi", "bootarm.efi"];
/** Of the copy that lies beside a loader meanwhile. */
const COPY = ".lifeboat";

/**
 * On a system partition that was there, \EFI\Boot may be another's: on a lifeboat stick it is shim, which starts the menu, and Windows is
 * started from there. bcdboot puts its own boot manager in that place; what was there before comes back. A copy of it lies on the
 * partition until then: where the power fails in between, the next run finds it.
 */
export class OwnLoaders {
  readonly #files: HostFiles;
  readonly #found: ReadonlyMap<string, Buffer>;

  private constructor(files: HostFiles, found: ReadonlyMap<string, Buffer>) {
    this.#files = files;
    this.#found = found;
  }

  /** Nothing, where the partition is a new one. */
  static async keep(files: HostFiles, { layout, letters }: HostPlan): Promise<OwnLoaders> {
    const found = new Map<string, Buffer>();
    for (const name of layout.kind === "existing" ? NAMES : []) {
      const path = `${letters.system}:\\EFI\\Boot\\${name}`;
      const earlier = await files.read(`${path}${COPY}`);
      const content = earlier ?? (await files.read(path));
      if (content === undefined) continue;
      if (earlier === undefined) await files.replace(`${path}${COPY}`, content);
      found.set(path, content);
    }
    return new OwnLoaders(files, found);
  }

  async putBack(): Promise<void> {
    for (const [path, content] of this.#found) {
      const now = await this.#files.read(path);
      if (now === undefined || !now.equals(content)) await this.#files.replace(path, content);
      await this.#files.remove(`${path}${COPY}`);
    }
  }
}
