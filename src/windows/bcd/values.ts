/**
 * The values of BCD elements, by the format in the element's identifier: what the registry holds for them, and what it means
 * (Microsoft's BCD reference: BcdDeviceElement, BcdStringElement …).
 */
import type { BcdDevice } from "./device/device.ts";
import { decodeDevice } from "./device/decode.ts";
import { encodeDevice } from "./device/encode.ts";
import type { ElementFormat } from "./element-id.ts";
import { elementFormat } from "./element-id.ts";
import type { ObjectId } from "./object-id.ts";
import { canonicalId } from "./object-id.ts";

/** Registry types that elements have (winnt.h). */
export const REG = { sz: 1, binary: 3, dword: 4, multiSz: 7 } as const;

/** As the registry has it. */
export interface ElementData {
  /** REG_BINARY 3 … */
  readonly type: number;
  readonly data: Buffer;
}

export type ElementValue =
  | { readonly format: "device"; readonly device: BcdDevice }
  | { readonly format: "string"; readonly text: string }
  | { readonly format: "object"; readonly id: ObjectId }
  | { readonly format: "object-list"; readonly ids: readonly ObjectId[] }
  | { readonly format: "integer"; readonly integer: bigint }
  | { readonly format: "boolean"; readonly boolean: boolean }
  | { readonly format: "integer-list"; readonly integers: readonly bigint[] }
  /** What can't be read as its identifier wants. */
  | { readonly format: "unknown"; readonly bytes: Buffer };

/** The registry type that Windows stores each format with. */
export function registryTypeOf(format: ElementFormat): number {
  if (format === "string" || format === "object") return REG.sz;
  return format === "object-list" ? REG.multiSz : REG.binary;
}

/** Never fails: damaged values come back as `unknown`, with their bytes. */
export function decodeValue(id: number, { type, data }: ElementData): ElementValue {
  const format = elementFormat(id);
  const value = type === registryTypeOf(format) ? decodeAs(format, data) : undefined;
  return value ?? { format: "unknown", bytes: data };
}

function decodeAs(format: ElementFormat, data: Buffer): ElementValue | undefined {
  switch (format) {
    case "device": {
      const device = decodeDevice(data);
      return device && { format, device };
    }
    case "string":
      return data.length % 2 === 0 ? { format, text: decodeString(data) } : undefined;
    case "object": {
      const id = canonicalId(decodeString(data));
      return id === undefined ? undefined : { format, id };
    }
    case "object-list": {
      const ids = decodeStrings(data).map(canonicalId);
      const whole = ids.filter((id) => id !== undefined);
      return whole.length === ids.length ? { format, ids: whole } : undefined;
    }
    case "integer":
      // Windows writes eight bytes; stores of ISOs and BCD-Template have as few as the number takes.
      if (data.length === 0 || data.length > 8) return undefined;
      return { format, integer: readInteger(data) };
    case "boolean":
      return data.length === 1 ? { format, boolean: data[0] !== 0 } : undefined;
    case "integer-list": {
      if (data.length % 8 !== 0) return undefined;
      const count = data.length / 8;
      const integers = Array.from({ length: count }, (_, index) => data.readBigUInt64LE(index * 8));
      return { format, integers };
    }
    case "unknown":
      return undefined;
  }
}

/** As Windows writes it. */
export function encodeValue(value: ElementValue): ElementData {
  const type = registryTypeOf(value.format);
  switch (value.format) {
    case "device":
      return { type, data: encodeDevice(value.device) };
    case "string":
      return { type, data: encodeString(value.text) };
    case "object":
      return { type, data: encodeString(value.id) };
    case "object-list":
      return { type, data: encodeString(value.ids.map((id) => `${id}\0`).join("")) };
    case "integer":
      return { type, data: encodeIntegers([value.integer]) };
    case "boolean":
      return { type, data: Buffer.from([value.boolean ? 1 : 0]) };
    case "integer-list":
      return { type, data: encodeIntegers(value.integers) };
    case "unknown":
      return { type, data: value.bytes };
  }
}

/** Up to the first NUL: some tools write two. */
export function decodeString(data: Buffer): string {
  return data.toString("utf16le").split("\0", 1)[0] ?? "";
}

/** With its NUL. */
export function encodeString(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf16le");
}

/** Of a REG_MULTI_SZ. */
function decodeStrings(data: Buffer): string[] {
  const texts = data.toString("utf16le").split("\0");
  const end = texts.indexOf("");
  return end === -1 ? texts : texts.slice(0, end);
}

function readInteger(data: Buffer): bigint {
  const filled = Buffer.alloc(8);
  data.copy(filled);
  return filled.readBigUInt64LE();
}

function encodeIntegers(integers: readonly bigint[]): Buffer {
  const data = Buffer.alloc(integers.length * 8);
  for (const [index, integer] of integers.entries()) data.writeBigUInt64LE(integer, index * 8);
  return data;
}
