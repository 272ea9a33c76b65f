/**
 * What the program says of itself, written down: the man page, which is part of the build, and with `--docs` (`npm run docs`) the
 * pages of all commands.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, stop } from "./setup.mjs";

write("dist/lifeboat.1", ["--lang", "en"]);
if (process.argv.includes("--docs")) {
  write("docs/commands.md", ["--format", "markdown", "--lang", "en"]);
  write("docs/commands.zh-CN.md", ["--format", "markdown", "--lang", "zh"]);
}

function write(path, options) {
  const program = [join(root, "lifeboat"), "manual", ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: "utf8" });
  if (status !== 0) stop(`${path} could not be made: ${stderr}`);
  writeFileSync(join(root, path), stdout);
}
