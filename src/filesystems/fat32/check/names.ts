/** The names in one directory: what may be in them, and that no two are the same. */
import { foldCase } from "../long-name.ts";
import { shortNameChecksum } from "../long-name.ts";
import { decodeShortName } from "../short-name.ts";
import { pathIn } from "./folders.ts";
import type { Folder, FolderContent } from "./folders.ts";
import { fix, say } from "./messages.ts";
import { CHECKSUM_AT, isLegalShortName, legalised } from "./slots.ts";
import type { DirectoryItem, EntryItem } from "./slots.ts";
import type { Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

const FORBIDDEN_IN_LONG = /["*/:<>?\\|\u0000-\u001f]/;
const MOST_UNITS = 255;

export class NameCheck {
  readonly #survey: Survey;
  readonly #folder: Folder;
  readonly #content: FolderContent;
  /** Those that came before. */
  readonly #seen = new Set<string>();
  readonly #all = new Set<string>();

  constructor(
    survey: Survey,
    folder: Folder,
    content: FolderContent,
    items: readonly DirectoryItem[],
  ) {
    this.#survey = survey;
    this.#folder = folder;
    this.#content = content;
    for (const item of items) {
      if (item.kind === "entry") for (const key of keysOf(item)) this.#all.add(key);
    }
  }

  check(item: EntryItem): void {
    const where = pathIn(this.#folder, item.name);
    const { offsetOf } = this.#content;
    const longIsIllegal =
      item.long !== undefined &&
      (item.long === "" || item.long.length > MOST_UNITS || FORBIDDEN_IN_LONG.test(item.long));
    const short = foldCase(decodeShortName(item.stored, 0));
    const shortIsTaken = this.#seen.has(short);
    const long = item.long === undefined ? short : foldCase(item.long);
    const longIsTaken = item.long !== undefined && this.#seen.has(long);
    const pieces = longIsIllegal || longIsTaken ? [] : item.pieces;
    if (longIsIllegal || longIsTaken) {
      this.#survey.report({
        id: longIsTaken ? "duplicate-name" : "illegal-long-name",
        severity: "warning",
        where,
        what: longIsTaken ? say.duplicateName() : say.illegalLongName(),
        fix: fix.removeLongName(),
        mend: async (writer) => writer.freeSlots(item.pieces.map(offsetOf)),
      });
    }
    const isLegal = isLegalShortName(item.stored);
    if (!isLegal || shortIsTaken) {
      const stored = this.#unused(legalised(item.stored));
      this.#survey.report({
        id: isLegal ? "duplicate-name" : "illegal-name",
        severity: "warning",
        where,
        what: isLegal ? say.duplicateName() : say.illegalName(),
        fix: fix.rename(decodeShortName(stored, 0)),
        mend: async (writer) => {
          await writer.patch(offsetOf(item.at), stored);
          await this.#tie(writer, pieces, stored);
        },
      });
    } else if (pieces.length > 0 && item.strayChecksums.length > 0) {
      this.#survey.report({
        id: "long-name-checksum",
        severity: "warning",
        where,
        what: say.longNameChecksum(),
        fix: fix.setFields(),
        mend: async (writer) => this.#tie(writer, pieces, item.stored),
      });
    }
    this.#seen.add(short);
    this.#seen.add(long);
  }

  /** Lets the pieces of a long name belong to a short one. */
  async #tie(writer: RepairWriter, pieces: readonly number[], stored: Buffer): Promise<void> {
    const sum = Buffer.from([shortNameChecksum(stored)]);
    for (const at of pieces) await writer.patch(this.#content.offsetOf(at + CHECKSUM_AT), sum);
  }

  /** `wanted`, or a name in the way of fsck.fat's, that nothing in the directory has. */
  #unused(wanted: Buffer): Buffer {
    let stored = wanted;
    for (let number = 0; ; number++) {
      const key = foldCase(decodeShortName(stored, 0));
      if (!this.#all.has(key)) {
        this.#all.add(key);
        return stored;
      }
      stored = Buffer.from(`FSCK${String(number).padStart(7, "0")}`, "latin1");
    }
  }
}

function keysOf(item: EntryItem): string[] {
  const short = foldCase(decodeShortName(item.stored, 0));
  return item.long === undefined ? [short] : [short, foldCase(item.long)];
}
