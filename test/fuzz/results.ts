/** What a long run of one reader gave: a row of docs/fuzzing.md. */
export interface ReaderResult {
  readonly inputs: number;
  readonly seconds: number;
  readonly whole: number;
  readonly part: number;
  readonly refused: number;
  readonly failed: number;
  /** Of the processor. */
  readonly slowestMs: number;
  readonly slowestNumber: number;
  readonly peakBytes: number;
  readonly largestBuffer: number;
  readonly run: number;
  /** Of the checkout, with a + where something in it wasn't committed. */
  readonly commit: string;
  readonly day: string;
}
