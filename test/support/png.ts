/** Reads what a drawing program made of a picture: PNG with 8 bits a channel, RGB or RGBA, not interlaced (W3C, PNG, third edition). */
import { inflateSync } from "node:zlib";
import type { Picture } from "../../src/boot/qemu/picture.ts";

const SIGNATURE_BYTES = 8;
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** The colours; transparency is left out. @throws Error for other kinds of PNG. */
export function decodePng(bytes: Buffer): Picture {
  let header = Buffer.alloc(13);
  const parts: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = Buffer.from(data);
    if (type === "IDAT") parts.push(data);
    at += 12 + length;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = CHANNELS[header[9] ?? 0];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) {
    throw new Error("a PNG of another kind");
  }
  const rows = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < pixels.length; index++) {
    pixels[index] = rows.readUIntBE(index * channels, 3);
  }
  return { width, height, pixels };
}

/** Section 9 of the specification. */
function unfiltered(data: Buffer, stride: number, height: number, channels: number): Buffer {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (out[at - channels] ?? 0);
      const up = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (out[at - stride - channels] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(estimate - value));
  if ((a ?? 0) <= (b ?? 0) && (a ?? 0) <= (c ?? 0)) return left;
  return (b ?? 0) <= (c ?? 0) ? up : corner;
}
