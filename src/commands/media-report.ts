/** The result of a test of a medium, as JSON and in words. Used by `test-media` and by `build --test-media`. */
import type { MediaTestResult } from "../disks/media-test/types.ts";
import type { Use, Verdict } from "../disks/media-test/verdict.ts";
import { judgeMedium } from "../disks/media-test/verdict.ts";
import { formatSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import type { Shell } from "./shell.ts";

/** In the text; JSON has all. */
const MOST_RANGES = 10;

export interface MediaReport {
  /** The medium may be used. */
  readonly ok: boolean;
  /** What was found, in one sentence. */
  readonly summary: Text;
  readonly json: object;
  readonly lines: readonly string[];
}

export function reportMedium(path: string, result: MediaTestResult, shell: Shell): MediaReport {
  const { mode, sizeBytes, capacityBytes, speed, badRanges, notPutBack, findings } = result;
  const { verdict, fitFor } = judgeMedium(result);
  const ok = verdict === "genuine" || verdict === "slow";
  const summary = SUMMARY[verdict](result);
  const json = {
    ok,
    target: path,
    mode,
    size: sizeBytes,
    capacity: capacityBytes,
    speed,
    badRanges,
    ...(mode === "quick" && { notPutBack }),
    verdict,
    summary: shell.say(summary),
    fitFor,
    findings: findings.map(({ level, code, text }) => ({ level, code, what: shell.say(text) })),
  };
  const lines = [
    `${path}: ${shell.say(summary)}`,
    ...speedLines(result, shell),
    ...findings.map(({ text }) => `  ${shell.say(text)}`),
    ...badRanges.slice(0, MOST_RANGES).map((range) => `  ${shell.say(badAt(range))}`),
    ...(badRanges.length > MOST_RANGES
      ? [`  ${shell.say(andMore(badRanges.length - MOST_RANGES))}`]
      : []),
    ...(ok ? USES.map((use) => `  ${shell.say(fitness(use, fitFor.includes(use)))}`) : []),
  ];
  return { ok, summary, json, lines };
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

function speedLines({ speed }: MediaTestResult, shell: Shell): string[] {
  const rate = (value: number | undefined) =>
    value === undefined ? "–" : `${(value / 1e6).toFixed(1)} MB/s`;
  const ops = (value: number | undefined) =>
    value === undefined ? "–" : `${value.toFixed(0)} × 4 KiB/s`;
  const read = rate(speed.sequentialReadBytesPerSecond);
  const write = rate(speed.sequentialWriteBytesPerSecond);
  const smallRead = ops(speed.randomRead4kOpsPerSecond);
  const smallWrite = ops(speed.randomWrite4kOpsPerSecond);
  return [
    `  ${shell.say({ en: `in sequence: reads ${read}, writes ${write}`, zh: `顺序：读 ${read}，写 ${write}` })}`,
    `  ${shell.say({ en: `at random: reads ${smallRead}, writes ${smallWrite}`, zh: `随机：读 ${smallRead}，写 ${smallWrite}` })}`,
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
