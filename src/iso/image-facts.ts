/** Everything that matching and entry building may ask of one image; what is costly is found out when it is first asked. */
import type { ByteRange } from "../block/byte-range.ts";
import { LifeboatError } from "../system/errors.ts";
import type { BootImage } from "./boot-image.ts";
import { readBootImage } from "./boot-image.ts";
import { openPartition } from "./image-partitions.ts";
import { readOwnConfigs } from "./own-configs.ts";
import type { OwnEntry } from "./own-configs.ts";
import { IsoTree } from "./tree.ts";

/** An entry of the ISO's own whose kernel was found in the ISO; `kernel` and `initrd` are the paths as they are there. */
export interface OfferedEntry extends OwnEntry {
  readonly image: BootImage;
}

interface Details {
  readonly volumeId: string;
  readonly uuid: string;
  readonly fileName: string;
  /** The image itself, for what lies in its partitions. */
  readonly range?: ByteRange;
  /** For what lies in one of them: GRUB's name for it. */
  readonly partition?: string;
}

export class ImageFacts {
  readonly tree: IsoTree;
  readonly volumeId: string;
  readonly uuid: string;
  readonly fileName: string;
  /** Undefined for the ISO's own tree; else GRUB's name for the partition of the image that these facts are about. */
  readonly partition: string | undefined;
  /** The image itself, for what lies beside its file system. */
  readonly range: ByteRange | undefined;
  readonly #partitions = new Map<number, Promise<ImageFacts | undefined>>();
  readonly #images = new Map<string, Promise<BootImage | undefined>>();
  #own: Promise<OwnEntry[]> | undefined;
  #offered: Promise<OfferedEntry[]> | undefined;

  constructor(tree: IsoTree, details: Details) {
    this.tree = tree;
    this.volumeId = details.volumeId;
    this.uuid = details.uuid;
    this.fileName = details.fileName;
    this.partition = details.partition;
    this.range = details.range;
  }

  /** The same about a partition of the image, from 1; undefined where it has none of that number with a readable file system. */
  async inPartition(number: number): Promise<ImageFacts | undefined> {
    let facts = this.#partitions.get(number);
    if (facts === undefined) {
      facts = this.#openPartition(number);
      this.#partitions.set(number, facts);
    }
    return facts;
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

  async #openPartition(number: number): Promise<ImageFacts | undefined> {
    if (this.range === undefined) return undefined;
    try {
      const opened = await openPartition(this.range, number);
      if (opened === undefined) return undefined;
      const { name, volume } = opened;
      const { fileName } = this;
      const details = { volumeId: volume.label, uuid: volume.uuid, fileName, partition: name };
      return new ImageFacts(new IsoTree(volume), details);
    } catch (error) {
      // A damaged partition beside a whole ISO is one that isn't there.
      if (error instanceof LifeboatError) return undefined;
      throw error;
    }
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
