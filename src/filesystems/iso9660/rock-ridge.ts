/** Rock Ridge (RRIP, IEEE P1282): POSIX names, kinds, links and times in system use entries. */
import { decodeBytes, decodeLongDate, decodeRecordDate } from "./fields.ts";
import type { SystemUseEntry } from "./system-use.ts";

/** ER's extension identifiers: RRIP 1.09, 1.12, and what some tools write. */
const EXTENSION_IDS = ["RRIP_1991A", "IEEE_P1282", "IEEE_1282"];
/** RRIP 4.1.4 (NM) and 4.1.3.1 (SL component): the same flags. */
const FLAG_CONTINUE = 0x01;
const FLAG_CURRENT = 0x02;
const FLAG_PARENT = 0x04;
const FLAG_ROOT = 0x08;
/** RRIP 4.1.6, "Time stamp flags". */
const TF_CREATION = 0x01;
const TF_MODIFY = 0x02;
const TF_LONG_FORM = 0x80;
/** POSIX file types, from PX. */
const S_IFMT = 0xf000;
const S_IFREG = 0x8000;
const S_IFDIR = 0x4000;

export interface PosixAttributes {
  readonly name: string | undefined;
  readonly kind: "file" | "directory" | "other" | undefined;
  readonly linkTarget: string | undefined;
  readonly modified: Date | undefined;
  /** CL: the directory of this name was moved, because it lay too deep, and lies at this block. */
  readonly childBlock: number | undefined;
  /** RE: this directory lies here only because it was moved. */
  readonly relocated: boolean;
  /** ZF: the data is compressed by zisofs. */
  readonly compressed: boolean;
}

/** Whether the entries of the root's own record say that Rock Ridge is in use. Some old tools write no ER. */
export function announcesRockRidge(entries: readonly SystemUseEntry[]): boolean {
  return entries.some(({ signature, data }) => {
    if (signature === "PX" || signature === "RR") return true;
    if (signature !== "ER" || data.length < 4) return false;
    return EXTENSION_IDS.includes(data.toString("latin1", 4, 4 + data.readUInt8(0)));
  });
}

export function decodePosixAttributes(entries: readonly SystemUseEntry[]): PosixAttributes {
  const name: Buffer[] = [];
  const link = new LinkTarget();
  let kind: PosixAttributes["kind"];
  let modified: Date | undefined;
  let childBlock: number | undefined;
  let relocated = false;
  let compressed = false;
  for (const { signature, data } of entries) {
    if (signature === "NM" && data.length > 1) name.push(nameOf(data));
    else if (signature === "PX" && data.length >= 8) kind = kindOf(data.readUInt32LE(0));
    else if (signature === "SL") link.add(data);
    else if (signature === "TF") modified = modifiedOf(data) ?? modified;
    else if (signature === "CL" && data.length >= 8) childBlock = data.readUInt32LE(0);
    else if (signature === "RE") relocated = true;
    else if (signature === "ZF") compressed = true;
  }
  const full = decodeBytes(Buffer.concat(name));
  return {
    name: full === "" ? undefined : full,
    kind,
    linkTarget: link.text,
    modified,
    childBlock,
    relocated,
    compressed,
  };
}

function nameOf(data: Buffer): Buffer {
  const flags = data.readUInt8(0);
  return (flags & (FLAG_CURRENT | FLAG_PARENT)) === 0 ? data.subarray(1) : Buffer.alloc(0);
}

function kindOf(mode: number): "file" | "directory" | "other" {
  if ((mode & S_IFMT) === S_IFDIR) return "directory";
  return (mode & S_IFMT) === S_IFREG ? "file" : "other";
}

function modifiedOf(data: Buffer): Date | undefined {
  if (data.length === 0) return undefined;
  const flags = data.readUInt8(0);
  if ((flags & TF_MODIFY) === 0) return undefined;
  const size = (flags & TF_LONG_FORM) === 0 ? 7 : 17;
  const at = 1 + ((flags & TF_CREATION) === 0 ? 0 : size);
  if (at + size > data.length) return undefined;
  const stamp = data.subarray(at, at + size);
  return size === 7 ? decodeRecordDate(stamp) : decodeLongDate(stamp);
}

/** RRIP 4.1.3: a link's target is a list of components, which may be cut anywhere and go on in the next component or entry. */
class LinkTarget {
  #bytes: Buffer[] = [];
  #begun = false;
  /** The next component continues the one before, without a slash between. */
  #joins = true;

  get text(): string | undefined {
    return this.#begun ? decodeBytes(Buffer.concat(this.#bytes)) : undefined;
  }

  add(data: Buffer): void {
    this.#begun = true;
    for (let at = 1; at + 2 <= data.length;) {
      const flags = data.readUInt8(at);
      const end = at + 2 + data.readUInt8(at + 1);
      if (end > data.length) return;
      this.#addComponent(flags, data.subarray(at + 2, end));
      at = end;
    }
  }

  #addComponent(flags: number, text: Buffer): void {
    if (!this.#joins) this.#bytes.push(Buffer.from("/"));
    if (flags & FLAG_ROOT) {
      this.#bytes.push(Buffer.from("/"));
      this.#joins = true;
      return;
    }
    if (flags & FLAG_CURRENT) this.#bytes.push(Buffer.from("."));
    else if (flags & FLAG_PARENT) this.#bytes.push(Buffer.from(".."));
    else this.#bytes.push(text);
    this.#joins = (flags & FLAG_CONTINUE) !== 0;
  }
}
