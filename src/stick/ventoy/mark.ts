/**
 * The mark of an upgrade under way: it stands in the place of the boot sector of Ventoy's partition from before the first write to after
 * the last one. So a stick whose upgrade was cut short tells on any computer what happened to it and what brings it to an end. A stick of
 * lifeboat's that becomes a Ventoy stick has it as well, first in the place of its own EFI system partition's boot sector.
 */
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { Struct, bytes, u16le, u32le } from "../../block/struct.ts";

/** One sector: it is there, or it isn't. */
export const MARK_BYTES = 512;
const JSON_BYTES = 490;
/** The last two bytes of a boot sector stay zero: nothing takes the mark for one. */
const MOST_JSON_BYTES = JSON_BYTES - 2;
const MAGIC = Buffer.from("LIFEBOAT-UPGRADE", "latin1");

const MarkSector = new Struct("upgrade mark", MARK_BYTES, {
  magic: bytes(16),
  crc: u32le,
  jsonBytes: u16le,
  json: bytes(JSON_BYTES),
});

const markSchema = z.object({
  /** Ventoy's version on the stick before; empty where it couldn't be read. */
  from: z.string().max(64),
  to: z.string().max(64),
  /** Whether the stick is to have Ventoy's files for Secure Boot. */
  secureBoot: z.boolean(),
  /** The file with what the stick had before: its path on the computer that made it, or its name. */
  backup: z.string().max(MOST_JSON_BYTES),
  /** ISO 8601. */
  started: z.string().max(40),
  /** There where it is no upgrade: the stick was lifeboat's own. */
  was: z.literal("lifeboat").optional(),
});

export type UpgradeMark = z.infer<typeof markSchema>;

/** One sector of 512 bytes. */
export function encodeMark(mark: UpgradeMark): Buffer {
  const cut = { ...mark, from: mark.from.slice(0, 32), to: mark.to.slice(0, 32) };
  const candidates = [mark.backup, basename(mark.backup), ""];
  const json = candidates
    .map((backup) => Buffer.from(JSON.stringify({ ...cut, backup })))
    .find(({ length }) => length <= MOST_JSON_BYTES);
  if (json === undefined) throw new RangeError("the mark doesn't fit into a sector");
  return MarkSector.encode({
    magic: MAGIC,
    crc: crc32(json),
    jsonBytes: json.length,
    json: Buffer.concat([json, Buffer.alloc(JSON_BYTES - json.length)]),
  });
}

/** Undefined for what is no mark, or no whole one. */
export function decodeMark(sector: Buffer): UpgradeMark | undefined {
  const { magic, crc, jsonBytes, json } = MarkSector.decode(sector);
  if (!magic.equals(MAGIC) || jsonBytes > MOST_JSON_BYTES) return undefined;
  const text = json.subarray(0, jsonBytes);
  if (crc32(text) !== crc) return undefined;
  try {
    return markSchema.safeParse(JSON.parse(text.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
