/**
 * `npm run bench`: lifeboat against the tools that do the same by hand, as ratios of whole commands in one run. Prints a table;
 * it judges nothing and isn't part of the tests.
 *
 *     npm run bench               everything
 *     npm run bench -- start      how long the program takes to start only
 *     npm run bench -- fixtures   the scan of a thousand ISOs only
 *     npm run bench -- screens    the screens while a stick is built; 12 GB of room
 *     npm run bench -- clone      the copy of a stick of 16 GiB only; 20 GB of room
 *     npm run bench -- apply      a WIM image of 4 GiB applied only; 16 GB of room, LIFEBOAT_BENCH_WIM_MIB for another size
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { randomFillSync } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { measureApply } from "./apply.ts";
import { measureClone } from "./clone.ts";
import { measureScanOfFixtures } from "./fixtures.ts";
import { minimalIso } from "./minimal-iso.ts";
import { measureStartUp } from "./start-up.ts";
import { measureScreens } from "./screens.ts";
import type { Row } from "./measure.ts";
import { measure, sh, table } from "./measure.ts";

const LIFEBOAT = join(import.meta.dirname, "..", "..", "lifeboat");
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const ISO_COUNT = 100;

const folder = mkdtempSync(
  join(process.env["LIFEBOAT_BENCH_FOLDER"] ?? tmpdir(), "lifeboat-bench-"),
);
const at = (name: string) => join(folder, name);
const lifeboat = (...args: string[]) => sh(process.execPath, [LIFEBOAT, ...args, "--quiet"]);
const remove = (...names: string[]) => {
  for (const name of names) rmSync(at(name), { force: true });
};

const rows: Row[] = [];
const [, , only] = process.argv;

try {
  const wanted = (name: string) => only === undefined || only === name;
  if (wanted("start")) rows.push(...measureStartUp(LIFEBOAT, at("executable")));
  if (only === undefined) {
    rows.push(buildEmpty("8G"), buildEmpty("32G"));
    rows.push(scanMany());
    rows.push(addLarge());
  }
  if (wanted("apply")) rows.push(measureApply(folder, writeRandom));
  const scan = wanted("fixtures") ? await measureScanOfFixtures(LIFEBOAT, at("fixtures")) : "";
  const screens = wanted("screens") ? await screensDuringBuild() : "";
  const clone = wanted("clone") ? measureClone(LIFEBOAT, folder, writeRandom) : "";
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, files in ${folder}\n`,
  );
  const tables = [rows.length > 0 ? table(rows) : "", scan, screens, clone];
  console.log(tables.filter((text) => text !== "").join("\n\n"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function screensDuringBuild(): Promise<string> {
  const work = at("screens");
  mkdirSync(work);
  const iso = join(work, "large.iso");
  writeRandom(iso, 3 * GIB);
  return measureScreens(work, iso);
}

function buildEmpty(size: string): Row {
  const bytes = Number.parseInt(size, 10) * GIB;
  const script = "label: gpt\nstart=2048, size=+1M\n";
  return measure({
    name: `\`build\` of an empty ${size} image against \`sfdisk\`, \`mkfs.exfat\`, \`mkfs.fat\``,
    aim: 3,
    rounds: 5,
    prepare: () => remove("stick.img", "disk", "data", "esp"),
    ours: () => lifeboat("build", at("stick.img"), "--size", size, "--yes"),
    theirs: () => {
      for (const [name, length] of [
        ["disk", bytes],
        ["data", bytes - 300 * MIB],
        ["esp", 256 * MIB],
      ] as const) {
        writeFileSync(at(name), "");
        truncateSync(at(name), length);
      }
      sh("sfdisk", ["--quiet", at("disk")], script);
      sh("mkfs.exfat", [at("data")]);
      sh("mkfs.fat", ["-F", "32", at("esp")]);
    },
  });
}

function scanMany(): Row {
  const isos = Array.from({ length: ISO_COUNT }, (_, index) => at(`${index}.iso`));
  const [first = ""] = isos;
  minimalIso(first, at("tree"));
  for (const path of isos.slice(1)) copyFileSync(first, path);
  rows.push(
    measure({
      name: `\`scan\` of ${ISO_COUNT} ISOs against \`scan\` of one, in one process each`,
      aim: undefined,
      rounds: 5,
      ours: () => lifeboat("scan", ...isos),
      theirs: () => lifeboat("scan", first),
    }),
  );
  return measure({
    name: `\`scan\` of ${ISO_COUNT} ISOs in one process against ${ISO_COUNT} × \`isoinfo -d\``,
    aim: undefined,
    rounds: 5,
    ours: () => lifeboat("scan", ...isos),
    theirs: () => {
      for (const path of isos) sh("isoinfo", ["-d", "-i", path]);
    },
  });
}

function addLarge(): Row {
  writeRandom(at("large.iso"), 2 * GIB);
  return measure({
    name: "`add` of a 2 GiB ISO against `cp`, `sync` and `sha256sum` one after the other",
    aim: 1 / 1.3,
    rounds: 3,
    prepare: () => {
      remove("stick.img", "copy");
      lifeboat("build", at("stick.img"), "--size", "4G", "--yes");
      sh("sync", []);
    },
    ours: () => lifeboat("add", at("stick.img"), at("large.iso")),
    theirs: () => {
      sh("cp", ["--sparse=never", at("large.iso"), at("copy")]);
      sh("sync", [at("copy")]);
      sh("sha256sum", [at("copy")]);
    },
  });
}

/** Bytes that no file system or disk can squeeze. */
function writeRandom(path: string, bytes: number): void {
  const chunk = Buffer.alloc(4 * MIB);
  const file = openSync(path, "w");
  for (let done = 0; done < bytes; done += chunk.length) writeSync(file, randomFillSync(chunk));
  closeSync(file);
}
