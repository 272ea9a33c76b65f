/** What a check knows of a volume while it goes through its records and directories. */
import type { ByteRange } from "../../../block/byte-range.ts";
import type { Text } from "../../../system/text.ts";
import { FindingList } from "../../check.ts";
import type { FindingSeverity } from "../../check.ts";
import { isDamage } from "../failures.ts";
import { NAMESPACE } from "../file-name.ts";
import { namesOf } from "../file-writer.ts";
import { RECORD } from "../mft-record.ts";
import type { Loaded } from "../reader.ts";
import { Claims } from "./claims.ts";
import { fix } from "./messages.ts";
import type { RepairWriter } from "./writer.ts";

/**
 * The order of repairs, the medium flushed between: what is in use is marked before anything is given up or written elsewhere, and
 * what is given up is free before directories ask for room.
 */
export const STAGE = { boot: 0, mark: 1, records: 2, release: 3, directories: 4 } as const;

/** What a record of the MFT is; `torn`: it can't be read. */
export const KIND = { free: 0, base: 1, extension: 2, torn: 3 } as const;
const KIND_MASK = 3;
const DIRECTORY = 4;
const HAS_LIST = 8;
/** Its attributes can't be followed. */
const BROKEN = 16;

/** So deep a path is told. */
const MAX_DEPTH = 64;

export interface Report {
  readonly id: string;
  readonly severity: FindingSeverity;
  readonly where: string;
  readonly what: Text;
  readonly fix: Text;
  readonly stage?: number;
  readonly mend?: ((writer: RepairWriter) => Promise<void>) | undefined;
}

export class Survey {
  readonly loaded: Loaded;
  readonly signal: AbortSignal | undefined;
  readonly list = new FindingList<RepairWriter>();
  readonly claims: Claims;
  /** How many records the MFT has. */
  readonly records: number;
  /** By record number: its use, and the names that its file has. Those of extension records count for the base. */
  readonly sequences: Uint16Array;
  readonly names: Uint16Array;
  /** By record number: how many entries of directories were found that name it rightly. */
  readonly named: Uint16Array;
  readonly #kinds: Uint8Array;
  /** Whether anything may be written: not where Windows has work to finish here. */
  readonly mayMend: boolean;
  /** False once a directory couldn't be read: then nobody can say which records have no name. */
  isTreeWhole = true;
  /** False once a directory couldn't be read or named what isn't there, in this look or one before it in the same repair: an index
   * that was written anew lacks what couldn't be read then, so no record is given up for being in none. */
  mayFreeRecords = true;
  /** False once something in use couldn't be read: then nobody can say which clusters are lost. */
  isWhole = true;
  /** Two files have the same clusters: nothing is given up then. */
  isCrossed = false;
  files = 0;
  directories = 0;

  constructor(
    loaded: Loaded,
    options: { signal: AbortSignal | undefined; mayMend: boolean; records: number },
  ) {
    this.loaded = loaded;
    this.signal = options.signal;
    this.mayMend = options.mayMend;
    this.records = options.records;
    this.claims = new Claims(loaded.geometry.clusters);
    this.sequences = new Uint16Array(options.records);
    this.names = new Uint16Array(options.records);
    this.named = new Uint16Array(options.records);
    this.#kinds = new Uint8Array(options.records);
  }

  get range(): ByteRange {
    return this.loaded.range;
  }

  report({ mend, stage = STAGE.directories, fix: how, ...finding }: Report): void {
    const prepared =
      mend === undefined
        ? undefined
        : async (writer: RepairWriter) => {
            await writer.prepare();
            await mend(writer);
          };
    const allowed = this.mayMend ? prepared : undefined;
    const whole = { ...finding, stage, fix: this.mayMend ? how : fix.letWindows(), mend: allowed };
    if (!this.list.add(whole)) this.isWhole = false;
  }

  setKind(
    number: number,
    kind: number,
    is: { directory?: boolean; hasList?: boolean; broken?: boolean } = {},
  ): void {
    const flags =
      (is.directory === true ? DIRECTORY : 0) |
      (is.hasList === true ? HAS_LIST : 0) |
      (is.broken === true ? BROKEN : 0);
    this.#kinds[number] = kind | flags;
  }

  setBroken(number: number): void {
    this.#kinds[number] = (this.#kinds[number] ?? 0) | BROKEN;
  }

  kind(number: number): number {
    return (this.#kinds[number] ?? 0) & KIND_MASK;
  }

  isDirectory(number: number): boolean {
    return this.kind(number) === KIND.base && this.#has(number, DIRECTORY);
  }

  hasList(number: number): boolean {
    return this.#has(number, HAS_LIST);
  }

  isBroken(number: number): boolean {
    return this.#has(number, BROKEN);
  }

  /** Whether there is a file under this number in this use of it. A sequence of 0 asks for no check. */
  isFile(number: number, sequence: number): boolean {
    return (
      number < this.records &&
      this.kind(number) === KIND.base &&
      (sequence === 0 || this.sequences[number] === sequence)
    );
  }

  /** The path of a file as far as it can be told, else its number. */
  async pathOf(number: number): Promise<string> {
    const parts: string[] = [];
    try {
      for (let at = number; at !== RECORD.root;) {
        const names = namesOf(await this.loaded.mft.file(at));
        const name = names.find(({ fileName }) => fileName.namespace !== NAMESPACE.dos) ?? names[0];
        if (name === undefined || parts.length === MAX_DEPTH) return recordName(number);
        parts.unshift(name.fileName.name);
        at = name.fileName.parent.record;
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      return recordName(number);
    }
    return `/${parts.join("/")}`;
  }

  #has(number: number, flag: number): boolean {
    return ((this.#kinds[number] ?? 0) & flag) !== 0;
  }
}

export function recordName(number: number): string {
  return `MFT record ${number}`;
}
