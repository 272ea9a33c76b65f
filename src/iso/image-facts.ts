/** Everything that matching and entry building may ask of one image; what is costly is found out when it is first asked. */
import type { BootImage } from "./boot-image.ts";
import { readBootImage } from "./boot-image.ts";
import { readOwnConfigs } from "./own-configs.ts";
import type { OwnEntry } from "./own-configs.ts";
import type { IsoTree } from "./tree.ts";

/** An entry of the ISO's own whose kernel was found in the ISO; `kernel` and `initrd` are the paths as they are there. */
export interface OfferedEntry extends OwnEntry {
  readonly image: BootImage;
}

export class ImageFacts {
  readonly tree: IsoTree;
  readonly volumeId: string;
  readonly uuid: string;
  readonly fileName: string;
  readonly #images = new Map<string, Promise<BootImage | undefined>>();
  #own: Promise<OwnEntry[]> | undefined;
  #offered: Promise<OfferedEntry[]> | undefined;

  constructor(tree: IsoTree, details: { volumeId: string; uuid: string; fileName: string }) {
    this.tree = tree;
    this.volumeId = details.volumeId;
    this.uuid = details.uuid;
    this.fileName = details.fileName;
  }

  /** What the ISO's boot configurations say, files not checked. */
  async own(): Promise<OwnEntry[]> {
    this.#own ??= readOwnConfigs(this.tree);
    return this.#own;
  }

  /** Their Linux entries whose kernel is in the ISO, without entries that lack every one of their initrds. */
  async offered(): Promise<OfferedEntry[]> {
    this.#offered ??= this.#findOffered();
    return this.#offered;
  }

  /** Headers of the kernel or EFI program at `path`; undefined where there is no such file. */
  async image(path: string): Promise<BootImage | undefined> {
    let image = this.#images.get(path);
    if (image === undefined) {
      image = this.#readImage(path);
      this.#images.set(path, image);
    }
    return image;
  }

  async #readImage(path: string): Promise<BootImage | undefined> {
    const range = await this.tree.open(path);
    return range === undefined ? undefined : readBootImage(range);
  }

  async #findOffered(): Promise<OfferedEntry[]> {
    const offered: OfferedEntry[] = [];
    for (const entry of await this.own()) {
      if (entry.kind !== "linux" && entry.kind !== "linux16") continue;
      const kernel = await this.tree.find(entry.kernel);
      const initrd: string[] = [];
      for (const path of entry.initrd) {
        const file = await this.tree.find(path);
        if (file?.kind === "file") initrd.push(file.path);
      }
      if (kernel?.kind !== "file" || (entry.initrd.length > 0 && initrd.length === 0)) continue;
      const image = await this.image(kernel.path);
      if (image === undefined || (!image.isLinux && image.machine === undefined)) continue;
      offered.push({ ...entry, kernel: kernel.path, initrd, image });
    }
    return offered;
  }
}
