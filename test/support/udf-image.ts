/**
 * Writes small UDF volumes for tests, with features that no user-space tool writes: metadata partitions, embedded data,
 * continued allocation descriptors, holes, symbolic links. 7-Zip, GRUB and udfinfo judge what it writes.
 */
export interface UdfFile {
  readonly kind: "file";
  readonly data: Buffer;
  /** How the bytes are allocated; `continued` spreads them block by block over two tables of descriptors. */
  readonly allocation: "short" | "long" | "embedded" | "continued";
  /** Blocks (of the file) that are left as holes. */
  readonly holes?: readonly number[];
}
export interface UdfLink {
  readonly kind: "link";
  readonly target: string;
}
export interface UdfDirectory {
  readonly kind: "directory";
  readonly children: Readonly<Record<string, UdfNodeSpec>>;
  readonly embedded?: boolean;
}
export type UdfNodeSpec = UdfFile | UdfLink | UdfDirectory;

export interface MetadataPiece {
  readonly start: number;
  readonly blocks: number;
}

export interface UdfImageOptions {
  readonly blockBytes: number;
  /** 0x0102, 0x0201, 0x0250 … From 0x0200 on, extended file entries are written. */
  readonly revision: number;
  /** Where a metadata partition's blocks lie in the physical one, in order; see `SCATTERED_METADATA`. None: no such partition. */
  readonly metadata?: readonly MetadataPiece[];
  readonly label: string;
  readonly volumeSetId?: string;
  readonly root: UdfDirectory;
}

const PARTITION_START = 272;
const PARTITION_BLOCKS = 2000;
const TAIL_BLOCKS = 300;
/** Three pieces, the second before the first. */
export const SCATTERED_METADATA: readonly MetadataPiece[] = [
  { start: 40, blocks: 4 },
  { start: 10, blocks: 30 },
  { start: 44, blocks: 400 },
];
const DATA_START = 500;

export function writeUdfImage(options: UdfImageOptions): Buffer {
  return new UdfImageWriter(options).image;
}

class UdfImageWriter {
  readonly image: Buffer;
  readonly #options: UdfImageOptions;
  readonly #block: number;
  readonly #meta: boolean;
  readonly #pieces: readonly MetadataPiece[];
  #nextEntry = 0;
  #nextData = DATA_START;
  #uniqueId = 16n;

  constructor(options: UdfImageOptions) {
    this.#options = options;
    this.#block = options.blockBytes;
    this.#meta = options.metadata !== undefined;
    this.#pieces = options.metadata ?? [];
    const blocks = PARTITION_START + PARTITION_BLOCKS + TAIL_BLOCKS;
    this.image = Buffer.alloc(blocks * this.#block);
    const nsr = options.revision >= 0x200 ? "NSR03" : "NSR02";
    ["BEA01", nsr, "TEA01"].forEach((id, index) => {
      this.image.write(`\0${id}\x01`, (32 << 10) + index * Math.max(2048, this.#block), "latin1");
    });
    for (const sector of [256, blocks - 1]) {
      const anchor = Buffer.alloc(512);
      anchor.writeUInt32LE(16 * this.#block, 16);
      anchor.writeUInt32LE(96, 20);
      anchor.writeUInt32LE(16 * this.#block, 24);
      anchor.writeUInt32LE(112, 28);
      this.#putSector(2, sector, anchor);
    }
    for (const start of [96, 112]) this.#writeSequence(start);
    this.#writeIntegrity();
    if (this.#meta) this.#writeMetadataFile();
    const fileSet = this.#newEntryBlock();
    const root = this.#writeNode(options.root, undefined);
    this.#writeFileSet(fileSet, root);
  }

  #writeSequence(start: number): void {
    const { label, volumeSetId, revision } = this.#options;
    const primary = Buffer.alloc(512);
    primary.writeUInt32LE(1, 16);
    dstring(primary, 24, 32, label);
    primary.writeUInt16LE(1, 56);
    primary.writeUInt16LE(1, 58);
    primary.writeUInt16LE(2, 60);
    primary.writeUInt16LE(2, 62);
    primary.writeUInt32LE(1, 64);
    primary.writeUInt32LE(1, 68);
    dstring(primary, 72, 128, volumeSetId ?? "0123456789abcdef LIFEBOAT");
    charset(primary, 200);
    charset(primary, 264);
    stamp(primary, 376);
    entity(primary, 388, "*lifeboat test");
    this.#putSector(1, start, primary);

    const partition = Buffer.alloc(512);
    partition.writeUInt32LE(2, 16);
    partition.writeUInt16LE(1, 20);
    entity(partition, 24, revision >= 0x200 ? "+NSR03" : "+NSR02");
    partition.writeUInt32LE(1, 184);
    partition.writeUInt32LE(PARTITION_START, 188);
    partition.writeUInt32LE(PARTITION_BLOCKS, 192);
    this.#putSector(5, start + 1, partition);

    const logical = Buffer.alloc(512);
    logical.writeUInt32LE(3, 16);
    charset(logical, 20);
    dstring(logical, 84, 128, label);
    logical.writeUInt32LE(this.#block, 212);
    entity(logical, 216, "*OSTA UDF Compliant", revision);
    longAd(logical, 248, { length: this.#block, block: 0, partition: this.#meta ? 1 : 0 });
    logical.writeUInt32LE(this.#meta ? 70 : 6, 264);
    logical.writeUInt32LE(this.#meta ? 2 : 1, 268);
    entity(logical, 272, "*lifeboat test");
    logical.writeUInt32LE(this.#block, 432);
    logical.writeUInt32LE(128, 436);
    logical.set([1, 6, 1, 0, 0, 0], 440);
    if (this.#meta) {
      logical.set([2, 64], 446);
      entity(logical, 450, "*UDF Metadata Partition", revision);
      logical.writeUInt16LE(1, 482);
      logical.writeUInt32LE(0, 486);
      logical.writeUInt32LE(1, 490);
      logical.writeUInt32LE(0xffffffff, 494);
      logical.writeUInt32LE(32, 498);
      logical.writeUInt16LE(1, 502);
    }
    this.#putSector(6, start + 2, logical);

    const unallocated = Buffer.alloc(512);
    unallocated.writeUInt32LE(4, 16);
    this.#putSector(7, start + 3, unallocated);
    this.#putSector(8, start + 4, Buffer.alloc(512));
  }

  #writeIntegrity(): void {
    const integrity = Buffer.alloc(512);
    stamp(integrity, 16);
    integrity.writeUInt32LE(1, 28);
    integrity.writeBigUInt64LE(1000n, 40);
    const partitions = this.#meta ? 2 : 1;
    integrity.writeUInt32LE(partitions, 72);
    integrity.writeUInt32LE(46, 76);
    for (let index = 0; index < partitions; index++) {
      integrity.writeUInt32LE(PARTITION_BLOCKS, 80 + 4 * (partitions + index));
    }
    const use = 80 + 8 * partitions;
    entity(integrity, use, "*lifeboat test");
    for (const at of [40, 42, 44]) integrity.writeUInt16LE(this.#options.revision, use + at);
    this.#putSector(9, 128, integrity);
  }

  #writeMetadataFile(): void {
    const table = Buffer.concat(this.#pieces.map((piece) => this.#shortAd(piece)));
    const blocks = this.#pieces.reduce((sum, piece) => sum + piece.blocks, 0);
    for (const [index, type] of [250, 251].entries()) {
      const entry = this.#entry({ type, size: blocks * this.#block, flags: 0, table });
      this.#putTagged(266, entry, PARTITION_START + index, index);
    }
  }

  #writeFileSet(at: number, root: number): void {
    const set = Buffer.alloc(512);
    stamp(set, 16);
    set.writeUInt16LE(3, 28);
    set.writeUInt16LE(3, 30);
    set.writeUInt32LE(1, 32);
    set.writeUInt32LE(1, 36);
    charset(set, 48);
    dstring(set, 112, 128, this.#options.label);
    charset(set, 240);
    dstring(set, 304, 32, this.#options.label);
    longAd(set, 400, { length: this.#block, block: root, partition: this.#meta ? 1 : 0 });
    entity(set, 416, "*OSTA UDF Compliant", this.#options.revision);
    this.#putEntry(256, at, set);
  }

  /** Writes a node and all below it; returns the block of its file entry. */
  #writeNode(node: UdfNodeSpec, parent: number | undefined): number {
    const at = this.#newEntryBlock();
    if (node.kind === "directory") this.#writeDirectory(node, at, parent ?? at);
    else if (node.kind === "link") {
      const table = pathComponents(node.target);
      this.#putFile(at, { type: 12, size: table.length, flags: 3, table });
    } else this.#writeFile(node, at);
    return at;
  }

  #writeDirectory(node: UdfDirectory, at: number, parent: number): void {
    const fids = [this.#fid("", 0x0a, parent)];
    for (const [name, child] of Object.entries(node.children)) {
      fids.push(this.#fid(name, child.kind === "directory" ? 2 : 0, this.#writeNode(child, at)));
    }
    // A deleted entry: it must not be listed.
    fids.push(this.#fid("deleted.txt", 4, 0));
    const size = fids.reduce((sum, fid) => sum + fid.length, 0);
    const count = Math.ceil(size / this.#block);
    const first = node.embedded === true ? at : this.#newEntryBlock(count);
    let offset = 0;
    for (const fid of fids) {
      const inside = node.embedded === true ? 0 : Math.floor(offset / this.#block);
      seal(257, fid, first + inside);
      offset += fid.length;
    }
    const content = Buffer.concat(fids);
    if (node.embedded === true) {
      this.#putFile(at, { type: 4, size, flags: 3, table: content });
      return;
    }
    for (let index = 0; index < count; index++) {
      const piece = content.subarray(index * this.#block, (index + 1) * this.#block);
      this.image.set(piece, this.#entryOffset(first + index));
    }
    const table = Buffer.alloc(8);
    table.writeUInt32LE(size, 0);
    table.writeUInt32LE(first, 4);
    this.#putFile(at, { type: 4, size, flags: 0, table });
  }

  #writeFile(node: UdfFile, at: number): void {
    const size = node.data.length;
    if (node.allocation === "embedded") {
      this.#putFile(at, { type: 5, size, flags: 3, table: node.data });
      return;
    }
    // A short descriptor is about its own partition, so with a metadata partition only long ones reach the data.
    const isLong = node.allocation !== "short" || this.#meta;
    const flags = isLong ? 1 : 0;
    const pieces: Buffer[] = [];
    const step =
      node.allocation === "continued" || node.holes !== undefined ? this.#block : 1 << 29;
    for (let done = 0; done < size; done += step) {
      const part = node.data.subarray(done, done + step);
      const isHole = node.holes?.includes(done / this.#block) ?? false;
      pieces.push(
        this.#descriptor(isLong, part.length, isHole ? 0 : this.#nextData, isHole ? 2 : 0),
      );
      if (isHole) continue;
      this.image.set(part, (PARTITION_START + this.#nextData) * this.#block);
      // A block between, so that runs can't be joined by chance.
      this.#nextData += Math.ceil(part.length / this.#block) + (step === this.#block ? 1 : 0);
    }
    if (node.allocation !== "continued") {
      this.#putFile(at, { type: 5, size, flags, table: Buffer.concat(pieces) });
      return;
    }
    const rest = pieces.splice(2);
    const next = this.#newEntryBlock();
    const header = Buffer.alloc(24);
    header.writeUInt32LE(
      rest.reduce((sum, piece) => sum + piece.length, 0),
      20,
    );
    this.#putEntry(258, next, Buffer.concat([header, ...rest]));
    const continuation = Buffer.alloc(16);
    longAd(continuation, 0, {
      length: this.#block + 3 * 2 ** 30,
      block: next,
      partition: this.#meta ? 1 : 0,
    });
    this.#putFile(at, { type: 5, size, flags, table: Buffer.concat([...pieces, continuation]) });
  }

  #descriptor(isLong: boolean, length: number, block: number, type: number): Buffer {
    const into = Buffer.alloc(isLong ? 16 : 8);
    into.writeUInt32LE(length + type * 2 ** 30, 0);
    into.writeUInt32LE(block, 4);
    return into;
  }

  #shortAd(piece: MetadataPiece): Buffer {
    return this.#descriptor(false, piece.blocks * this.#block, piece.start, 0);
  }

  #fid(name: string, characteristics: number, icb: number): Buffer {
    const text = name === "" ? Buffer.alloc(0) : compressed(name);
    const fid = Buffer.alloc((38 + text.length + 3) & ~3);
    fid.writeUInt16LE(1, 16);
    fid.writeUInt8(characteristics, 18);
    fid.writeUInt8(text.length, 19);
    longAd(fid, 20, { length: this.#block, block: icb, partition: this.#meta ? 1 : 0 });
    fid.set(text, 38);
    return fid;
  }

  #putFile(at: number, fields: EntryFields): void {
    const isExtended = this.#options.revision >= 0x200;
    this.#putEntry(isExtended ? 266 : 261, at, this.#entry(fields));
  }

  #entry({ type, size, flags, table }: EntryFields): Buffer {
    const isExtended = this.#options.revision >= 0x200;
    const head = Buffer.alloc(isExtended ? 216 : 176);
    head.writeUInt16LE(4, 20);
    head.writeUInt16LE(1, 24);
    head.writeUInt8(type, 27);
    head.writeUInt16LE(flags, 34);
    head.writeUInt32LE(0x14a5, 44);
    head.writeUInt16LE(1, 48);
    head.writeBigUInt64LE(BigInt(size), 56);
    const blocks = flags === 3 ? 0n : BigInt(Math.ceil(size / this.#block));
    if (isExtended) {
      head.writeBigUInt64LE(BigInt(size), 64);
      head.writeBigUInt64LE(blocks, 72);
      for (const at of [80, 92, 104, 116]) stamp(head, at);
      head.writeUInt32LE(1, 128);
      entity(head, 168, "*lifeboat test");
      head.writeBigUInt64LE(this.#uniqueId++, 200);
      head.writeUInt32LE(table.length, 212);
    } else {
      head.writeBigUInt64LE(blocks, 64);
      for (const at of [72, 84, 96]) stamp(head, at);
      head.writeUInt32LE(1, 108);
      entity(head, 128, "*lifeboat test");
      head.writeBigUInt64LE(this.#uniqueId++, 160);
      head.writeUInt32LE(table.length, 172);
    }
    return Buffer.concat([head, table]);
  }

  #newEntryBlock(count = 1): number {
    const at = this.#nextEntry;
    this.#nextEntry += count;
    return at;
  }

  #entryOffset(block: number): number {
    return (
      (PARTITION_START + (this.#meta ? metadataBlock(this.#pieces, block) : block)) * this.#block
    );
  }

  #putEntry(id: number, block: number, data: Buffer): void {
    this.#putTagged(id, data, this.#entryOffset(block) / this.#block, block);
  }

  #putSector(id: number, sector: number, data: Buffer): void {
    this.#putTagged(id, data, sector, sector);
  }

  #putTagged(id: number, data: Buffer, sector: number, location: number): void {
    if (data.length > this.#block) throw new RangeError(`${data.length} bytes for a block`);
    seal(id, data, location);
    this.image.set(data, sector * this.#block);
  }
}

interface EntryFields {
  readonly type: number;
  readonly size: number;
  readonly flags: number;
  readonly table: Buffer;
}

function metadataBlock(pieces: readonly MetadataPiece[], block: number): number {
  let left = block;
  for (const piece of pieces) {
    if (left < piece.blocks) return piece.start + left;
    left -= piece.blocks;
  }
  throw new RangeError(`metadata block ${block}`);
}

/** Completes the tag: identifier, version 3, CRC over all that follows, checksum. Tests that patch a descriptor use it too. */
export function seal(id: number, descriptor: Buffer, location: number): void {
  descriptor.fill(0, 0, 16);
  descriptor.writeUInt16LE(id, 0);
  descriptor.writeUInt16LE(3, 2);
  const body = descriptor.subarray(16);
  let crc = 0;
  for (const byte of body) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  descriptor.writeUInt16LE(crc, 8);
  descriptor.writeUInt16LE(body.length, 10);
  descriptor.writeUInt32LE(location, 12);
  const sum = descriptor.subarray(0, 16).reduce((total, byte) => total + byte, 0);
  descriptor.writeUInt8(sum & 0xff, 4);
}

function compressed(text: string): Buffer {
  const isNarrow = /^[\u0001-\u00ff]*$/.test(text);
  if (isNarrow) return Buffer.concat([Buffer.from([8]), Buffer.from(text, "latin1")]);
  return Buffer.concat([Buffer.from([16]), Buffer.from(text, "utf16le").swap16()]);
}

function dstring(into: Buffer, at: number, size: number, text: string): void {
  const value = compressed(text).subarray(0, size - 1);
  into.set(value, at);
  into.writeUInt8(value.length, at + size - 1);
}

function charset(into: Buffer, at: number): void {
  into.write("OSTA Compressed Unicode", at + 1, "latin1");
}

function entity(into: Buffer, at: number, id: string, revision?: number): void {
  into.write(id, at + 1, "latin1");
  if (revision !== undefined) into.writeUInt16LE(revision, at + 24);
}

/** 2026-11-21 10:20:30, Coordinated Universal Time. */
function stamp(into: Buffer, at: number): void {
  into.writeUInt16LE(1 << 12, at);
  into.writeUInt16LE(2026, at + 2);
  into.set([11, 21, 10, 20, 30], at + 4);
}

function longAd(
  into: Buffer,
  at: number,
  ad: { length: number; block: number; partition: number },
): void {
  into.writeUInt32LE(ad.length, at);
  into.writeUInt32LE(ad.block, at + 4);
  into.writeUInt16LE(ad.partition, at + 8);
}

function pathComponents(target: string): Buffer {
  const parts = target.split("/").filter((part) => part !== "");
  const components = parts.map((part) => {
    if (part === "..") return Buffer.from([3, 0, 0, 0]);
    if (part === ".") return Buffer.from([4, 0, 0, 0]);
    const name = compressed(part);
    return Buffer.concat([Buffer.from([5, name.length, 0, 0]), name]);
  });
  if (target.startsWith("/")) components.unshift(Buffer.from([2, 0, 0, 0]));
  return Buffer.concat(components);
}
