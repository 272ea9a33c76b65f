/**
 * `/lifeboat/sync.json` on the data partition: which files `sync` put there, from which source. Only these are ever removed, and
 * only as long as nobody has changed them.
 */
import { z } from "zod";
import { readBytes } from "../../block/byte-range.ts";
import type { VolumeEntry, WritableVolume } from "../../filesystems/volume.ts";
import { failureOf } from "../../system/errors.ts";
import { sameMoment, secondsOf } from "../data/collect.ts";
import { MIB } from "../../system/sizes.ts";

export const STATE_PATH = "/lifeboat/sync.json";

const LARGEST_BYTES = 32 * MIB;
const FORMAT = 1;

const stateSchema = z.object({
  format: z.literal(FORMAT),
  files: z.array(
    z.object({
      /** On the data partition. */
      path: z.string().startsWith("/"),
      source: z.string(),
      size: z.number().int().nonnegative(),
      /** Seconds since 1970, even ones. */
      modified: z.number().nullable(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
  ),
});

/**
 * A file that is there as its entry says. Entries are written before their files, so that no cut leaves a file that nobody knows
 * of: an entry without such a file means nothing.
 */
export type SyncedFile = z.infer<typeof stateSchema>["files"][number];

export interface SyncState {
  readonly files: readonly SyncedFile[];
  /** The file is there and says nothing that can be used. */
  readonly isDamaged: boolean;
}

export async function readState(volume: Pick<WritableVolume, "find" | "open">): Promise<SyncState> {
  const entry = await volume.find(STATE_PATH);
  if (entry === undefined) return { files: [], isDamaged: false };
  try {
    if (entry.kind !== "file" || entry.sizeBytes > LARGEST_BYTES)
      return { files: [], isDamaged: true };
    const file = await volume.open(STATE_PATH);
    const bytes = await readBytes(file, 0, file.size);
    const parsed = stateSchema.safeParse(parseJson(bytes.toString("utf8")));
    if (parsed.success) return { files: parsed.data.files, isDamaged: false };
  } catch (error) {
    failureOf(error);
  }
  return { files: [], isDamaged: true };
}

export async function writeState(
  volume: WritableVolume,
  files: readonly SyncedFile[],
  now: Date,
): Promise<void> {
  const folder = STATE_PATH.slice(0, STATE_PATH.lastIndexOf("/"));
  if ((await volume.find(folder)) === undefined) await volume.makeDirectory(folder);
  const text = `${JSON.stringify({ format: FORMAT, files }, undefined, 1)}\n`;
  await volume.writeFile(STATE_PATH, Buffer.from(text), now);
}

export function isStill(synced: SyncedFile, entry: VolumeEntry): boolean {
  return (
    keyOf(synced.path) === keyOf(entry.path) &&
    entry.kind === "file" &&
    synced.size === entry.sizeBytes &&
    sameMoment(synced.modified, secondsOf(entry))
  );
}

/** Most of a stick's file systems don't tell upper from lower case, and macOS takes letters apart. */
export function keyOf(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
