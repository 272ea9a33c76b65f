/**
 * On-disk structures as data: a list of fields with types, whose sizes must add up to the size that the specification gives.
 * Decoding checks the length that is there; encoding writes every byte.
 */
import { LifeboatError } from "../system/errors.ts";
import { say } from "./messages.ts";

/** A field of fixed size: how it is read from a buffer and written to one. */
export interface Field<T> {
  readonly size: number;
  read(from: Buffer, at: number): T;
  write(into: Buffer, at: number, value: T): void;
}

export const u8: Field<number> = {
  size: 1,
  read: (from, at) => from.readUInt8(at),
  write: (into, at, value) => void into.writeUInt8(value, at),
};

export const u16le: Field<number> = {
  size: 2,
  read: (from, at) => from.readUInt16LE(at),
  write: (into, at, value) => void into.writeUInt16LE(value, at),
};

export const u32le: Field<number> = {
  size: 4,
  read: (from, at) => from.readUInt32LE(at),
  write: (into, at, value) => void into.writeUInt32LE(value, at),
};

export const u64le: Field<bigint> = {
  size: 8,
  read: (from, at) => from.readBigUInt64LE(at),
  write: (into, at, value) => void into.writeBigUInt64LE(value, at),
};

/** Raw bytes. Reading copies them, so that the result does not keep the sector alive. */
export function bytes(size: number): Field<Buffer> {
  return {
    size,
    read: (from, at) => Buffer.from(from.subarray(at, at + size)),
    write: (into, at, value) => {
      if (value.length !== size)
        throw new RangeError(`${value.length} bytes for a field of ${size}`);
      value.copy(into, at);
    },
  };
}

/** Text of one byte a character (ASCII in every use), padded on the right; reading keeps the padding. */
export function ascii(size: number, padding = " "): Field<string> {
  return {
    size,
    read: (from, at) => from.toString("latin1", at, at + size),
    write: (into, at, value) => void into.write(value.padEnd(size, padding), at, size, "latin1"),
  };
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type ValueOf<F> = F extends Field<infer T> ? T : never;

/** The value that a structure decodes to: `Infer<typeof GptHeader>`. */
export type Infer<S> =
  S extends Struct<infer F> ? { -readonly [K in keyof F]: ValueOf<F[K]> } : never;

type Decoded<F> = { -readonly [K in keyof F]: ValueOf<F[K]> };

export class Struct<F extends Fields> {
  readonly name: string;
  readonly size: number;
  readonly #fields: [string, Field<unknown>, number][] = [];

  /** @param size bytes by the specification; the fields must fill them exactly. */
  constructor(name: string, size: number, fields: F) {
    let at = 0;
    for (const [key, field] of Object.entries(fields)) {
      this.#fields.push([key, field, at]);
      at += field.size;
    }
    if (at !== size) throw new RangeError(`${name}: fields take ${at} bytes, the format ${size}`);
    this.name = name;
    this.size = size;
  }

  /** @throws LifeboatError `truncated-structure` where fewer than `size` bytes follow `at`. */
  decode(from: Buffer, at = 0): Decoded<F> {
    if (at < 0 || at + this.size > from.length) {
      const got = Math.max(0, from.length - at);
      throw new LifeboatError(
        "truncated-structure",
        say.truncatedStructure(this.name, this.size, got),
        { kind: "damaged" },
      );
    }
    const value: Record<string, unknown> = {};
    for (const [key, field, offset] of this.#fields) value[key] = field.read(from, at + offset);
    return value as Decoded<F>;
  }

  encode(value: Decoded<F>): Buffer {
    const into = Buffer.alloc(this.size);
    for (const [key, field, offset] of this.#fields) {
      field.write(into, offset, (value as Record<string, unknown>)[key]);
    }
    return into;
  }
}
