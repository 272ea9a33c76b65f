/** The options of `inspect` that hold a file against a checksum. */
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { decodeList } from "../system/checksum-list.ts";
import { LifeboatError } from "../system/errors.ts";
import { reasonOf } from "../system/reason.ts";
import { MIB } from "../system/sizes.ts";
import type { Shell } from "./shell.ts";

export interface ChecksumOptions {
  readonly sha256?: string;
  readonly checksums?: string;
}

/** What is told besides what a file is. */
export interface Besides {
  readonly json: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

/** A list of a hundred thousand files is no list of images. */
const LARGEST_LIST = 8 * MIB;

/** Empty where nothing was asked for. @throws LifeboatError `checksum-mismatch`, which ends with status 4. */
export async function checksumOf(
  path: string,
  { sha256, checksums }: ChecksumOptions,
  shell: Shell,
): Promise<Besides> {
  if (sha256 === undefined && checksums === undefined) return { json: {}, lines: [] };
  const { openTarget } = await import("../block/device.ts");
  const { checkFile } = await import("../stick/checksums/check-file.ts");
  const { say } = await import("../stick/checksums/messages.ts");
  const list = checksums === undefined ? {} : { list: await readList(checksums) };
  const wanted = { ...(sha256 === undefined ? {} : { sha256 }), ...list };
  const range = await openTarget(path);
  try {
    const checked = await checkFile(range, basename(path), wanted, shell.job);
    return {
      json: { sha256: checked.sha256, checkedAgainst: checked.against },
      lines: [
        `  SHA-256 ${checked.sha256}`,
        ...checked.against.map(
          ({ algorithm, source }) => `  ${shell.say(say.fits(algorithm, source))}`,
        ),
      ],
    };
  } finally {
    await range.close();
  }
}

async function readList(path: string): Promise<{ path: string; text: string }> {
  const reason = await stat(path).then(
    ({ size }) => (size > LARGEST_LIST ? { en: "it is too large", zh: "文件过大" } : undefined),
    reasonOf,
  );
  const text = reason ?? (await readFile(path).then(decodeList, reasonOf));
  if (typeof text === "string") return { path, text };
  throw new LifeboatError(
    "open-failed",
    {
      en: `${path} can't be opened: ${text.en}`,
      zh: `无法打开 ${path}：${text.zh}`,
    },
    { kind: "usage" },
  );
}
