/**
 * What `npm start` and `npm test` do before anything else, on a machine with nothing but Node: npm packages, the compiled
 * program, and Debian packages for the programs that are missing. Plain JavaScript without imports of its own packages,
 * since they may not be there yet.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

export const root = join(import.meta.dirname, "..");

const OLDEST_NODE = [20, 19];

/** Ends with a sentence where Node is too old; installs npm packages and compiles where that hasn't been done. */
export function prepareCheckout() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    stop(
      `lifeboat needs Node.js ${OLDEST_NODE.join(".")} or later; this is ${process.versions.node}`,
    );
  }
  const lock = join(root, "package-lock.json");
  const installed = join(root, "node_modules", ".package-lock.json");
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
  if (!fresh || !existsSync(compiler)) {
    step("Installing npm packages");
    // Not `npm ci`: it wants the linter's builds for every other platform in the lock file, and not every registry has them.
    // The compiler is among the development packages, which npm leaves out under NODE_ENV=production.
    must("npm", ["install", "--include=dev", "--no-audit", "--no-fund"]);
  }
  step("Compiling");
  must(process.execPath, [compiler, "-p", "tsconfig.build.json"]);
  must(process.execPath, [join(root, "scripts", "compile-recipes.mjs")]);
  must(process.execPath, [join(root, "scripts", "write-manual.mjs")]);
}

/**
 * Makes sure that the programs (looked for on the path, and where administrators' programs lie) and files are there.
 * @param {readonly { package: string, programs?: readonly string[], files?: readonly string[] }[]} wanted
 * @returns {string[]} the packages that are still missing; the line that installs them was printed.
 */
export function ensurePackages(wanted) {
  const missing = missingOf(wanted);
  if (missing.length === 0) return [];
  const install = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  const prefix = administrator();
  if (prefix === undefined || !programExists("apt-get")) {
    console.log(`Missing: ${missing.join(" ")}. Install them with this line, then try again:`);
    console.log(`  sudo apt-get update && sudo ${install}`);
    return missing;
  }
  step(`Installing Debian packages: ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  must([...prefix, "apt-get"], ["update", "-q"], { env, quiet: true });
  must([...prefix, "env", "DEBIAN_FRONTEND=noninteractive"], install.split(" "), {
    env,
    quiet: true,
  });
  return missingOf(wanted);
}

function missingOf(wanted) {
  const absent = wanted.filter(
    ({ programs = [], files = [] }) =>
      !programs.every(programExists) || !files.every((file) => existsSync(file)),
  );
  return absent.map((one) => one.package);
}

function programExists(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** How to run something as root without being asked: nothing, `sudo -n`, or not at all. */
function administrator() {
  if (process.getuid?.() === 0) return [];
  const sudo = spawnSync("sudo", ["-n", "true"], { stdio: "ignore" });
  return sudo.status === 0 ? ["sudo", "-n"] : undefined;
}

/** Runs a program, in the checkout unless a folder is named; ends this one where it fails. */
export function must(program, args, { env = process.env, quiet = false, cwd = root } = {}) {
  const [command, ...first] = [program].flat();
  const result = spawnSync(command, [...first, ...args], {
    cwd,
    env,
    stdio: quiet ? ["ignore", "pipe", "inherit"] : ["ignore", "inherit", "inherit"],
    maxBuffer: 1 << 28,
  });
  if (result.status === 0) return;
  if (quiet && result.stdout) console.log(result.stdout.toString().slice(-2000));
  stop(`${command} ${[...first, ...args].join(" ")} failed`);
}

export function step(text) {
  console.log(`== ${text}`);
}

export function stop(text) {
  console.error(text);
  process.exit(1);
}
