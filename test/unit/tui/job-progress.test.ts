import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/system/progress.ts";
import { formatDuration } from "../../../src/tui/frame/duration.ts";
import { ended, heard, newJob } from "../../../src/tui/frame/job-progress.ts";
import { progressLines } from "../../../src/tui/frame/layout/progress-lines.ts";
import { textOf } from "../../../src/tui/frame/layout/line.ts";

const text = (en: string) => ({ en, zh: `${en}（中）` });
const bytes = (en: string, doneBytes: number, totalBytes: number): ProgressEvent => ({
  kind: "bytes",
  text: text(en),
  doneBytes,
  totalBytes,
});

describe("a job's progress", () => {
  test("what was done is behind what is being done", () => {
    let job = newJob("x");
    job = heard(job, { kind: "step", text: text("Formatting") }, 0);
    job = heard(job, bytes("Copying", 0, 100), 10);
    job = heard(job, bytes("Copying", 50, 100), 20);
    expect(job.done.map(({ en }) => en)).toEqual(["Formatting"]);
    expect(job.now?.text.en).toBe("Copying");
    job = ended(job, "done");
    expect(job.done.map(({ en }) => en)).toEqual(["Formatting", "Copying"]);
    expect(job.now).toBeUndefined();
  });

  test("a failed job keeps what it failed at", () => {
    const job = ended(heard(newJob("x"), bytes("Copying", 1, 100), 0), "failed");
    expect(job.now?.text.en).toBe("Copying");
    const lines = progressLines([job], { columns: 80, rows: 10, language: "en" }).map(textOf);
    expect(lines[0]).toContain("✘ Copying");
  });

  test("the rate is that of the last seconds, not of all", () => {
    let job = newJob("x");
    // A second at 100 MB/s into a cache, then twenty at 10 MB/s.
    for (let tick = 0; tick <= 10; tick++) {
      job = heard(job, bytes("Copying", tick * 10e6, 1e9), tick * 100);
    }
    expect(job.now?.bytesPerSecond).toBeCloseTo(100e6, -6);
    for (let tick = 1; tick <= 200; tick++) {
      job = heard(job, bytes("Copying", 100e6 + tick * 1e6, 1e9), 1000 + tick * 100);
    }
    expect(job.now?.bytesPerSecond).toBeCloseTo(10e6, -5);
    // However many events come, few samples are kept.
    expect(job.now?.samples.length).toBeLessThan(20);
  });

  test("bytes, rate and time left are shown", () => {
    let job = heard(newJob("x"), bytes("Copying a.iso", 0, 1 << 30), 0);
    job = heard(job, bytes("Copying a.iso", 1 << 29, 1 << 30), 4000);
    const lines = progressLines([job], { columns: 100, rows: 10, language: "en" }).map(textOf);
    expect(lines[1]).toContain("50%");
    expect(lines[1]).toContain("512 MiB / 1.00 GiB");
    expect(lines[1]).toContain("128 MiB/s");
    expect(lines[1]).toContain("0:04 left");
  });

  test("several are shown side by side, each under its name", () => {
    const one = heard(newJob("/dev/sdb"), bytes("Copying", 1, 2), 0);
    const two = heard(newJob("/dev/sdc"), { kind: "step", text: text("Formatting") }, 0);
    const lines = progressLines([one, two], { columns: 80, rows: 12, language: "zh" }).map(textOf);
    const shown = lines.join("\n");
    expect(shown.indexOf("/dev/sdb")).toBeLessThan(shown.indexOf("/dev/sdc"));
    expect(shown).toContain("Formatting（中）");
  });

  test("notes don't pile up without end", () => {
    let job = newJob("x");
    for (let count = 0; count < 1000; count++) {
      job = heard(job, { kind: "note", level: "warning", text: text(`${count}`) }, count);
    }
    expect(job.notes.length).toBeLessThanOrEqual(50);
    expect(job.notes.at(-1)?.text.en).toBe("999");
  });

  test.each([
    [0, "0:00"],
    [6.2, "0:07"],
    [750, "12:30"],
    [3723, "1:02:03"],
  ])("%d s are %s", (seconds, shown) => expect(formatDuration(seconds)).toBe(shown));
});
