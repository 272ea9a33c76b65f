import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { MemoryRange } from "../../../../src/block/memory.ts";
import type { WantedSums } from "../../../../src/stick/checksums/check-file.ts";
import { checkFile } from "../../../../src/stick/checksums/check-file.ts";
import { cancelledJob, listeningJob, quietJob } from "../../../support/jobs.ts";

const CONTENT = Buffer.alloc((9 << 20) + 5, "lifeboat ");
const sumOf = (algorithm: string) => createHash(algorithm).update(CONTENT).digest("hex");
const SHA256 = sumOf("sha256");
const OTHER = "0".repeat(64);

const check = async (wanted: WantedSums, job = quietJob()) =>
  checkFile(new MemoryRange(CONTENT), "Windows 11.iso", wanted, job);
const listOf = (...lines: string[]): WantedSums => ({
  list: { path: "my sums", text: lines.join("\r\n") },
});

test("a sum fits however it is typed, and is read in one pass with progress", async () => {
  const { job, events } = listeningJob();
  expect(await check({ sha256: ` ${SHA256.toUpperCase()} ` }, job)).toEqual({
    sha256: SHA256,
    against: [{ algorithm: "sha256", source: "--sha256" }],
  });
  const done = events.map((event) => (event.kind === "bytes" ? event.doneBytes : 0));
  expect(done).toEqual([4 << 20, 8 << 20, CONTENT.length]);
});

test("lists name the file by any path, in any case, by any algorithm", async () => {
  const lines = [
    "# kept by hand",
    `${SHA256}  C:\\isos\\WINDOWS 11.ISO`,
    `SHA512 (/srv/Windows 11.iso) = ${sumOf("sha512")}`,
    `${sumOf("md5")} *Windows 11.iso`,
    `${OTHER}  another.iso`,
  ];
  const { against } = await check(listOf(...lines));
  expect(against.map(({ algorithm }) => algorithm)).toEqual(["sha256", "sha512", "md5"]);
  expect((await check(listOf(SHA256))).against).toHaveLength(1);
});

test("one wrong sum among right ones is a mismatch, which tells both", async () => {
  const mismatch = check({ sha256: SHA256, ...listOf(`${OTHER}  windows 11.iso`) });
  await expect(mismatch).rejects.toMatchObject({ code: "checksum-mismatch", kind: "damaged" });
  await expect(mismatch).rejects.toThrow(`${SHA256} instead of ${OTHER}`);
  await expect(check({ sha256: OTHER })).rejects.toThrow("--sha256");
});

test("what is no sum, and a list that doesn't name the file, are mistakes of the command line", async () => {
  for (const sha256 of ["", "12", SHA256.slice(1), `${SHA256}0`, sumOf("sha512")]) {
    await expect(check({ sha256 })).rejects.toMatchObject({ code: "bad-checksum", kind: "usage" });
  }
  for (const list of [listOf(""), listOf(`${SHA256}  Windows 10.iso`)]) {
    await expect(check(list)).rejects.toMatchObject({ code: "not-in-list", kind: "usage" });
  }
});

test("Ctrl-C is heard between chunks", async () => {
  const stopped = cancelledJob(({ kind }) => kind === "bytes");
  await expect(check({ sha256: SHA256 }, stopped)).rejects.toMatchObject({ kind: "cancelled" });
});

test("of several sums one has to fit; the exact name counts before others, a name before none", async () => {
  const fitting = [
    [`${OTHER}  x86/Windows 11.iso`, `${SHA256}  x64/Windows 11.iso`],
    [`${SHA256}  Windows 11.iso`, `${OTHER}  WINDOWS 11.iso`],
    [OTHER, `${SHA256}  windows 11.iso`],
    [OTHER, SHA256],
  ];
  for (const lines of fitting) {
    expect((await check(listOf(...lines))).against, lines.join()).toHaveLength(1);
  }
  const wrong = [
    [`${OTHER}  x86/Windows 11.iso`, `${OTHER.replace("0", "1")}  x64/Windows 11.iso`],
    [`${OTHER}  Windows 11.iso`, `${SHA256}  WINDOWS 11.iso`],
    [SHA256, `${OTHER}  windows 11.iso`],
    [`${SHA256}  Windows 11.iso`, `${"0".repeat(32)}  Windows 11.iso`],
  ];
  for (const lines of wrong) {
    await expect(check(listOf(...lines)), lines.join()).rejects.toMatchObject({
      code: "checksum-mismatch",
    });
  }
});
