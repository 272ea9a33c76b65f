/**
 * `npm run executable`: lifeboat as one file for Linux x64, by Node's own support for single executables: a copy of Node with the
 * program and the files that it reads inside (docs/packaging.md). Writes `lifeboat` and `licenses.txt`.
 *
 *   npm run executable                     to dist-exe, with the Node that runs this
 *   npm run executable -- --out FOLDER
 *   npm run executable -- --node FILE      with another one: where that runs, the result does
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inject } from "postject";
import { bundle } from "./bundle.mjs";
import { licencesOf } from "./licences.mjs";
import { must, root, stop } from "./setup.mjs";

/** Node looks for its program under this name, where the mark in it ends in 1. */
const BLOB = "NODE_SEA_BLOB";
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Read by the program from its package, besides what the package has beside its code: src/system/package-files.ts. */
const PREPARED = ["dist/menu/new-isos/prepared-en.json", "dist/menu/new-isos/prepared-zh.json"];

const { values } = parseArgs({ options: { node: { type: "string" }, out: { type: "string" } } });
if (process.platform !== "linux" || process.arch !== "x64")
  stop("The executable is made on Linux x64, for Linux x64");
// Where npm was started; it starts this in the checkout.
const from = process.env.INIT_CWD ?? ".";
const node =
  values.node === undefined ? process.execPath : realpathSync(resolve(from, values.node));
const out = values.out === undefined ? join(root, "dist-exe") : resolve(from, values.out);
mkdirSync(out, { recursive: true });
const work = mkdtempSync(join(out, ".work-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
await makeExecutable();

async function makeExecutable() {
  const executable = join(work, "lifeboat");
  copyFileSync(node, executable);
  chmodSync(executable, 0o755);
  if (!readFileSync(executable).includes(`${FUSE}:0`)) {
    stop(`${node} was built without support for single executables; name another with --node`);
  }
  // Symbols for debuggers are an eighth of it. Nothing else is lost where binutils aren't there.
  spawnSync("strip", [executable]);
  const { code, inputs } = await bundle();
  await injectQuietly(executable, blobOf(code));
  must(executable, ["--version"], { quiet: true });
  const licences = licencesOf(node, inputs);
  writeFileSync(join(out, "licenses.txt"), licences);
  renameSync(executable, join(out, "lifeboat"));
  const mib = (statSync(join(out, "lifeboat")).size / 2 ** 20).toFixed(1);
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  console.log(`${join(out, "lifeboat")}: ${mib} MiB, with Node ${stdout.trim()}`);
}

/** The injector warns of each note in Node's program whose section has a name that it can't read; it needs none of them. */
async function injectQuietly(executable, blob) {
  const { warn } = console;
  console.warn = (text) => {
    if (!/offset for section name '\.note/.test(text)) warn(text);
  };
  await inject(executable, BLOB, blob, { sentinelFuse: FUSE });
  console.warn = warn;
}

/** Made by the same Node that will run it: it holds V8's code of the program, which another one refuses. */
function blobOf(code) {
  // Named without a folder: it is what stack traces say.
  const main = "lifeboat.cjs";
  const output = join(work, "blob");
  const index = join(work, "index.json");
  const config = join(work, "config.json");
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const folders = files.filter((name) => name !== "dist" && isFolder(join(root, name)));
  const paths = [...folders.flatMap(filesUnder), ...PREPARED];
  const assets = Object.fromEntries(paths.map((path) => [path, join(root, path)]));
  writeFileSync(join(work, main), code);
  writeFileSync(index, JSON.stringify(paths));
  const options = { main, output, useCodeCache: true, disableExperimentalSEAWarning: true };
  writeFileSync(config, JSON.stringify({ ...options, assets: { ...assets, "index.json": index } }));
  must(node, ["--experimental-sea-config", config], { quiet: true, cwd: work });
  return readFileSync(output);
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Paths from the checkout's root. */
function filesUnder(folder) {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name))).toSorted();
}
