/** The result of a test of a medium in words: what it is, how fast, what is bad, and what it is fit for. */
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { MediaTestResult } from "./types.ts";
import type { Use, Verdict } from "./verdict.ts";
import { judgeMedium } from "./verdict.ts";

/** More of them say no more. */
const MOST_RANGES = 10;

export interface MediumWords {
  /** The medium may be used. */
  readonly ok: boolean;
  readonly verdict: Verdict;
  readonly fitFor: readonly Use[];
  /** What was found, in one sentence. */
  readonly summary: Text;
  readonly details: readonly Text[];
}

export function describeMedium(result: MediaTestResult): MediumWords {
  const { badRanges, findings } = result;
  const { verdict, fitFor } = judgeMedium(result);
  const ok = verdict === "genuine" || verdict === "slow";
  const details = [
    ...speedLines(result),
    ...findings.map(({ text }) => text),
    ...badRanges.slice(0, MOST_RANGES).map(badAt),
    ...(badRanges.length > MOST_RANGES ? [andMore(badRanges.length - MOST_RANGES)] : []),
    ...(ok ? USES.map((use) => fitness(use, fitFor.includes(use))) : []),
  ];
  return { ok, verdict, fitFor, summary: SUMMARY[verdict](result), details };
}

const SUMMARY: Readonly<Record<Verdict, (result: MediaTestResult) => Text>> = {
  genuine: ({ mode, sizeBytes }) => ({
    en:
      mode === "full"
        ? `genuine: it holds all of its ${formatSize(sizeBytes)}`
        : `genuine: everything that was tried of its ${formatSize(sizeBytes)} holds`,
    zh:
      mode === "full"
        ? `真实：标称的 ${formatSize(sizeBytes)} 全部可用`
        : `真实：在标称的 ${formatSize(sizeBytes)} 中所有抽查的位置都可用`,
  }),
  slow: ({ sizeBytes }) => ({
    en: `slow: it holds its ${formatSize(sizeBytes)}, but everything on it will take long`,
    zh: `缓慢：标称的 ${formatSize(sizeBytes)} 可用，但所有操作都会很慢`,
  }),
  fake: ({ sizeBytes, capacityBytes }) => ({
    en: `fake: it says ${formatSize(sizeBytes)} and holds ${formatSize(capacityBytes)}. Don't use it: give it back`,
    zh: `假货：标称 ${formatSize(sizeBytes)}，实际只有 ${formatSize(capacityBytes)}。请勿使用，建议退货`,
  }),
  failing: () => ({
    en: "failing: it doesn't keep what is written to it. Save what is on it, and don't use it any more",
    zh: "损坏：写入的内容无法可靠保存。请先备份其上的数据，不要再使用",
  }),
};

const USES: readonly Use[] = ["repair-tools", "full-system", "portable-ssd"];

const USE_NAMES: Readonly<Record<Use, Text>> = {
  "repair-tools": { en: "rescue systems and repair tools", zh: "救援系统与维修工具" },
  "full-system": {
    en: "a full system, such as Windows To Go",
    zh: "完整系统（如 Windows To Go）",
  },
  "portable-ssd": { en: "daily work, like a portable SSD", zh: "像移动固态硬盘一样日常使用" },
};

function fitness(use: Use, fit: boolean): Text {
  const name = USE_NAMES[use];
  return fit
    ? { en: `fit for ${name.en}`, zh: `适合：${name.zh}` }
    : { en: `too slow for ${name.en}`, zh: `速度不足：${name.zh}` };
}

function speedLines({ speed }: MediaTestResult): Text[] {
  const rate = (value: number | undefined) =>
    value === undefined ? "–" : `${(value / 1e6).toFixed(1)} MB/s`;
  const ops = (value: number | undefined) =>
    value === undefined ? "–" : `${value.toFixed(0)} × 4 KiB/s`;
  const read = rate(speed.sequentialReadBytesPerSecond);
  const write = rate(speed.sequentialWriteBytesPerSecond);
  const smallRead = ops(speed.randomRead4kOpsPerSecond);
  const smallWrite = ops(speed.randomWrite4kOpsPerSecond);
  return [
    { en: `in sequence: reads ${read}, writes ${write}`, zh: `顺序：读 ${read}，写 ${write}` },
    {
      en: `at random: reads ${smallRead}, writes ${smallWrite}`,
      zh: `随机：读 ${smallRead}，写 ${smallWrite}`,
    },
  ];
}

function badAt({ start, length }: { start: number; length: number }): Text {
  return {
    en: `bad: ${length} bytes from ${start}`,
    zh: `坏区：从 ${start} 起 ${length} 字节`,
  };
}

function andMore(count: number): Text {
  return { en: `and ${count} more bad places`, zh: `另有 ${count} 处坏区` };
}
