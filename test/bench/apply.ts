/**
 * Applying an image to an NTFS volume through lifeboat's back end against bare `wimlib-imagex apply`: the same program does the work, so
 * what is measured is what lifeboat puts around it. `LIFEBOAT_BENCH_WIM_MIB` sets how much the image unpacks to (default 4096).
 */
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/system/places.ts";
import type { Row } from "./measure.ts";
import { measure, sh } from "./measure.ts";

const MIB = 1024 ** 2;
const FILES = 64;
const ROUNDS = 3;

/** @param writeRandom makes a file that nothing can squeeze. Needs four times the size in `folder`. */
export function measureApply(
  folder: string,
  writeRandom: (path: string, bytes: number) => void,
): Row {
  const mib = Number(process.env["LIFEBOAT_BENCH_WIM_MIB"] ?? 4096);
  const at = (name: string) => join(folder, name);
  const bytes = mib * MIB;
  makeTree(at("tree"), bytes, writeRandom);
  sh("wimlib-imagex", ["capture", at("tree"), at("bench.wim"), "Bench", "--compress=lzx"]);
  rmSync(at("tree"), { recursive: true });
  const volume = at("volume.img");
  const row = measure({
    name: `an image of ${mib} MiB applied to an NTFS volume against \`wimlib-imagex apply\``,
    aim: 1.1,
    rounds: ROUNDS,
    prepare: () => {
      rmSync(volume, { force: true });
      writeFileSync(volume, "");
      truncateSync(volume, bytes + bytes / 4 + 64 * MIB);
      sh("mkntfs", ["-F", "-Q", "-q", volume]);
      sh("sync", []);
    },
    ours: () => sh(process.execPath, [applier(), at("bench.wim"), volume]),
    theirs: () => sh("wimlib-imagex", ["apply", at("bench.wim"), "1", volume]),
  });
  rmSync(volume);
  rmSync(at("bench.wim"));
  return row;
}

/** Looks at the WIM, chooses, applies with progress. */
function applier(): string {
  return join(packageRoot(), "test/bench/apply-image.mjs");
}

/** A half that nothing can squeeze and a half that shrinks well: about what Windows' files do as a whole. */
function makeTree(
  tree: string,
  bytes: number,
  writeRandom: (path: string, bytes: number) => void,
): void {
  const each = Math.floor(bytes / FILES);
  for (let file = 0; file < FILES; file++) {
    const folder = join(tree, `${file % 8}`);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `file-${file}.bin`);
    if (file % 2 === 0) writeRandom(path, each);
    else
      writeFileSync(
        path,
        Buffer.alloc(each, `text of the file with the number ${file}, again and `),
      );
  }
}
