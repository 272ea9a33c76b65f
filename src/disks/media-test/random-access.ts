/** How fast a medium answers small accesses anywhere. */
import { LifeboatError } from "../../system/errors.ts";
import { BLOCK_BYTES } from "./positions.ts";
import { randomPosition } from "./random.ts";
import type { Session } from "./session.ts";

const MOST_READS = 256;
const MOST_READ_MS = 2_000;
const MOST_WRITES = 1_024;
const MOST_WRITE_MS = 10_000;

/** @param end in bytes: up to where. */
export async function timeRandomReads(session: Session, end: number): Promise<void> {
  const { randomRead } = session.watch;
  for (let count = 0; count < MOST_READS && randomRead.ms < MOST_READ_MS; count++) {
    session.pause();
    if (session.reader.exhausted) return;
    const position = randomPosition(session.random, 0, end, BLOCK_BYTES);
    const read = async () => session.reader.tryRead(position, BLOCK_BYTES);
    if ((await randomRead.time(1, read)) === undefined) session.bad.add(position, BLOCK_BYTES);
  }
}

/** On a medium that is full of test blocks: they are written again where they are. */
export async function timeRandomWrites(session: Session, end: number): Promise<void> {
  const { contents, random, range } = session;
  const { randomWrite } = session.watch;
  for (let count = 0; count < MOST_WRITES && randomWrite.ms < MOST_WRITE_MS; count++) {
    session.pause();
    const position = randomPosition(random, 0, end, BLOCK_BYTES);
    const bytes = contents.at(position, BLOCK_BYTES);
    try {
      await randomWrite.time(1, async () => range.write(position, bytes));
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      session.bad.add(position, BLOCK_BYTES);
      return;
    }
  }
  await randomWrite.time(0, async () => session.flush());
}
