/** Reads `.tar.gz` as a stream: ustar, GNU's and pax, as tar-stream does, which checks no names and no sizes. */
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { Header } from "tar-stream";
import { contentOf, MOST_BYTES, MOST_MEMBERS } from "./members.ts";
import type { MemberHeader, ReleaseMembers } from "./members.ts";
import { say } from "./messages.ts";
import { damage, refusal } from "./refusal.ts";

/** All that members may have, and two blocks for each of them: what comes behind an archive's end is counted as well. */
const MOST_TAR_BYTES = MOST_BYTES + MOST_MEMBERS * 1024;

/** @throws LifeboatError `ventoy-archive-damaged`, `-too-large` and those of `ReleaseMembers`; what reading the file throws. */
export async function readTarGz(path: string, members: ReleaseMembers): Promise<void> {
  const tar = extract();
  const fed = pipeline(createReadStream(path), createGunzip(), countingBytes(), tar);
  // The loop is where errors come out; this only keeps one from being thrown twice.
  fed.catch(() => undefined);
  try {
    for await (const entry of tar) {
      const header = headerOf(entry.header);
      const part = members.enter(header);
      if (part === undefined) for await (const chunk of entry) void chunk;
      else members.keep(part, await contentOf(entry, part, header.sizeBytes));
    }
    // gzip's own checksum comes behind the last member.
    await fed;
  } catch (error) {
    throw damage(error);
  } finally {
    tar.destroy();
    await fed.catch(() => undefined);
  }
}

function headerOf({ name, type, size }: Header): MemberHeader {
  const isFile = type === "file" || type === "contiguous-file";
  const kind = isFile ? "file" : type === "directory" ? "folder" : "other";
  // One that isn't a number becomes null.
  return { name, kind, sizeBytes: size ?? Number.NaN };
}

/** A few MiB of gzip may become gigabytes. */
function countingBytes(): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total <= MOST_TAR_BYTES) done(null, chunk);
      else done(refusal("ventoy-archive-too-large", say.unpacksTooLarge(MOST_BYTES)));
    },
  });
}
