/** The data partition of a stick with Ventoy's boot stage as the volume that lifeboat's menu is read from. */
import { posix } from "node:path";
import type { ByteRange, Extent } from "../../../block/byte-range.ts";
import { rangeOfExtents } from "../../../block/concatenation.ts";
import { openExfat } from "../../../filesystems/exfat/index.ts";
import type { FileData } from "../../../filesystems/file-data.ts";
import { writeData } from "../../../filesystems/file-data.ts";
import type { TreeFile } from "../../../filesystems/fat32/index.ts";
import type { Reservation, VolumeEntry, WritableVolume } from "../../../filesystems/volume.ts";
import { LifeboatError } from "../../../system/errors.ts";
import type { BootVolume } from "../../boot-volume.ts";
import { makeFolders } from "../../data/folders.ts";
import { say } from "./messages.ts";

/**
 * @param range the data partition's.
 * @throws LifeboatError what opening an exFAT volume throws.
 */
export async function openDataAsBoot(range: ByteRange): Promise<DataAsBoot> {
  return new DataAsBoot(await openExfat(range), range);
}

export class DataAsBoot implements BootVolume {
  /**
   * The volume itself. Nobody opens the partition a second time to write: each volume knows by its own memory what is free.
   */
  readonly data: WritableVolume;
  readonly #range: ByteRange;
  #changes = 0;

  constructor(data: WritableVolume, range: ByteRange) {
    this.data = data;
    this.#range = range;
  }

  get fileSystem() {
    return this.data.fileSystem;
  }

  get label(): string {
    return this.data.label;
  }

  get uuid(): string {
    return this.data.uuid;
  }

  get allocationUnitBytes(): number {
    return this.data.allocationUnitBytes;
  }

  get freeBytes(): number {
    return this.data.freeBytes;
  }

  get maxFileBytes(): number {
    return this.data.maxFileBytes;
  }

  get changes(): number {
    return this.#changes;
  }

  async list(path: string): Promise<VolumeEntry[]> {
    return this.data.list(path);
  }

  async find(path: string): Promise<VolumeEntry | undefined> {
    return this.data.find(path);
  }

  async extents(path: string): Promise<Extent[] | undefined> {
    return this.data.extents(path);
  }

  async open(path: string): Promise<ByteRange> {
    return this.data.open(path);
  }

  storableName(name: string): string {
    return this.data.storableName(name);
  }

  async reserve(sizeBytes: number): Promise<Reservation> {
    return this.data.reserve(sizeBytes);
  }

  async makeDirectory(path: string): Promise<void> {
    this.#changes++;
    await this.data.makeDirectory(path);
  }

  async writeFile(path: string, data: Uint8Array, modified?: Date): Promise<void> {
    this.#changes++;
    await this.data.writeFile(path, data, modified);
  }

  async writeTree(files: readonly TreeFile[]): Promise<void> {
    for (const file of files) {
      this.#changes++;
      await makeFolders(posix.dirname(file.path), this.data);
      if ("data" in file) await this.data.writeFile(file.path, file.data, file.modified);
      else await this.#copy(file.path, file.source, file.modified ?? new Date());
    }
  }

  async remove(path: string): Promise<void> {
    this.#changes++;
    await this.data.remove(path);
  }

  /** A file of one sector changes in one write: on media that write sectors whole, a power cut leaves the old bytes or the new ones. */
  async overwriteInPlace(path: string, data: Uint8Array): Promise<void> {
    const entry = await this.data.find(path);
    const extents = await this.data.extents(path);
    if (entry?.kind !== "file" || extents === undefined || entry.sizeBytes !== data.length) {
      throw new LifeboatError("size-differs", say.notInPlace(path), { kind: "usage" });
    }
    this.#changes++;
    await this.#fill(extents, data);
  }

  /** The rest of a file's last sector belongs to nobody else. */
  async #fill(extents: readonly Extent[], data: FileData): Promise<void> {
    const { sectorSize } = this.#range;
    const whole = extents.map(({ start, length }) => {
      return { start, length: Math.ceil(length / sectorSize) * sectorSize };
    });
    await writeData(rangeOfExtents(this.#range, whole), data, sectorSize);
    await this.#range.flush();
  }

  /** The bytes are on the medium before the file has a name, and before one of that name is given up. */
  async #copy(path: string, source: ByteRange, modified: Date): Promise<void> {
    const reservation = await this.data.reserve(source.size);
    try {
      await this.#fill(reservation.extents, source);
      if ((await this.data.find(path)) !== undefined) await this.data.remove(path);
      await reservation.commit(path, modified);
    } catch (error) {
      await reservation.release().catch(() => undefined);
      throw error;
    }
  }
}
