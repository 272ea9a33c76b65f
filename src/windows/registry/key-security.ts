/** The key security item (sk): a security descriptor, shared by all keys that have it. The items form a ring. */
import { Struct, ascii, bytes, u32le } from "../../block/struct.ts";
import type { Infer } from "../../block/struct.ts";
import { needBytes, needSignature } from "./cell.ts";
import type { Cells } from "./cell.ts";

const WHAT = "key security item (sk)";
/** Two ACLs, whose sizes have 16 bits, and two SIDs. */
export const MOST_DESCRIPTOR_BYTES = 2 * 0xffff + 1024;

const RawKeySecurity = new Struct("key security item", 20, {
  signature: ascii(2),
  reserved: bytes(2),
  flink: u32le,
  blink: u32le,
  referenceCount: u32le,
  securityDescriptorSize: u32le,
});

export interface KeySecurity extends Omit<
  Infer<typeof RawKeySecurity>,
  "signature" | "reserved" | "securityDescriptorSize"
> {
  /** Self-relative. */
  securityDescriptor: Buffer;
}

/** @throws LifeboatError as `Cells.cell` does, `hive-bad-signature`, `hive-cell-too-short`. */
export async function readKeySecurity(cells: Cells, offset: number): Promise<KeySecurity> {
  const cell = await cells.cell(offset, RawKeySecurity.size + MOST_DESCRIPTOR_BYTES, WHAT);
  needSignature(cell, "sk", offset, WHAT);
  needBytes(cell, RawKeySecurity.size, offset, WHAT);
  const { flink, blink, referenceCount, securityDescriptorSize } = RawKeySecurity.decode(cell);
  const end = RawKeySecurity.size + securityDescriptorSize;
  needBytes(cell, end, offset, WHAT);
  const securityDescriptor = Buffer.from(cell.subarray(RawKeySecurity.size, end));
  return { flink, blink, referenceCount, securityDescriptor };
}

/** The cell's data. */
export function encodeKeySecurity(item: KeySecurity): Buffer {
  const raw = {
    ...item,
    signature: "sk",
    reserved: Buffer.alloc(2),
    securityDescriptorSize: item.securityDescriptor.length,
  };
  return Buffer.concat([RawKeySecurity.encode(raw), item.securityDescriptor]);
}
