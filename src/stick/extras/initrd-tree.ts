/**
 * What is to be put into an initrd: a tree of files, collected from folders and archives. Whatever these say, nothing lies outside
 * of the initrd's root, nothing lies below a link, and there is an end to its size.
 */
import type { CpioEntry } from "../../boot/cpio.ts";
import { encodeCpio } from "../../boot/cpio.ts";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";

/** All of it is in memory twice while a computer starts, and lies on the ESP. */
export const MOST_BYTES = 64 * MIB;
export const MOST_ENTRIES = 20_000;
/** Of an archive: its root, and the ends of several archives after each other, have headers too. */
export const MOST_HEADERS = MOST_ENTRIES + 100;
/** Linux' PATH_MAX is 4,096, with what the hook puts before it. */
const LONGEST_PATH = 4_000;
/** Folders within each other. No initrd has more than a dozen. */
const DEEPEST = 100;
const LONGEST_NAME = 255;
/** Of the initrd: its own files are the hook's. */
const HOOK_FOLDER = "lifeboat";
/** What lies there is for the running system, which mounts something over all other folders below /run. */
const RUNNING = "run/lifeboat";

export interface FileMember {
  readonly kind: "file";
  readonly data: Uint8Array;
  readonly mode?: number;
}

export type Member =
  | { readonly kind: "folder"; readonly mode?: number }
  | FileMember
  | { readonly kind: "link"; readonly target: string };

/** What can't be put into an initrd: the reason, for the settings' line that wanted it. */
export function refusal(text: Text): LifeboatError {
  return new LifeboatError("not-for-initrd", text, { kind: "usage" });
}

export class InitrdTree {
  #members: Map<string, Member>;
  #bytes: number;

  constructor(from?: InitrdTree) {
    this.#members = new Map(from === undefined ? [] : from.#members);
    this.#bytes = from === undefined ? 0 : from.#bytes;
  }

  /** Takes over all of another tree: what was tried with a copy of this one. */
  become(other: InitrdTree): void {
    this.#members = other.#members;
    this.#bytes = other.#bytes;
  }

  /** How many bytes it may still take. */
  get room(): number {
    return MOST_BYTES - this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /**
   * A later file takes the place of an earlier one of the same path; folders above it are made.
   * @param path of the initrd, with or without a slash at its beginning.
   * @throws LifeboatError `not-for-initrd`.
   */
  add(path: string, member: Member): void {
    const names = namesOf(path);
    const own = names.join("/");
    if (names.length === 0) {
      if (member.kind === "folder") return;
      throw refusal(say.badPath(path));
    }
    if (names[0] === HOOK_FOLDER) throw refusal(say.ownFolder(path));
    for (let depth = 1; depth < names.length; depth++) {
      this.#makeFolder(names.slice(0, depth).join("/"), path);
    }
    const there = this.#members.get(own);
    const folder = member.kind === "folder";
    if (there !== undefined && (there.kind === "folder") !== folder) {
      throw refusal(say.isFolder(path));
    }
    // The hook copies it as a folder.
    if (own === RUNNING && !folder) throw refusal(say.isFolder(path));
    if (member.kind === "link" && !isTarget(member.target)) throw refusal(say.badPath(path));
    this.#put(own, member, there);
  }

  /** The file that is there so far. */
  find(path: string): Member | undefined {
    return this.#members.get(namesOf(path).join("/"));
  }

  /** A cpio for the hook, which copies it into the initrd. The same tree gives the same bytes. */
  toCpio(): Buffer {
    const sorted = [...this.#members].toSorted(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const entries = sorted.map(([path, member]) => entryOf(placeOf(path), member));
    return encodeCpio([{ path: HOOK_FOLDER }, { path: `${HOOK_FOLDER}/root` }, ...entries]);
  }

  #makeFolder(path: string, below: string): void {
    const there = this.#members.get(path);
    if (there === undefined) this.#put(path, { kind: "folder" }, undefined);
    else if (there.kind !== "folder") throw refusal(say.throughLink(below, path));
  }

  #put(path: string, member: Member, before: Member | undefined): void {
    const bytes = sizeOf(member) - (before === undefined ? 0 : sizeOf(before));
    if (bytes > this.room) throw refusal(say.tooMuch(MOST_BYTES));
    if (before === undefined && this.#members.size >= MOST_ENTRIES) {
      throw refusal(say.tooMany(MOST_ENTRIES));
    }
    this.#bytes += bytes;
    this.#members.set(path, member);
  }
}

/** @throws LifeboatError `not-for-initrd`. */
function namesOf(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  const fits = names.every(
    (name) => name !== ".." && !name.includes("\0") && Buffer.byteLength(name) <= LONGEST_NAME,
  );
  if (!fits || names.length > DEEPEST || Buffer.byteLength(path) > LONGEST_PATH)
    throw refusal(say.badPath(path));
  return names;
}

/** It may lead anywhere in the initrd: the kernel makes the link and doesn't follow it. */
function isTarget(target: string): boolean {
  return target !== "" && !target.includes("\0") && Buffer.byteLength(target) <= LONGEST_PATH;
}

function sizeOf(member: Member): number {
  return member.kind === "file" ? member.data.length : 0;
}

/** A folder comes before what lies in it, whatever characters names have. */
function sortKey(path: string): string {
  return path.replaceAll("/", "\0");
}

/** Where the hook looks for it (payloads/hook/common). */
function placeOf(path: string): string {
  if (path === RUNNING) return `${HOOK_FOLDER}/run`;
  if (path.startsWith(`${RUNNING}/`)) return `${HOOK_FOLDER}/${path.replace(RUNNING, "run")}`;
  return `${HOOK_FOLDER}/root/${path}`;
}

/** Owner root, and no program that makes somebody root: archives know other computers' users. */
function entryOf(path: string, member: Member): CpioEntry {
  switch (member.kind) {
    case "folder":
      return { path, mode: (member.mode ?? 0o755) & 0o1777 };
    case "file":
      return { path, data: member.data, mode: (member.mode ?? 0o644) & 0o777 };
    case "link":
      return { path, data: Buffer.from(member.target), link: true };
  }
}
