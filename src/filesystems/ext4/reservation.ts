import { randomBytes } from "node:crypto";
import { writeZeroes } from "../../block/byte-range.ts";
import type { Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Reservation } from "../volume.ts";
import { allocationCommands, chooseRuns } from "./allocation.ts";
import { inodeWord } from "./debugfs.ts";
import type { Word } from "./debugfs.ts";
import { RO_COMPAT } from "./features.ts";
import { readFreeSpace } from "./free-space.ts";
import type { FreeRun } from "./free-space.ts";
import { say } from "./messages.ts";
import { extentsOf } from "./runs.ts";
import type { Ext4Session, NewPlace } from "./session.ts";
import type { Superblock } from "./superblock.ts";

/** Files that are not whole yet lie in the root under such names, so that a cut-short run leaves nothing that can't be seen. */
const PARTIAL_PREFIX = ".lifeboat-partial-";
const FILE_MODE = "0100644";
const MAX_LOGICAL_BLOCKS = 2 ** 32 - 1;

/** The longest file that lifeboat can make on the volume, in bytes. */
export function maxFileBytes({ blockSize, roCompat }: Superblock): number {
  if (!(roCompat & RO_COMPAT.large_file)) return 2 ** 31 - 1;
  // Without huge_file, an inode counts its room in 32 bits of 512 bytes; some of it for the tree's own blocks.
  if (!(roCompat & RO_COMPAT.huge_file)) return Math.floor(2 ** 41 * 0.99);
  return MAX_LOGICAL_BLOCKS * blockSize;
}

/** A file without its name: `commit` and `release` may be called once, one of them. */
export class Ext4Reservation implements Reservation {
  readonly extents: readonly Extent[];
  readonly inode: number;
  readonly #session: Ext4Session;
  readonly #partialName: string;
  #open = true;

  constructor(
    session: Ext4Session,
    inode: number,
    partialName: string,
    extents: readonly Extent[],
  ) {
    this.#session = session;
    this.inode = inode;
    this.#partialName = partialName;
    this.extents = extents;
  }

  async commit(path: string, modified: Date): Promise<void> {
    await this.#session.exclusively(async () => {
      this.#checkOpen();
      const place = await this.#session.freePlace(path);
      await this.#session.link(place, this.inode);
      await this.finish(place, modified, []);
    });
  }

  async release(): Promise<void> {
    await this.#session.exclusively(async () => this.discard());
  }

  /** `release` for callers that hold the session. */
  async discard(): Promise<void> {
    this.#checkOpen();
    this.#open = false;
    await discardPartial(this.#session, this.#partialName);
  }

  /** After the file got its name: takes the temporary one away, sets the time, and runs `further` commands. */
  async finish(place: NewPlace, modified: Date, further: readonly Word[][]): Promise<void> {
    this.#checkOpen();
    this.#open = false;
    const { superblock } = this.#session.reader;
    await this.#session.change(
      "name the file",
      [
        ["cd", "/"],
        ["unlink", this.#partialName],
        ...timeCommands(superblock, this.inode, modified),
        ...further,
      ],
      async () => {
        const { reader } = this.#session;
        const named = await reader.locate(place.path);
        const partial = await reader.locate(`/${this.#partialName}`);
        return named?.inode.number === this.inode && partial === undefined;
      },
    );
  }

  #checkOpen(): void {
    if (this.#open) return;
    throw new LifeboatError("reservation-used", say.reservationUsed());
  }
}

/**
 * Takes room for a file of `sizeBytes`: a file with a temporary name in the root, with all its blocks. The caller holds the session.
 * @throws LifeboatError `volume-full`, `file-too-large`, `ext4-counts-disagree`, `ext4-write-failed`.
 */
export async function reserveFile(
  session: Ext4Session,
  sizeBytes: number,
): Promise<Ext4Reservation> {
  const { superblock } = session.reader;
  const { blockSize } = superblock;
  const most = maxFileBytes(superblock);
  if (sizeBytes > most) {
    throw new LifeboatError("file-too-large", say.fileTooLarge(sizeBytes, most));
  }
  const blocks = Math.ceil(sizeBytes / blockSize);
  if (superblock.freeBlocks < blocks) {
    throw volumeFull(sizeBytes, superblock.freeBlocks * blockSize);
  }
  if (superblock.freeInodes === 0) {
    throw new LifeboatError("volume-full", say.noFreeInodes());
  }
  const name = PARTIAL_PREFIX + randomBytes(8).toString("hex");
  const inode = await createPartial(session, name);
  const extents = blocks === 0 ? [] : await allocate(session, name, inode, blocks, sizeBytes);
  const rest = blocks * blockSize - sizeBytes;
  const last = extents.at(-1);
  // Old bytes behind the file's end would show through a memory mapping.
  if (rest > 0 && last !== undefined) {
    await writeZeroes(session.range, last.start + last.length, rest);
  }
  return new Ext4Reservation(session, inode, name, extents);
}

async function createPartial(session: Ext4Session, name: string): Promise<number> {
  const commands: Word[][] = [
    ["write", "/dev/null", name],
    ["sif", name, "mode", FILE_MODE],
  ];
  const find = async () => session.reader.locate(`/${name}`);
  await session.change("create a file", commands, async () => {
    const found = await find();
    return found?.inode.kind === "file" && found.inode.usesExtents && found.inode.links === 1;
  });
  return (await find())?.inode.number ?? 0;
}

async function allocate(
  session: Ext4Session,
  name: string,
  inode: number,
  blocks: number,
  sizeBytes: number,
): Promise<Extent[]> {
  const { superblock, metadata } = session.reader;
  const space = await readFreeSpace(metadata);
  const runs = chooseRuns(space.runs, blocks);
  if (runs === undefined) {
    await discardPartial(session, name);
    throw volumeFull(sizeBytes, superblock.freeBlocks * superblock.blockSize);
  }
  const wanted = wantedExtents(runs, sizeBytes, superblock.blockSize);
  const commands = allocationCommands(superblock, space, inode, runs, sizeBytes);
  await session.change("reserve room", commands, async () => {
    const { reader } = session;
    const file = await reader.metadata.inode(inode);
    const made = extentsOf(await reader.runs(file), file.sizeBytes, superblock.blockSize);
    const taken = superblock.freeBlocks - reader.superblock.freeBlocks;
    const counted = taken * (superblock.blockSize / 512) === file.sectors;
    return counted && JSON.stringify(made) === JSON.stringify(wanted);
  });
  return wanted;
}

function wantedExtents(runs: readonly FreeRun[], sizeBytes: number, blockSize: number): Extent[] {
  let missing = sizeBytes;
  return runs.map(({ start, length }) => {
    const bytes = Math.min(missing, length * blockSize);
    missing -= bytes;
    return { start: start * blockSize, length: bytes };
  });
}

async function discardPartial(session: Ext4Session, name: string): Promise<void> {
  const commands: Word[][] = [
    ["cd", "/"],
    ["rm", name],
  ];
  await session.change("give room back", commands, async () => {
    return (await session.reader.locate(`/${name}`)) === undefined;
  });
}

function volumeFull(wanted: number, free: number): LifeboatError {
  return new LifeboatError("volume-full", say.volumeFull(wanted, free));
}

/** Sets a file's modification time: signed 32 bits of seconds, and in longer inodes two more bits and nanoseconds. */
function timeCommands({ inodeSize }: Superblock, inode: number, time: Date): Word[][] {
  const extended = inodeSize > 128;
  const latest = extended ? 2 ** 34 - 2 ** 31 - 1 : 2 ** 31 - 1;
  const whole = Math.floor(time.getTime() / 1000);
  const seconds = Math.min(Math.max(whole, -(2 ** 31)), latest);
  const low = seconds >>> 0;
  const epoch = Math.floor((seconds + 2 ** 31) / 2 ** 32);
  const milliseconds = seconds === whole ? time.getTime() - whole * 1000 : 0;
  const file = inodeWord(inode);
  const commands: Word[][] = [["sif", file, "mtime", `@${low}`]];
  // Behind `mtime`, which in newer e2fsprogs sets the extra bits too.
  if (extended) commands.push(["sif", file, "mtime_extra", milliseconds * 1e6 * 4 + epoch]);
  return commands;
}
