/**
 * ext4 volumes written to without mounting them: read through lifeboat's own reader, file data written straight into the
 * volume, metadata changed by debugfs. After each change the volume is read anew and must show what was asked for.
 *
 * Limits: needs e2fsprogs; one writer at a time; new files and folders belong to root (0644, 0755); `lost+found` is listed
 * like any other folder and can't be removed; debugfs does not use the journal, so a power cut inside one of its runs (some
 * milliseconds) may need `e2fsck`.
 */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { rangeOfExtents } from "../../block/concatenation.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Reservation, VolumeEntry, WritableVolume } from "../volume.ts";
import type { Whereabouts } from "../whereabouts.ts";
import { inodeWord } from "./debugfs.ts";
import type { Word } from "./debugfs.ts";
import { unwritableFeatures } from "./features.ts";
import { say } from "./messages.ts";
import { storableName } from "./names.ts";
import { openExt4 } from "./reader.ts";
import type { Located } from "./reader.ts";
import { maxFileBytes, reserveFile } from "./reservation.ts";
import type { Ext4Reservation } from "./reservation.ts";
import { Ext4Session } from "./session.ts";
import type { Ext4Opening, NewPlace } from "./session.ts";

/** What the volume itself needs; e2fsck misses `lost+found` where it isn't there. */
const KEPT_PATHS = ["/", "/lost+found"];

/**
 * Opens an ext4 volume for writing. `path` must be the device or file that `range` itself writes to (a whole disk and its
 * partition's node have separate caches).
 * @throws LifeboatError `ext4-needs-recovery` (mounted, or not unmounted cleanly), `ext4-not-writable` (features that debugfs
 * would break), and what `openExt4` throws.
 */
export async function openExt4Volume(opening: Ext4Opening): Promise<WritableVolume> {
  const reader = await openExt4(opening.range);
  if (reader.needsRecovery || !reader.superblock.clean) {
    throw new LifeboatError("ext4-needs-recovery", say.needsRecovery(), {
      kind: "refused",
      hint: say.needsRecoveryHint(),
    });
  }
  const unwritable = unwritableFeatures(reader.superblock);
  if (unwritable.length > 0) {
    throw new LifeboatError("ext4-not-writable", say.notWritable(unwritable.join(", ")), {
      kind: "refused",
    });
  }
  return new Ext4Volume(new Ext4Session(opening, reader));
}

class Ext4Volume implements WritableVolume {
  readonly fileSystem = "ext4";
  readonly label: string;
  readonly uuid: string;
  readonly allocationUnitBytes: number;
  readonly maxFileBytes: number;
  readonly #session: Ext4Session;

  constructor(session: Ext4Session) {
    const { reader } = session;
    this.#session = session;
    this.label = reader.label;
    this.uuid = reader.uuid;
    this.allocationUnitBytes = reader.allocationUnitBytes;
    this.maxFileBytes = maxFileBytes(reader.superblock);
  }

  get freeBytes(): number {
    const { freeBlocks, blockSize } = this.#session.reader.superblock;
    return freeBlocks * blockSize;
  }

  async list(path: string): Promise<VolumeEntry[]> {
    return this.#session.reader.list(path);
  }

  async find(path: string): Promise<VolumeEntry | undefined> {
    return this.#session.reader.find(path);
  }

  async extents(path: string): Promise<Extent[] | undefined> {
    return this.#session.reader.extents(path);
  }

  async open(path: string): Promise<ByteRange> {
    return this.#session.reader.open(path);
  }

  async whereabouts(path: string): Promise<Whereabouts | undefined> {
    return this.#session.reader.whereabouts(path);
  }

  storableName(name: string): string {
    return storableName(name);
  }

  async reserve(sizeBytes: number): Promise<Reservation> {
    return this.#session.exclusively(async () => reserveFile(this.#session, sizeBytes));
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#session.exclusively(async () => {
      const { parent, name } = await this.#session.freePlace(path);
      const commands: Word[][] = [
        ["cd", inodeWord(parent.inode.number)],
        ["mkdir", name],
      ];
      await this.#session.change("make the folder", commands, async () => {
        return (await this.find(path))?.kind === "directory";
      });
    });
  }

  async writeFile(path: string, data: Uint8Array, modified = new Date()): Promise<void> {
    await this.#session.exclusively(async () => {
      const place = await this.#session.newPlace(path);
      const old = await this.#session.reader.locate(path);
      if (old?.inode.kind === "directory") {
        throw new LifeboatError("is-a-directory", say.isDirectory(path), { kind: "usage" });
      }
      if (old !== undefined) checkRemovable(old);
      const reservation = await reserveFile(this.#session, data.length);
      try {
        await rangeOfExtents(this.#session.range, reservation.extents).write(0, data);
        // The bytes are on the medium before the name leads to them.
        await this.#session.range.flush();
        if (old === undefined) await this.#session.link(place, reservation.inode);
        else await this.#replace(place, old, reservation.inode);
      } catch (error) {
        await this.#undo(place, old, reservation).catch(() => undefined);
        throw error;
      }
      await reservation.finish(place, modified, old === undefined ? [] : dropCommands(old));
    });
  }

  async remove(path: string): Promise<void> {
    await this.#session.exclusively(async () => {
      const found = await this.#session.reader.require(path);
      if (KEPT_PATHS.includes(found.entry.path)) {
        throw new LifeboatError("ext4-kept", say.keptPath(path), { kind: "refused" });
      }
      const isDirectory = found.inode.kind === "directory";
      if (isDirectory && (await this.list(path)).length > 0) {
        throw new LifeboatError("directory-not-empty", say.directoryNotEmpty(path), {
          kind: "refused",
        });
      }
      checkRemovable(found);
      const parent = await this.#session.reader.require(parentOf(found.entry.path));
      const commands: Word[][] = [
        ["cd", inodeWord(parent.inode.number)],
        [isDirectory ? "rmdir" : "rm", found.nameBytes],
      ];
      await this.#session.change("remove it", commands, async () => {
        return (await this.find(path)) === undefined;
      });
    });
  }

  /** After a failure: the old file keeps its name, and the new one is given up unless the name leads to it by now. */
  async #undo(place: NewPlace, old: Located | undefined, made: Ext4Reservation): Promise<void> {
    const there = await this.#session.reader.locate(place.path);
    if (there?.inode.number === made.inode) return;
    if (there === undefined && old !== undefined) {
      await this.#session.link(place, old.inode.number);
    }
    await made.discard();
  }

  /** Lets the name lead to another file. The old one, now nameless, keeps its bytes until `dropCommands`. */
  async #replace(place: NewPlace, old: Located, inode: number): Promise<void> {
    const commands: Word[][] = [
      ["cd", inodeWord(place.parent.inode.number)],
      ["unlink", old.nameBytes],
      // There is room for it: the same name just went.
      ["ln", inodeWord(inode), place.name],
    ];
    await this.#session.change("replace the file", commands, async () => {
      return (await this.#session.reader.locate(place.path))?.inode.number === inode;
    });
  }
}

/** What `rm` does to a file whose name went: one link less, and with the last one its room. */
function dropCommands({ inode }: Located): Word[][] {
  const file = inodeWord(inode.number);
  const links = Math.max(inode.links - 1, 0);
  const commands: Word[][] = [["sif", file, "links_count", links]];
  return links > 0 ? commands : [...commands, ["kill_file", file]];
}

/** debugfs forgets the block of attributes when it removes a file; that would leave a lost block. */
function checkRemovable({ inode, entry }: Located): void {
  if (inode.attributeBlock === 0) return;
  throw new LifeboatError("ext4-attributes", say.hasAttributeBlock(entry.path), {
    kind: "refused",
    hint: say.hasAttributeBlockHint(),
  });
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
