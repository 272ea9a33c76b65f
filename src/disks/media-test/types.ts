/** What the test of a medium needs and what it finds out: plain data. */
import type { Extent } from "../../block/byte-range.ts";
import type { Finding } from "../finding.ts";

export type MediaTestMode = "quick" | "full";

/** Undefined: not measured. */
export interface MediaSpeed {
  readonly sequentialReadBytesPerSecond: number | undefined;
  readonly sequentialWriteBytesPerSecond: number | undefined;
  readonly randomRead4kOpsPerSecond: number | undefined;
  readonly randomWrite4kOpsPerSecond: number | undefined;
}

export interface MediaTestResult {
  readonly mode: MediaTestMode;
  /** What the medium reports, in bytes. */
  readonly sizeBytes: number;
  /** What it holds, in bytes. */
  readonly capacityBytes: number;
  readonly speed: MediaSpeed;
  /** Inside the capacity, in order. */
  readonly badRanges: readonly Extent[];
  /** Quick: what could not be put back, inside the capacity. */
  readonly notPutBack: readonly Extent[];
  /** How it was found out, and what was not looked at. */
  readonly findings: readonly Finding[];
}

export interface MediaTestTools {
  /** `SEED_BYTES` random bytes. */
  readonly seed: Uint8Array;
  /** A clock that only runs forward, in milliseconds. */
  readonly now: () => number;
  /** Makes what is read next come from the medium, where the range itself doesn't see to it. */
  readonly beforeReadBack: () => Promise<void>;
}
