/**
 * The file format of a saved boot stage (docs/upgrade.md describes it): a head of 64 bytes, the sections, each compressed by itself
 * with gzip, and at the end a header in JSON that says what they are. The head names the header's place and SHA-256, the header each
 * section's: a file that was cut short or changed anywhere shows it before anything of it is used.
 */
import { z } from "zod";
import { Struct, bytes, u32le, u64le } from "../../block/struct.ts";
import { sha256Of } from "../../boot/kit/kit.ts";
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import { say } from "./messages.ts";
import { PLACE_KINDS } from "./places.ts";

/** Raised when an earlier lifeboat can't bring back what this one saves. */
export const BACKUP_FORMAT = 1;

/** The line breaks show a transfer that changed them, the ^Z ends it for a DOS `type`. */
const MAGIC = Buffer.from("LIFEBOATBOOT\r\n\x1a\n", "latin1");

export const Head = new Struct("boot backup head", 64, {
  magic: bytes(16),
  format: u32le,
  headerBytes: u32le,
  headerOffset: u64le,
  headerSha256: bytes(32),
});

/** An ESP of 2 GiB in clusters of 512 bytes, every other one in use, has a header of this size; none is that bad. */
const MOST_HEADER_BYTES = 32 * MIB;
/** One list of extents that no code of ours makes longer. */
const MOST_SECTIONS = 64;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytesField = z.number().int().nonnegative();

const section = z.object({
  kind: z.enum(PLACE_KINDS),
  partition: z.number().int().positive().optional(),
  /** Bytes of the disk, [start, length], in ascending order; the section's content is all of them, one after the other. */
  extents: z.array(z.tuple([bytesField, z.number().int().positive()])).min(1),
  /** Of the content. */
  sha256,
  /** Where the compressed content lies in the file. */
  offset: bytesField,
  storedBytes: bytesField,
});

const headerSchema = z.object({
  /** lifeboat's version that wrote it. */
  lifeboat: z.string(),
  /** ISO 8601. */
  created: z.string(),
  disk: z.object({
    scheme: z.enum(["gpt", "mbr"]),
    /** Disk GUID or signature, as `inspect` shows it. */
    id: z.string(),
    sizeBytes: bytesField,
    sectorSize: z.union([z.literal(512), z.literal(1024), z.literal(2048), z.literal(4096)]),
  }),
  sections: z.array(section).min(1).max(MOST_SECTIONS),
});

export type BackupHeader = z.infer<typeof headerSchema>;
export type BackupSection = z.infer<typeof section>;

/** The head and the header of a file whose sections end at `headerOffset`. */
export function encodeHeader(header: BackupHeader, headerOffset: number) {
  const json = Buffer.from(JSON.stringify(header));
  const head = Head.encode({
    magic: MAGIC,
    format: BACKUP_FORMAT,
    headerBytes: json.length,
    headerOffset: BigInt(headerOffset),
    headerSha256: Buffer.from(sha256Of(json), "hex"),
  });
  return { head, json };
}

/** @throws LifeboatError `not-a-backup`, `newer-backup`, `backup-damaged`. */
export function decodeHead(head: Buffer, fileBytes: number, path: string) {
  const { magic, format, headerBytes, headerOffset, headerSha256 } = Head.decode(head);
  if (!magic.equals(MAGIC)) {
    throw new LifeboatError("not-a-backup", say.notABackup(path), { kind: "usage" });
  }
  if (format > BACKUP_FORMAT) {
    throw new LifeboatError("newer-backup", say.newerBackup(path, format), {
      kind: "refused",
      hint: say.newerBackupHint(),
    });
  }
  const offset = Number(headerOffset);
  const fits =
    headerBytes <= MOST_HEADER_BYTES &&
    headerOffset >= BigInt(Head.size) &&
    headerOffset + BigInt(headerBytes) === BigInt(fileBytes);
  if (!fits) throw damaged(path, "header");
  return { headerBytes, headerOffset: offset, headerSha256 };
}

/**
 * Parses and checks the header; whether its extents fit the disk is for `planRestore` to see.
 * @throws LifeboatError `backup-damaged`.
 */
export function decodeHeader(
  json: Buffer,
  { headerSha256, headerOffset }: ReturnType<typeof decodeHead>,
  path: string,
): BackupHeader {
  if (sha256Of(json) !== headerSha256.toString("hex")) throw damaged(path, "header");
  let value: unknown;
  try {
    value = JSON.parse(json.toString("utf8"));
  } catch {
    throw damaged(path, "header");
  }
  const parsed = headerSchema.safeParse(value);
  if (!parsed.success) throw damaged(path, parsed.error.issues[0]?.path.join(".") ?? "header");
  const { sections, disk } = parsed.data;
  for (const [index, one] of sections.entries()) {
    const stored = one.offset >= Head.size && one.offset + one.storedBytes <= headerOffset;
    let end = 0;
    const ordered = one.extents.every(([start, length]) => {
      const follows = start >= end && start % disk.sectorSize === 0;
      end = start + length;
      return follows && length % disk.sectorSize === 0 && end <= disk.sizeBytes;
    });
    if (!stored || !ordered) throw damaged(path, `sections.${index}`);
  }
  return parsed.data;
}

export function damaged(path: string, where: string): LifeboatError {
  return new LifeboatError("backup-damaged", say.backupDamaged(path, where), {
    kind: "damaged",
    hint: say.backupDamagedHint(),
  });
}

export function contentBytes({ extents }: Pick<BackupSection, "extents">): number {
  return extents.reduce((sum, [, length]) => sum + length, 0);
}
