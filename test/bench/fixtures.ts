/** `scan` of a thousand ISOs of every family in one process: time by the clock, time of the processor, and memory at its peak. */
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildFixture, loadFixtures } from "../support/iso-fixtures.ts";

const COUNT = 1_000;
const ROUNDS = 5;

/** Printed by the scan itself when it ends: microseconds of the processor, and KiB. */
const REPORT =
  "process.on('exit',()=>{const u=process.resourceUsage();" +
  "process.stderr.write('usage '+(u.userCPUTime+u.systemCPUTime)+' '+u.maxRSS+'\\n')})";

interface Round {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMib: number;
}

/** @returns a table: the fastest and the slowest of the rounds. @param folder is made. */
export async function measureScanOfFixtures(lifeboat: string, folder: string): Promise<string> {
  const isos = await thousandIsos(folder);
  const rounds = Array.from({ length: ROUNDS }, () => scan(lifeboat, isos));
  const range = (value: (round: Round) => number, digits: number): string => {
    const sorted = rounds.map(value).toSorted((a, b) => a - b);
    return `${sorted[0]?.toFixed(digits)} – ${sorted.at(-1)?.toFixed(digits)}`;
  };
  return [
    `| \`scan\` of ${COUNT.toLocaleString("en")} fixtures, ${ROUNDS} times | lowest – highest | aim |`,
    "| --- | --- | --- |",
    `| by the clock | ${range(({ seconds }) => seconds, 2)} s | < 10 s |`,
    `| of the processor | ${range(({ processorSeconds }) => processorSeconds, 2)} s | – |`,
    `| memory at its peak | ${range(({ peakMib }) => peakMib, 0)} MiB | < 200 MB |`,
  ].join("\n");
}

/** The fixtures over and over, under names of their own. */
async function thousandIsos(folder: string): Promise<string[]> {
  mkdirSync(folder);
  const made: string[] = [];
  for (const fixture of await loadFixtures()) made.push(await buildFixture(fixture, folder));
  return Array.from({ length: COUNT }, (_, index) => {
    const path = join(folder, `${index}.iso`);
    linkSync(made[index % made.length] ?? "", path);
    return path;
  });
}

function scan(lifeboat: string, isos: readonly string[]): Round {
  const start = performance.now();
  const hook = `data:text/javascript,${encodeURIComponent(REPORT)}`;
  const args = ["--import", hook, lifeboat, "scan", "--json", ...isos];
  const result = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const seconds = (performance.now() - start) / 1000;
  const usage = /^usage (\d+) (\d+)$/m.exec(result.stderr);
  const scanned = result.status === 0 ? (JSON.parse(result.stdout) as { isos: unknown[] }) : null;
  if (usage === null || scanned?.isos.length !== isos.length) {
    throw new Error(`the scan failed: ${result.stderr.slice(-500)}`);
  }
  return {
    seconds,
    processorSeconds: Number(usage[1]) / 1e6,
    peakMib: Number(usage[2]) / 1024,
  };
}
