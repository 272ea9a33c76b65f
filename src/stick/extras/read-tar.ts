/** Reads tar archives: ustar, GNU's and pax, as tar-stream does; it checks no names, so the tree does. */
import { extract } from "tar-stream";
import type { Extract } from "tar-stream";
import { LifeboatError } from "../../system/errors.ts";
import type { InitrdTree, Member } from "./initrd-tree.ts";
import { MOST_BYTES, MOST_ENTRIES, MOST_HEADERS, refusal } from "./initrd-tree.ts";
import { say } from "./messages.ts";

type TarEntry = Extract extends AsyncIterable<infer Entry> ? Entry : never;

/** The magic of ustar, which GNU's and pax have too (POSIX, "ustar Interchange Format"). */
export function isTar(bytes: Buffer): boolean {
  return bytes.length >= 512 && bytes.toString("latin1", 257, 262) === "ustar";
}

/** @throws LifeboatError `not-for-initrd`. */
export async function readTar(bytes: Buffer, tree: InitrdTree): Promise<void> {
  const reader = extract();
  try {
    reader.end(bytes);
    let headers = 0;
    for await (const entry of reader) {
      // Not all become members of the tree, which counts those: a name may come again and again.
      if (++headers > MOST_HEADERS) throw refusal(say.tooMany(MOST_ENTRIES));
      tree.add(entry.header.name, await memberOf(entry, tree));
    }
  } catch (error) {
    if (error instanceof LifeboatError) throw error;
    throw refusal(say.damaged(error instanceof Error ? error.message : String(error)));
  } finally {
    reader.destroy();
  }
}

async function memberOf(entry: TarEntry, tree: InitrdTree): Promise<Member> {
  const { name, type, linkname, mode, size } = entry.header;
  // tar-stream takes some fields for no number, and never ends the stream of such a member.
  if (!Number.isSafeInteger(size)) throw refusal(say.damaged(`tar, ${name}`));
  switch (type) {
    case "file":
    case "contiguous-file": {
      if (size > tree.room) throw refusal(say.tooMuch(MOST_BYTES));
      return { kind: "file", data: await contentOf(entry), mode };
    }
    case "directory":
      // tar-stream never ends the stream of one that says it has content.
      if (size !== 0) throw refusal(say.damaged(`tar, ${name}`));
      await contentOf(entry);
      return { kind: "folder", mode };
    case "symlink":
      await contentOf(entry);
      return { kind: "link", target: linkname };
    case "link": {
      await contentOf(entry);
      const target = tree.find(linkname);
      if (target?.kind === "file") return target;
      throw refusal(say.noTarget(name, linkname));
    }
    case "block-device":
    case "character-device":
    case "fifo":
      throw refusal(say.special(name));
    default:
      // What only some programs know, such as files with holes.
      throw refusal(say.special(name));
  }
}

/** What the archive says of its size has been looked at: no more than that comes. */
async function contentOf(entry: TarEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
