/**
 * SBAT, by which whole generations of boot loaders are revoked: what a program says of itself in its section `.sbat`, and the
 * level that shim holds against it (rhboot/shim, SBAT.md). Both are lines of comma-separated values: component, generation, ….
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { readSection } from "../pe-sections.ts";

/** Component → generation. */
export type SbatGenerations = ReadonlyMap<string, number>;

export interface Revocation {
  readonly component: string;
  readonly has: number;
  readonly needs: number;
}

/** Real sections take a few hundred bytes. */
const MOST_BYTES = 64 << 10;
const MOST_LINES = 256;
/** In shim's own section: version, then where both levels begin, as seen from behind the version. */
const LEVEL_HEADER_BYTES = 12;
const LEVEL_OFFSETS_FROM = 4;

/** Of a PE file; undefined where it has no such section. @throws LifeboatError where reading fails. */
export async function readSbat(file: ByteRange): Promise<SbatGenerations | undefined> {
  const section = await readSection(file, ".sbat", MOST_BYTES);
  return section === undefined ? undefined : parseSbat(section.toString("latin1"));
}

/**
 * The level that a shim sets on a computer whose own is older (section `.sbatlevel`, its first string: "automatic");
 * undefined where it has none. @throws LifeboatError where reading fails.
 */
export async function readSbatLevel(shim: ByteRange): Promise<SbatGenerations | undefined> {
  const section = await readSection(shim, ".sbatlevel", MOST_BYTES);
  if (section === undefined || section.length < LEVEL_HEADER_BYTES) return undefined;
  const start = LEVEL_OFFSETS_FROM + section.readUInt32LE(LEVEL_OFFSETS_FROM);
  if (start >= section.length) return undefined;
  const level = parseSbat(section.toString("latin1", start));
  return level.size === 0 ? undefined : level;
}

/** Lines up to the first zero byte; what isn't one of SBAT's is left out. */
export function parseSbat(text: string): SbatGenerations {
  const [written = ""] = text.split("\0", 1);
  const found = new Map<string, number>();
  for (const line of written.split("\n", MOST_LINES)) {
    const [component = "", generation = ""] = line.trim().split(",", 2);
    if (component === "" || !/^\d{1,9}$/.test(generation)) continue;
    found.set(component, Number(generation));
  }
  return found;
}

/** The first component whose generation is too low; undefined where none is. */
export function revokedBy(
  level: SbatGenerations,
  program: SbatGenerations,
): Revocation | undefined {
  for (const [component, has] of program) {
    const needs = level.get(component) ?? 0;
    if (has < needs) return { component, has, needs };
  }
  return undefined;
}
