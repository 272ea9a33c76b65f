/** Several targets at once: each is whole, what is copied is read once, and what fails or is cancelled on one is that one's. */
import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { plannedContent } from "../../../src/stick/build/content.ts";
import type { TargetOutcome } from "../../../src/stick/build/on-targets.ts";
import { buildOnTargets } from "../../../src/stick/build/on-targets.ts";
import { kitStage } from "../../../src/stick/build/stage-source.ts";
import type { OpenSource } from "../../../src/stick/data/source-file.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import type { JobContext, ProgressEvent } from "../../../src/system/progress.ts";
import { VERSION } from "../../../src/system/version.ts";
import { cloneImages, contentsOf } from "../../support/clones.ts";
import { cancelledJob, listeningJob, quietJob } from "../../support/jobs.ts";
import { testKit } from "../../support/kit.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  planStick,
  refreshTools,
  sfdiskTable,
  suiteFolder,
} from "../../support/sticks.ts";

let folder = "";
let big = "";

beforeAll(async () => {
  folder = await suiteFolder();
  big = join(folder, "big.iso");
  await writeFile(big, randomBytes(24 * MIB));
});

const errorOf = (outcome: TargetOutcome | undefined) =>
  outcome !== undefined && "error" in outcome ? outcome.error : undefined;

/** What a target says when it breaks in the middle of copying: a report is the only place where a test can break it. */
function breakingJob(name: string): JobContext {
  return {
    ...quietJob(),
    report: ({ text }: ProgressEvent) => {
      if (text.en !== `Copying ${name}`) return;
      throw new LifeboatError("write-failed", { en: "Pulled out", zh: "已拔出" });
    },
  };
}

describe("build on three targets", { timeout: 300_000 }, () => {
  test("reads what it copies once; one that fails leaves the others whole", async () => {
    const paths = ["a", "b", "c"].map((name) => join(folder, `${name}.img`));
    const plans = [];
    for (const [index, path] of paths.entries()) {
      plans.push(await planStick(path, { isos: [big], sizeBytes: (384 + index) * MIB }));
    }
    let read = 0;
    const open: OpenSource = async (path) => {
      const file = await openFile(path);
      const original = file.read.bind(file);
      return Object.assign(file, {
        read: async (offset: number, into: Uint8Array) => {
          read += into.length;
          await original(offset, into);
        },
      });
    };
    const { job, events } = listeningJob();
    const jobs = [job, breakingJob("big.iso"), quietJob()];
    const stage = kitStage(await testKit(), VERSION);
    const outcomes = await buildOnTargets(
      plans.map((plan, index) => ({ plan, job: jobs[index] ?? quietJob() })),
      { stage, ...(await refreshTools()) },
      open,
      (plan, options) => plannedContent(plan, new Date(), options),
    );
    expect(read).toBe(24 * MIB);
    expect(outcomes.map((outcome) => "built" in outcome)).toEqual([true, false, true]);
    expect(errorOf(outcomes[1])).toMatchObject({ code: "write-failed" });
    expect(events.at(-1)).toMatchObject({
      kind: "step",
      text: { en: expect.stringMatching(/^Done/) as string },
    });
    expect((await readdir(folder)).filter((name) => name.includes("b.img"))).toEqual([]);
    for (const path of [paths[0], paths[2]]) await expectCleanStick(path ?? "", "exfat");
    const ids = [await sfdiskTable(paths[0] ?? ""), await sfdiskTable(paths[2] ?? "")];
    expect(ids[0]?.id).not.toBe(ids[1]?.id);
  });
});

describe("clone on three targets", { timeout: 300_000 }, () => {
  test("one is cancelled: it says so, and the others are the source's content", async () => {
    const source = join(folder, "source.img");
    await buildStick(source, { isos: [big] });
    const paths = ["d", "e", "f"].map((name) => join(folder, `${name}.img`));
    const stop = cancelledJob(({ text }) => text.en === "Reading back big.iso");
    const { outcomes } = await cloneImages(source, paths, {
      sizeBytes: 400 * MIB,
      jobs: [quietJob(), stop, quietJob()],
    });
    expect(outcomes.map((outcome) => "built" in outcome)).toEqual([true, false, true]);
    expect(errorOf(outcomes[1])).toMatchObject({ kind: "cancelled" });
    const wanted = await contentsOf(source);
    for (const path of [paths[0], paths[2]]) {
      expect(await contentsOf(path ?? "")).toEqual(wanted);
      await expectCleanStick(path ?? "", "exfat");
    }
  });
});
