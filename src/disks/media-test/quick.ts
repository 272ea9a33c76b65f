/**
 * The quick test: what a medium holds, and how fast, in less than a minute and with its contents kept. Reads what stands where
 * it will write, writes test blocks there, reads them back in the order of writing, looks for them at other addresses, and puts
 * everything back, whatever happened.
 */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { Finding } from "../finding.ts";
import { errorFinding, warningFinding } from "../finding.ts";
import { mediaTestSay, stoppedWith } from "./messages.ts";
import { endRun, nearStart, runBytesFor } from "./positions.ts";
import { timeRandomReads } from "./random-access.ts";
import type { RangeList } from "./range-list.ts";
import type { TestedBlocks } from "./real-capacity.ts";
import { findCapacity } from "./real-capacity.ts";
import { findRepeats } from "./repeats.ts";
import { RunOfBlocks } from "./run-of-blocks.ts";
import { Session } from "./session.ts";
import { judgeSingles, keepSingles, writeSingles } from "./single-blocks.ts";
import type { MediaTestResult, MediaTestTools } from "./types.ts";
import type { KeptBlock } from "./undo-log.ts";
import { UndoLog } from "./undo-log.ts";

/** Written and timed to find out how much can be written in time. */
const TRIAL_BYTES = 2 * MIB;

/**
 * @throws LifeboatError `media-too-small`; `cancelled`; each with what could not be put back in its text. What fails on the
 * medium is a result and no error.
 */
export async function testMediaQuick(
  range: ByteRange,
  tools: MediaTestTools,
  job: JobContext,
): Promise<MediaTestResult> {
  const session = new Session(range, tools, job);
  const undo = new UndoLog(range, session.contents, session.reader);
  let outcome: Outcome;
  try {
    outcome = await examine(session, undo);
  } catch (error) {
    throw withState(error, (await putBack(session, undo)).ranges);
  }
  const { capacityBytes, findings } = outcome;
  const wrong = await putBack(session, undo);
  // Of a medium that holds nothing at all, it isn't known what it held before.
  const notPutBack = capacityBytes === 0 ? wrong.ranges : wrong.before(capacityBytes);
  return {
    mode: "quick",
    sizeBytes: session.size,
    capacityBytes,
    speed: session.speed,
    badRanges: session.bad.before(capacityBytes),
    notPutBack,
    findings:
      notPutBack.length === 0
        ? findings
        : [...findings, errorFinding("not-put-back", mediaTestSay.notPutBack(notPutBack))],
  };
}

type Outcome = Pick<MediaTestResult, "capacityBytes"> & { readonly findings: readonly Finding[] };

async function examine(session: Session, undo: UndoLog): Promise<Outcome> {
  const start = nearStart(session.size, session.random);
  const trial = await runTrial(session, undo, start);
  const length = Math.max(runBytes(session), trial.extent.length);
  const near = { start, length };
  const end = endRun(session.size, length);

  // Everything is read before anything more is written.
  const singles = await keepSingles(session, undo, [near, end]);
  const progress = session.progress(mediaTestSay.keeping(), 2 * length);
  const rest = { start: start + trial.extent.length, length: length - trial.extent.length };
  const restOfNear = await keepRun(session, undo, rest, progress);
  const blocks = {
    near: new RunOfBlocks(near, [...trial.blocks, ...restOfNear.blocks]),
    end: await keepRun(session, undo, end, progress),
  };
  await timeRandomReads(session, session.size);

  const tested = { ...blocks, singles: await writeSingles(session, undo, singles) };
  await writeRuns(session, undo, tested);
  await judge(session, tested);
  const reached = await findRepeats(session, near, end);
  const capacity = await findCapacity(session, undo, tested);
  const incomplete = capacity.bytes === session.size && reached < session.size;
  const text = mediaTestSay.scanCutShort(reached);
  return {
    capacityBytes: capacity.bytes,
    findings: incomplete ? [warningFinding("repeats-not-excluded", text)] : capacity.findings,
  };
}

/** The first blocks of the run near the beginning, which tell how fast the medium is. */
async function runTrial(session: Session, undo: UndoLog, start: number): Promise<RunOfBlocks> {
  const length = Math.min(TRIAL_BYTES, runBytes(session));
  const run = await keepRun(session, undo, { start, length }, () => {});
  await writeRun(session, undo, run.blocks, () => {});
  return run;
}

/** As short as can be as long as nothing was timed. */
function runBytes({ size, watch }: Session): number {
  const { read, write } = watch;
  return runBytesFor(size, (read.perSecond ?? 1) / 1000, (write.perSecond ?? 1) / 1000);
}

async function keepRun(
  session: Session,
  undo: UndoLog,
  extent: Extent,
  progress: (bytes: number) => void,
): Promise<RunOfBlocks> {
  const keep = async () => RunOfBlocks.keep(extent, undo, session.reader, progress);
  return session.watch.read.time(extent.length, keep);
}

/** Last what is known best, so that most is written after what is to be found out. */
async function writeRuns(session: Session, undo: UndoLog, tested: TestedBlocks): Promise<void> {
  const { near, end } = tested;
  const total = near.extent.length + end.extent.length;
  const progress = session.progress(mediaTestSay.writing(), total);
  // Backwards: where all that is too much goes to one place, the last sector loses.
  await writeRun(session, undo, end.blocks.toReversed(), progress);
  await writeRun(session, undo, near.blocks, progress);
}

async function writeRun(
  session: Session,
  undo: UndoLog,
  blocks: readonly KeptBlock[],
  progress: (bytes: number) => void,
): Promise<void> {
  const total = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  await session.watch.write.time(total, async () => {
    for (const block of blocks) {
      await undo.write(block);
      progress(block.bytes.length);
    }
    await session.flush();
  });
}

/** In the order of writing: what was written first has the most behind it. */
async function judge(session: Session, { singles, near, end }: TestedBlocks): Promise<void> {
  await session.tools.beforeReadBack();
  await judgeSingles(session, singles);
  const total = near.extent.length + end.extent.length;
  const progress = session.progress(mediaTestSay.readingBack(), total);
  for (const run of [end, near]) {
    const read = async () => run.judge(session.reader, progress);
    await session.watch.read.time(run.extent.length, read);
    session.noteBad(run.extent.start, run.states);
  }
}

/** Not to be cancelled. */
async function putBack({ job, tools }: Session, undo: UndoLog): Promise<RangeList> {
  const text = mediaTestSay.puttingBack();
  return undo.putBack(tools.beforeReadBack, (doneBytes, totalBytes) => {
    job.report({ kind: "bytes", text, doneBytes, totalBytes });
  });
}

function withState(error: unknown, left: readonly Extent[]): unknown {
  if (!(error instanceof LifeboatError)) return error;
  const { code, kind, hint } = error;
  const state = left.length === 0 ? mediaTestSay.allPutBack() : mediaTestSay.notPutBack(left);
  return new LifeboatError(code, stoppedWith(error.text, state), {
    kind,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
