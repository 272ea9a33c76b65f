/**
 * Update sequence arrays. NTFS writes the same number into the last two bytes of every 512 bytes of a record, and keeps what
 * was there in an array at its front; so a write that was cut short shows.
 */
import { STRIDE } from "./boot-sector.ts";
import { damaged } from "./failures.ts";

/** Checks and undoes the fixups of a whole record, in place. `what` names it in the error. @throws LifeboatError `ntfs-damaged`. */
export function undoFixups(record: Buffer, what: string): void {
  const offset = record.readUInt16LE(4);
  const count = record.readUInt16LE(6);
  const strides = record.length / STRIDE;
  if (count !== strides + 1 || offset % 2 !== 0 || offset + 2 * count > STRIDE - 2) {
    throw damaged(what, "its update sequence array is in the wrong place");
  }
  const number = record.readUInt16LE(offset);
  for (let stride = 1; stride <= strides; stride++) {
    const at = stride * STRIDE - 2;
    if (record.readUInt16LE(at) !== number) {
      throw damaged(what, "its sectors are not from the same write");
    }
    record.copyWithin(at, offset + 2 * stride, offset + 2 * stride + 2);
  }
}

/** The number for the next write of a record whose last one had `number`. */
export function nextFixup(number: number): number {
  const next = (number + 1) & 0xffff;
  return next === 0 || next === 0xffff ? 1 : next;
}

/** The reverse, in place: the array's place and length are in the record already. */
export function applyFixups(record: Buffer, number: number): void {
  const offset = record.readUInt16LE(4);
  record.writeUInt16LE(number, offset);
  for (let stride = 1; stride <= record.length / STRIDE; stride++) {
    const at = stride * STRIDE - 2;
    record.copyWithin(offset + 2 * stride, at, at + 2);
    record.writeUInt16LE(number, at);
  }
}
