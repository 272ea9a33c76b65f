/** Security descriptors in self-relative form ([MS-DTYP] 2.4.6), and the $Secure file that numbers and finds them. */
import { roundUp, writeU64 } from "./fields.ts";
import { encodeViewEntry } from "./index-node.ts";

interface AccessEntry {
  readonly sid: Buffer;
  readonly mask: number;
  /** Which children inherit it. */
  readonly flags: number;
}

const SYSTEM = sid(18);
const ADMINISTRATORS = sid(32, 544);
/** World authority, S-1-1-0. */
const EVERYONE = sid(0, undefined, 1);

const FULL_CONTROL = 0x001f01ff;
const READ = 0x00120089;
const READ_WRITE = 0x0012019f;
/** Object inherit and container inherit. */
const INHERITED = 0x03;

/** Everybody may do everything: what Windows puts on removable media, where other machines' accounts mean nothing. */
export const EVERYONE_DESCRIPTOR = descriptor(ADMINISTRATORS, [
  { sid: EVERYONE, mask: FULL_CONTROL, flags: INHERITED },
]);

/** Security ids of the descriptors that a new volume has; the format's own ids begin at 0x100. */
export const SECURITY_ID = { systemRead: 0x100, systemWrite: 0x101, everyone: 0x102 } as const;

const NEW_DESCRIPTORS: readonly (readonly [number, Buffer])[] = [
  [SECURITY_ID.systemRead, systemDescriptor(READ)],
  [SECURITY_ID.systemWrite, systemDescriptor(READ_WRITE)],
  [SECURITY_ID.everyone, EVERYONE_DESCRIPTOR],
];

const SDS_HEADER_BYTES = 20;
/** $SDS repeats each 256 KiB right behind them. */
const SDS_MIRROR_DISTANCE = 0x40000;
/** Windows fills the unused end of an $SDH entry with this. */
const SDH_PADDING = "II";

/** Collation rules of $Secure's indexes. */
export const COLLATION_ULONG = 0x10;
export const COLLATION_SECURITY_HASH = 0x12;

export interface SecureContents {
  /** The stream $SDS. */
  readonly sds: Buffer;
  /** Entries of the indexes $SDH (by hash) and $SII (by id), in order. */
  readonly sdh: readonly Buffer[];
  readonly sii: readonly Buffer[];
}

/** What $Secure holds on a new volume. */
export function newSecureContents(): SecureContents {
  const parts: Buffer[] = [];
  const found: { id: number; hash: number; header: Buffer }[] = [];
  let offset = 0;
  for (const [id, value] of NEW_DESCRIPTORS) {
    const hash = securityHash(value);
    const header = Buffer.alloc(SDS_HEADER_BYTES);
    header.writeUInt32LE(hash, 0);
    header.writeUInt32LE(id, 4);
    writeU64(header, 8, offset);
    header.writeUInt32LE(SDS_HEADER_BYTES + value.length, 16);
    const entry = Buffer.alloc(roundUp(SDS_HEADER_BYTES + value.length, 16));
    header.copy(entry);
    value.copy(entry, SDS_HEADER_BYTES);
    parts.push(entry);
    found.push({ id, hash, header });
    offset += entry.length;
  }
  const block = Buffer.concat(parts);
  const sds = Buffer.alloc(SDS_MIRROR_DISTANCE + block.length);
  block.copy(sds);
  block.copy(sds, SDS_MIRROR_DISTANCE);
  const padding = Buffer.from(SDH_PADDING, "utf16le");
  return {
    sds,
    sii: found.map(({ header }) => encodeViewEntry(header.subarray(4, 8), header)),
    sdh: found
      .toSorted((a, b) => a.hash - b.hash || a.id - b.id)
      .map(({ header }) => encodeHashEntry(header, padding)),
  };
}

/** The data's length leaves the padding out, as Windows writes it. */
function encodeHashEntry(header: Buffer, padding: Buffer): Buffer {
  const entry = encodeViewEntry(header.subarray(0, 8), Buffer.concat([header, padding]));
  entry.writeUInt16LE(SDS_HEADER_BYTES, 2);
  return entry;
}

/** The hash that $SDH sorts by: each 32-bit word added to the sum so far, rotated left by 3. */
function securityHash(value: Buffer): number {
  let hash = 0;
  for (let at = 0; at + 4 <= value.length; at += 4) {
    hash = (value.readUInt32LE(at) + ((hash << 3) | (hash >>> 29))) >>> 0;
  }
  return hash;
}

function systemDescriptor(mask: number): Buffer {
  return descriptor(SYSTEM, [
    { sid: SYSTEM, mask, flags: 0 },
    { sid: ADMINISTRATORS, mask, flags: 0 },
  ]);
}

/** A descriptor with an owner, the administrators as group, and a list of who may do what. */
function descriptor(owner: Buffer, entries: readonly AccessEntry[]): Buffer {
  const aces = entries.map(({ sid, mask, flags }) => {
    const ace = Buffer.alloc(8 + sid.length);
    ace.writeUInt8(flags, 1);
    ace.writeUInt16LE(ace.length, 2);
    ace.writeUInt32LE(mask, 4);
    sid.copy(ace, 8);
    return ace;
  });
  const aclHeader = Buffer.alloc(8);
  aclHeader.writeUInt8(2, 0);
  aclHeader.writeUInt16LE(8 + aces.reduce((sum, ace) => sum + ace.length, 0), 2);
  aclHeader.writeUInt16LE(aces.length, 4);
  const acl = Buffer.concat([aclHeader, ...aces]);
  const header = Buffer.alloc(20);
  header.writeUInt8(1, 0);
  // Self-relative, with a discretionary list.
  header.writeUInt16LE(0x8004, 2);
  header.writeUInt32LE(header.length + acl.length, 4);
  header.writeUInt32LE(header.length + acl.length + owner.length, 8);
  header.writeUInt32LE(header.length, 16);
  return Buffer.concat([header, acl, owner, ADMINISTRATORS]);
}

function sid(first: number, second?: number, authority = 5): Buffer {
  const parts = second === undefined ? [first] : [first, second];
  const value = Buffer.alloc(8 + 4 * parts.length);
  value.writeUInt8(1, 0);
  value.writeUInt8(parts.length, 1);
  value.writeUIntBE(authority, 2, 6);
  for (const [index, part] of parts.entries()) value.writeUInt32LE(part, 8 + 4 * index);
  return value;
}
