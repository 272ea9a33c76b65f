/** `clone` of a 16 GiB stick image with 3 GiB used: what it writes, how long it takes, its memory, against `dd` and `cp --sparse`. */
import { spawnSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { sh } from "./measure.ts";

const GIB = 1024 ** 3;
const SIZE = "16G";

/** Loaded into the program: every write to a file is counted where Node makes it, whichever file it is; printed when it ends. */
const REPORT =
  "import{open}from'node:fs/promises';const f=await open(process.execPath);" +
  "const p=Object.getPrototypeOf(f);await f.close();let n=0;const w=p.write;" +
  "p.write=async function(...a){const r=await w.apply(this,a);n+=r.bytesWritten;return r};" +
  "process.on('exit',()=>process.stderr.write('wrote '+n+' '+process.resourceUsage().maxRSS+'\\n'))";

/**
 * @param writeRandom makes a file that nothing can squeeze.
 * @returns a table. Needs 20 GB in `folder` for a while.
 */
export function measureClone(
  lifeboat: string,
  folder: string,
  writeRandom: (path: string, bytes: number) => void,
): string {
  const at = (name: string) => join(folder, name);
  const isos = [at("clone-a.iso"), at("clone-b.iso"), at("clone-c.iso")];
  for (const iso of isos) writeRandom(iso, GIB);
  const stick = at("clone-source.img");
  sh(process.execPath, [
    lifeboat,
    "build",
    stick,
    "--size",
    SIZE,
    "--iso",
    ...isos,
    "--yes",
    "--quiet",
  ]);
  for (const iso of isos) rmSync(iso);
  const target = at("clone-target.img");
  const rows: string[] = [];
  const row = (name: string, seconds: number, written: number, peakMib?: number) => {
    const allocated = statSync(target).blocks * 512;
    const cells = [seconds.toFixed(1), gib(written), gib(allocated), peakMib?.toFixed(0) ?? "–"];
    rows.push(`| ${[name, ...cells].join(" | ")} |`);
    rmSync(target);
    sh("sync", []);
  };

  const hook = `data:text/javascript,${encodeURIComponent(REPORT)}`;
  const command = [
    "--import",
    hook,
    lifeboat,
    "clone",
    stick,
    target,
    "--size",
    SIZE,
    "--yes",
    "--quiet",
  ];
  const start = performance.now();
  const result = spawnSync(process.execPath, command, { encoding: "utf8" });
  const ours = (performance.now() - start) / 1000;
  const usage = /^wrote (\d+) (\d+)$/m.exec(result.stderr);
  if (result.status !== 0 || usage === null) throw new Error(result.stderr.slice(-500));
  row("`lifeboat clone`, read back", ours, Number(usage[1]), Number(usage[2]) / 1024);

  const theirs = (name: string, program: string, args: string[], written: () => number) => {
    const begin = performance.now();
    sh(program, args);
    sh("sync", [target]);
    row(name, (performance.now() - begin) / 1000, written());
  };
  const copied = () => statSync(target).blocks * 512;
  theirs("`cp --sparse=always`", "cp", ["--sparse=always", stick, target], copied);
  theirs(
    "`dd bs=4M`",
    "dd",
    [`if=${stick}`, `of=${target}`, "bs=4M", "status=none"],
    () => statSync(target).size,
  );
  rmSync(stick);
  return [
    `| a ${SIZE} stick image with 3 GiB of ISOs | seconds | GiB written | GiB the copy takes | MiB of memory |`,
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(2);
}
