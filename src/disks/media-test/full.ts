/**
 * The full test: every sector is written, then every sector is read back. Nothing of the old contents is left. No cache can
 * answer for more than the last that was written, and no mapping of addresses hides.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { Finding } from "../finding.ts";
import { errorFinding } from "../finding.ts";
import { FullReader } from "./full-reader.ts";
import { mediaTestSay, stoppedWith } from "./messages.ts";
import { BLOCK_BYTES } from "./positions.ts";
import { timeRandomReads, timeRandomWrites } from "./random-access.ts";
import { Session } from "./session.ts";
import type { MediaTestResult, MediaTestTools } from "./types.ts";

const CHUNK_BYTES = 4 * MIB;
/** Where writes go through the system's cache, what is timed must have left it. */
const FLUSH_EVERY_BYTES = 64 * MIB;

/**
 * @throws LifeboatError `media-too-small`; `cancelled`, saying that contents are lost. What fails on the medium is a result
 * and no error.
 */
export async function testMediaFull(
  range: ByteRange,
  tools: MediaTestTools,
  job: JobContext,
): Promise<MediaTestResult> {
  const session = new Session(range, tools, job);
  try {
    await writeAll(session);
    await tools.beforeReadBack();
    const reader = new FullReader(session);
    const capacityBytes = await reader.readAll();
    if (capacityBytes === session.size) {
      await timeRandomReads(session, capacityBytes);
      await timeRandomWrites(session, capacityBytes);
    }
    return {
      mode: "full",
      sizeBytes: session.size,
      capacityBytes,
      speed: session.speed,
      badRanges: session.bad.before(capacityBytes),
      notPutBack: [],
      findings: findingsOf(reader, capacityBytes),
    };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const text = stoppedWith(error.text, mediaTestSay.contentsLost());
    throw new LifeboatError(error.code, text, { kind: error.kind, cause: error });
  }
}

function findingsOf(reader: FullReader, capacity: number): Finding[] {
  if (reader.wrap !== undefined) {
    return [errorFinding("wraps-around", mediaTestSay.wraps(reader.wrap))];
  }
  if (capacity === reader.size) return [];
  return capacity === 0
    ? [errorFinding("holds-nothing", mediaTestSay.holdsNothing())]
    : [errorFinding("loses-data", mediaTestSay.loses(capacity))];
}

async function writeAll(session: Session): Promise<void> {
  const { size, contents, watch } = session;
  const progress = session.progress(mediaTestSay.writing(), size);
  for (let position = 0; position < size; position += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, size - position);
    const bytes = contents.at(position, length);
    const end = position + length;
    await watch.write.time(length, async () => {
      await writeChunk(session, position, bytes);
      if (end % FLUSH_EVERY_BYTES === 0 || end === size) await session.flush();
    });
    progress(length);
  }
}

/** A chunk that the medium refuses is tried in small blocks; what then isn't written, reading back shows. */
async function writeChunk({ range }: Session, position: number, bytes: Buffer): Promise<void> {
  if (await tryWrite(range, position, bytes)) return;
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    await tryWrite(range, position + at, bytes.subarray(at, at + BLOCK_BYTES));
  }
}

async function tryWrite(range: ByteRange, position: number, bytes: Buffer): Promise<boolean> {
  try {
    await range.write(position, bytes);
    return true;
  } catch (error) {
    if (error instanceof LifeboatError) return false;
    throw error;
  }
}
