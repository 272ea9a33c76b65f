/**
 * Unpacks xz, with xz-embedded as WebAssembly (the package xz-decompress): dictionaries of up to 64 MiB, and the checks CRC32, which
 * Ventoy's releases have, and CRC64. Format: https://tukaani.org/xz/xz-file-format.txt
 */
import { setImmediate } from "node:timers/promises";
// All of what a CommonJS module exports: Node finds no single names in this one.
import xz from "xz-decompress";
import { say } from "./messages.ts";
import { damage, refusal } from "./refusal.ts";

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
/** Of the stream flags: which check the blocks have. */
const CHECK_OFFSET = 7;
const NO_CHECK = 0;
/** What the decoder answers, as far as it is told apart (xz-embedded: linux/include/linux/xz.h, `enum xz_ret`). */
const WORDS: Readonly<Record<string, string>> = {
  "3": "xz: no memory",
  "4": "xz: dictionary larger than 64 MiB",
  "5": "xz: no xz format",
  "6": "xz: filter or check that lifeboat doesn't know",
  "7": "xz: wrong data or checksum",
  "8": "xz: it ends too early",
};

/**
 * @param path the member's, for messages.
 * @param sizeBytes what there must be, to the byte. Decoding stops where there is more.
 * @throws LifeboatError `ventoy-archive-damaged`, `ventoy-archive-size`.
 */
export async function unpackXz(packed: Buffer, sizeBytes: number, path: string): Promise<Buffer> {
  const { length } = MAGIC;
  if (!packed.subarray(0, length).equals(MAGIC)) {
    throw refusal("ventoy-archive-damaged", say.damagedMember(path, "no xz"));
  }
  if (((packed[CHECK_OFFSET] ?? 0) & 0x0f) === NO_CHECK) {
    throw refusal("ventoy-archive-damaged", say.noCheck(path));
  }
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(packed);
      controller.close();
    },
  });
  const reader = new xz.XzReadableStream(source).getReader();
  const content = Buffer.alloc(sizeBytes);
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw damage(inWords(error), path);
    });
    if (done) break;
    if (filled + value.length > sizeBytes) {
      await stop(reader);
      throw refusal("ventoy-archive-size", say.wrongSize(path, sizeBytes, undefined));
    }
    content.set(value, filled);
    filled += value.length;
  }
  if (filled === sizeBytes) return content;
  throw refusal("ventoy-archive-size", say.wrongSize(path, sizeBytes, filled));
}

/**
 * The decoder is shared by all streams, and held until a stream ends, fails or is cancelled. It decodes one chunk ahead, and must not be
 * cancelled in the middle of that: all its input is in memory, so it is done with that before the event loop turns.
 */
async function stop(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  await setImmediate();
  // Where that was the last chunk, it has let go of the decoder already and says so with an error.
  await reader.cancel().catch(() => undefined);
}

function inWords(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const code = /error code (?<code>\d+)$/.exec(message)?.groups?.["code"] ?? "";
  return new Error(WORDS[code] ?? message, { cause: error });
}
