/**
 * GUIDs as GPT stores them: the first three fields little-endian, the last two as written (UEFI 2.10, appendix A). As text they
 * are upper case, as sgdisk and Microsoft print them.
 */
import { randomUUID } from "node:crypto";
import type { Field } from "../block/struct.ts";

/** A source of new GUIDs, so that a test or a reproducible build can supply its own. */
export type GuidSource = () => string;

export const NIL_GUID = "00000000-0000-0000-0000-000000000000";

const GUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const randomGuid: GuidSource = () => randomUUID().toUpperCase();

export function isGuid(text: string): boolean {
  return GUID_PATTERN.test(text);
}

/** The text of the 16 bytes at `at`. */
export function decodeGuid(from: Buffer, at = 0): string {
  const first = digits(from.readUInt32LE(at), 8);
  const second = digits(from.readUInt16LE(at + 4), 4);
  const third = digits(from.readUInt16LE(at + 6), 4);
  const rest = from.toString("hex", at + 8, at + 16);
  return `${first}-${second}-${third}-${rest.slice(0, 4)}-${rest.slice(4)}`.toUpperCase();
}

function digits(value: number, length: number): string {
  return value.toString(16).padStart(length, "0");
}

/** The 16 bytes of a GUID. @throws RangeError where `text` isn't one: callers check foreign text with `isGuid`. */
export function encodeGuid(text: string): Buffer {
  if (!isGuid(text)) throw new RangeError(`not a GUID: ${text}`);
  const raw = Buffer.from(text.replaceAll("-", ""), "hex");
  raw.subarray(0, 4).reverse();
  raw.subarray(4, 6).reverse();
  raw.subarray(6, 8).reverse();
  return raw;
}

/** A GUID as a field of a structure. */
export const guid: Field<string> = {
  size: 16,
  read: decodeGuid,
  write: (into, at, value) => void encodeGuid(value).copy(into, at),
};
