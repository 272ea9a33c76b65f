/** Changes to an image in place: noise, and values that lengths, counts and pointers are tripped by. */
import type { Random } from "../support/random.ts";
import { pick } from "../support/random.ts";
import type { Area } from "./reader.ts";
import type { Scratch } from "./scratch.ts";

const BYTES = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xfe, 0xff];
const NUMBERS = [0n, 1n, 2n, 3n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0xffffn, 0x10000n];
const LARGE = [0x7fffffffn, 0x80000000n, 0xfffffff0n, 0xfffffffen, 0xffffffffn, 1n << 32n];
const HUGE = [(1n << 53n) - 1n, 1n << 53n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n];
/** What structures of these formats are aligned to. */
const RECORDS = [8, 16, 32, 64, 128, 512, 1024, 2048];
const MOST_CHANGES = 8;
const SECTOR = 512;

/** The sectors that aren't all zero. */
export function usedSectors(bytes: Buffer): Area[] {
  const zeroes = Buffer.alloc(SECTOR);
  const used: Area[] = [];
  for (let start = 0; start < bytes.length; start += SECTOR) {
    const length = Math.min(SECTOR, bytes.length - start);
    if (zeroes.compare(bytes, start, start + length, 0, length) !== 0) used.push({ start, length });
  }
  return used;
}

/**
 * Changes `image` in one to eight places, most of them in `hot`.
 * @returns how long the image is now, in bytes: one of sixteen is cut.
 */
export function changeImage(
  image: Scratch,
  hot: readonly Area[],
  used: readonly Area[],
  random: Random,
): number {
  const place = (): number => {
    const area = pick(hot.length > 0 && random(8) !== 0 ? hot : used, random);
    return area.start + random(area.length);
  };
  for (let left = 1 + random(random(MOST_CHANGES) + 1); left > 0; left--) {
    changeOnce(image, place(), place(), random);
  }
  if (random(16) !== 0) return image.size;
  return random(2) === 0 ? random(image.size) : Math.min(image.size, place());
}

function changeOnce(image: Scratch, at: number, from: number, random: Random): void {
  switch (random(10)) {
    case 0:
    case 1: {
      const [byte] = [image.change(at, 1)];
      byte[0] = (byte[0] ?? 0) ^ (1 << random(8));
      break;
    }
    case 2:
      image.change(at, 1)[0] = random(2) === 0 ? pick(BYTES, random) : random(256);
      break;
    case 3:
    case 4:
    case 5:
      setNumber(image, at, random);
      break;
    case 6:
      addToNumber(image, at, random);
      break;
    case 7: {
      // What is a pointer there may be one here.
      const length = pick([2, 4, 8], random);
      const source = Buffer.from(image.bytes.subarray(from - (from % length)).subarray(0, length));
      image.change(at - (at % length), length).set(cut(source, image.size - (at - (at % length))));
      break;
    }
    case 8: {
      const length = pick(RECORDS, random);
      const source = from - (from % length);
      const target = at - (at % length);
      const record = Buffer.from(image.bytes.subarray(source, source + length));
      const other = Buffer.from(image.bytes.subarray(target, target + length));
      image.change(target, length).set(cut(record, image.size - target));
      if (random(2) === 0) image.change(source, length).set(cut(other, image.size - source));
      break;
    }
    default:
      image.change(at, 1 + random(32)).fill(pick(BYTES, random));
  }
}

function cut(bytes: Buffer, length: number): Buffer {
  return bytes.subarray(0, Math.max(0, length));
}

/** An extreme, or something that lies just around the image's own size, in a field of two, four or eight bytes. */
function setNumber(image: Scratch, at: number, random: Random): void {
  const length = pick([2, 4, 4, 8], random);
  const size = BigInt(image.size);
  const unit = BigInt(pick([1, 512, 1024, 2048, 4096], random));
  const value = pick(
    [
      pick(NUMBERS, random),
      pick(LARGE, random),
      pick(HUGE, random),
      size / unit + BigInt(random(3)) - 1n,
      BigInt(random(1 << 16)),
    ],
    random,
  );
  write(image, at - (at % length), length, value, random);
}

function addToNumber(image: Scratch, at: number, random: Random): void {
  const length = pick([1, 2, 4], random);
  const start = at - (at % length);
  if (start + length > image.size) return;
  const old = BigInt(image.bytes.readUIntLE(start, length));
  const step = BigInt(1 + random(16));
  write(image, start, length, random(2) === 0 ? old + step : old - step, random);
}

/** Big-endian one time in four: ISO 9660 has both. */
function write(image: Scratch, at: number, length: number, value: bigint, random: Random): void {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt.asUintN(64, value));
  const low = field.subarray(0, length);
  if (random(4) === 0) low.reverse();
  image.change(at, length).set(cut(low, image.size - at));
}
