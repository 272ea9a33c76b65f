/** What a tested medium is, and what it is fit for. docs/test-media.md gives the reasons for the figures. */
import type { MediaSpeed, MediaTestResult } from "./types.ts";

export type Verdict =
  /** Holds what it says, fast enough for a rescue stick. */
  | "genuine"
  /** Holds what it says, but is slow. */
  | "slow"
  /** Holds less than it says. */
  | "fake"
  /** Has bad places, or holds nothing. */
  | "failing";

/** From the least demanding on; each includes those before it. */
export type Use = "repair-tools" | "full-system" | "portable-ssd";

const MB = 1_000_000;

type Least = Readonly<Record<keyof MediaSpeed, number>>;

interface Demand {
  readonly use: Use;
  readonly least: Least;
}

const DEMANDS: readonly Demand[] = [
  {
    use: "repair-tools",
    least: {
      sequentialReadBytesPerSecond: 10 * MB,
      sequentialWriteBytesPerSecond: 3 * MB,
      randomRead4kOpsPerSecond: 200,
      randomWrite4kOpsPerSecond: 0,
    },
  },
  {
    use: "full-system",
    least: {
      sequentialReadBytesPerSecond: 60 * MB,
      sequentialWriteBytesPerSecond: 20 * MB,
      randomRead4kOpsPerSecond: 1_500,
      randomWrite4kOpsPerSecond: 500,
    },
  },
  {
    use: "portable-ssd",
    least: {
      sequentialReadBytesPerSecond: 200 * MB,
      sequentialWriteBytesPerSecond: 150 * MB,
      randomRead4kOpsPerSecond: 4_000,
      randomWrite4kOpsPerSecond: 2_000,
    },
  },
];

export interface Judgement {
  readonly verdict: Verdict;
  /** Fakes and failing media are fit for nothing. */
  readonly fitFor: readonly Use[];
}

export function judgeMedium(result: MediaTestResult): Judgement {
  const { capacityBytes, sizeBytes, badRanges, notPutBack } = result;
  if (capacityBytes === 0) return { verdict: "failing", fitFor: [] };
  if (capacityBytes < sizeBytes) return { verdict: "fake", fitFor: [] };
  if (badRanges.length + notPutBack.length > 0) return { verdict: "failing", fitFor: [] };
  const tooMuch = DEMANDS.findIndex(({ least }) => !reaches(result.speed, least));
  const fitFor = DEMANDS.slice(0, tooMuch < 0 ? DEMANDS.length : tooMuch).map(({ use }) => use);
  // A slow stick does start repair tools, with patience.
  if (fitFor.length === 0) return { verdict: "slow", fitFor: ["repair-tools"] };
  return { verdict: "genuine", fitFor };
}

function reaches(speed: MediaSpeed, least: Least): boolean {
  const names = Object.keys(least) as (keyof MediaSpeed)[];
  return names.every((name) => (speed[name] ?? 0) >= least[name]);
}
