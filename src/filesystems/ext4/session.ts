import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { debugfs, inodeWord } from "./debugfs.ts";
import type { Ext4Place, Word } from "./debugfs.ts";
import { say } from "./messages.ts";
import { isStorable } from "./names.ts";
import { openExt4 } from "./reader.ts";
import type { Ext4Reader, Located } from "./reader.ts";

export interface Ext4Opening extends Ext4Place {
  /** The volume's bytes: the same that e2fsprogs sees at `path` from `offsetBytes` on. */
  readonly range: ByteRange;
  /** The clock for new files' times; default: the system's. */
  readonly now?: () => Date;
}

/** What the writer's parts share: the volume as it is now, and the way to change it. */
export class Ext4Session {
  readonly range: ByteRange;
  readonly #opening: Ext4Opening;
  #reader: Ext4Reader;
  #last: Promise<unknown> = Promise.resolve();

  constructor(opening: Ext4Opening, reader: Ext4Reader) {
    this.range = opening.range;
    this.#opening = opening;
    this.#reader = reader;
  }

  /** The volume after the last change. */
  get reader(): Ext4Reader {
    return this.#reader;
  }

  /** Runs `task` after all tasks before it: two debugfs at a time would undo each other's work. */
  async exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /**
   * Runs debugfs commands, reads the volume anew, and asks `done` whether it now is as it should be. `action` names the change
   * in the error.
   * @throws LifeboatError `ext4-write-failed`.
   */
  async change(
    action: string,
    commands: readonly (readonly Word[])[],
    done: () => Promise<boolean>,
  ): Promise<void> {
    const complaints = await this.#run(commands);
    if (complaints !== "" || !(await done())) throw refused(action, complaints);
  }

  /** Gives the file `inode` another name in a folder (its link count stays). A folder whose blocks are full grows first. */
  async link(place: NewPlace, inode: number): Promise<void> {
    const folder = inodeWord(place.parent.inode.number);
    const commands: Word[][] = [
      ["cd", folder],
      ["ln", inodeWord(inode), place.name],
    ];
    const isLinked = async () => (await this.reader.locate(place.path))?.inode.number === inode;
    await this.#run(commands);
    if (await isLinked()) return;
    await this.change("add a name to the folder", [["expand_dir", folder], ...commands], isLinked);
  }

  /**
   * The folder that `path` is to appear in, and its name there.
   * @throws LifeboatError `no-such-file`, `not-a-directory`, `ext4-bad-name`.
   */
  async newPlace(path: string): Promise<NewPlace> {
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (!isStorable(name)) {
      throw new LifeboatError("ext4-bad-name", say.badName(name), { kind: "usage" });
    }
    const parent = await this.reader.require(path.slice(0, Math.max(slash, 0)) || "/");
    if (parent.inode.kind !== "directory") {
      throw new LifeboatError("not-a-directory", say.notADirectory(parent.entry.path), {
        kind: "usage",
      });
    }
    return { path, parent, name: Buffer.from(name) };
  }

  /** Like `newPlace`, and nothing may be there. @throws LifeboatError `already-exists`. */
  async freePlace(path: string): Promise<NewPlace> {
    const place = await this.newPlace(path);
    if ((await this.reader.locate(path)) === undefined) return place;
    throw new LifeboatError("already-exists", say.alreadyExists(path), { kind: "usage" });
  }

  async #run(commands: readonly (readonly Word[])[]): Promise<string> {
    // debugfs has a file handle of its own: what lifeboat wrote must be there before.
    await this.range.flush();
    const now = this.#opening.now?.() ?? new Date();
    const clock: Word[] = ["set_current_time", `@${Math.max(1, Math.floor(now.getTime() / 1000))}`];
    const complaints = await debugfs(this.#opening, [clock, ...commands]);
    this.#reader = await openExt4(this.range);
    return complaints;
  }
}

/** Where something is to appear. */
export interface NewPlace {
  readonly path: string;
  readonly parent: Located;
  readonly name: Buffer;
}

function refused(action: string, complaints: string): LifeboatError {
  return new LifeboatError("ext4-write-failed", say.toolRefused(action, complaints), {
    hint: say.damagedHint(),
  });
}
