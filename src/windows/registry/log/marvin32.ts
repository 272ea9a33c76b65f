/**
 * Marvin32, the checksum of log entries: Microsoft's patent US 8,555,053 describes it, and .NET hashes strings with it.
 * 64 bits of state, mixed with each word of 32 bits.
 */

/** The seed of log entries: the specification's bytes are the number from its highest byte on (seen in logs of Windows 10). */
const LOG_SEED = 0x82ef_4d88_7a4e_55c5n;

/** Of a log entry's bytes, as it is stored. */
export function marvin32(data: Buffer, seed: bigint = LOG_SEED): bigint {
  let low = Number(seed & 0xffff_ffffn);
  let high = Number(seed >> 32n);
  const mix = () => {
    high ^= low;
    low = (rotate(low, 20) + high) | 0;
    high = rotate(high, 9) ^ low;
    low = (rotate(low, 27) + high) | 0;
    high = rotate(high, 19);
  };
  const whole = data.length - (data.length % 4);
  for (let at = 0; at < whole; at += 4) {
    low = (low + data.readInt32LE(at)) | 0;
    mix();
  }
  // What is left of the last word, and a byte that marks where it ends.
  const last = Buffer.alloc(4);
  data.copy(last, 0, whole);
  last.writeUInt8(0x80, data.length - whole);
  low = (low + last.readInt32LE()) | 0;
  mix();
  mix();
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
