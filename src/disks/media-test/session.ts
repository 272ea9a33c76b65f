/** What the parts of one test share. */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { Text } from "../../system/text.ts";
import { BlockContents } from "./block-contents.ts";
import { mediaTestSay } from "./messages.ts";
import { LEAST_BYTES, wholeSectors } from "./positions.ts";
import { randomNumbers } from "./random.ts";
import { RangeList } from "./range-list.ts";
import type { FoundState } from "./sector-states.ts";
import { BlockReader, extentsOf, isBad } from "./sector-states.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { MediaSpeed, MediaTestTools } from "./types.ts";

export class Session {
  readonly range: ByteRange;
  /** What is tested of it: whole sectors. */
  readonly size: number;
  readonly tools: MediaTestTools;
  readonly job: JobContext;
  readonly random: () => number;
  readonly contents: BlockContents;
  readonly reader: BlockReader;
  /** Places that failed, wherever the capacity ends. */
  readonly bad = new RangeList();
  readonly watch: Readonly<Record<"read" | "write" | "randomRead" | "randomWrite", Stopwatch>>;

  /** @throws LifeboatError `media-too-small`. */
  constructor(range: ByteRange, tools: MediaTestTools, job: JobContext) {
    this.range = range;
    this.size = wholeSectors(range.size);
    if (this.size < LEAST_BYTES) {
      const text = mediaTestSay.tooSmall(this.size);
      throw new LifeboatError("media-too-small", text, { kind: "usage" });
    }
    this.tools = tools;
    this.job = job;
    this.random = randomNumbers(tools.seed);
    this.contents = new BlockContents(tools.seed);
    this.reader = new BlockReader(range, this.contents, tools.now);
    const watch = () => new Stopwatch(tools.now);
    this.watch = { read: watch(), write: watch(), randomRead: watch(), randomWrite: watch() };
  }

  get speed(): MediaSpeed {
    const { read, write, randomRead, randomWrite } = this.watch;
    return {
      sequentialReadBytesPerSecond: read.perSecond,
      sequentialWriteBytesPerSecond: write.perSecond,
      randomRead4kOpsPerSecond: randomRead.perSecond,
      randomWrite4kOpsPerSecond: randomWrite.perSecond,
    };
  }

  /** The safe point between two accesses. */
  pause(): void {
    this.job.signal.throwIfAborted();
  }

  /** A flush that fails tells nothing that reading back doesn't tell better. */
  async flush(): Promise<void> {
    try {
      await this.range.flush();
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
    }
  }

  noteBad(position: number, states: readonly FoundState[]): void {
    for (const { start, length } of extentsOf(position, states, isBad)) this.bad.add(start, length);
  }

  /** Counts bytes up, and stops where the user cancelled. */
  progress(text: Text, totalBytes: number): (bytes: number) => void {
    let doneBytes = 0;
    return (bytes) => {
      this.pause();
      doneBytes += bytes;
      this.job.report({ kind: "bytes", text, doneBytes, totalBytes });
    };
  }
}
