/** A stick with the ISOs of several cells, and one cell's start from it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bootInQemu } from "../../src/boot/qemu/boot.ts";
import { findEntry, listEntries } from "../../src/stick/menu/entries.ts";
import type { DataFileSystem } from "../../src/stick/layout.ts";
import { openStick } from "../../src/stick/stick.ts";
import { LifeboatError } from "../../src/system/errors.ts";
import { run } from "../../src/system/run.ts";
import { VERSION } from "../../src/system/version.ts";
import { buildImage } from "../e2e/lifeboat.ts";
import { cacheFolder } from "../setup/cache.ts";
import { testIso } from "../setup/isos.ts";
import type { Cell } from "./cells.ts";
import type { CellResult } from "./results.ts";
import { keyOf, matrixFolder } from "./results.ts";

/** Builds one stick with all ISOs of these cells, which is gone after `use`. */
export async function withStick(
  fileSystem: DataFileSystem,
  cells: readonly Cell[],
  use: (image: string) => Promise<void>,
): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), "matrix-stick-"));
  try {
    const isos: string[] = [];
    for (const name of new Set(cells.map(({ system }) => system.iso)))
      isos.push(await testIso(name));
    await use(await buildImage(join(folder, "stick.img"), isos, "--fs", fileSystem));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Starts the cell's entry in QEMU. The image is not changed, so that several may start from it at a time.
 * @param slower how many times longer than alone it may take.
 * @param of goes into the result.
 */
export async function startCell(
  cell: Cell,
  image: string,
  slower: number,
  of: string,
): Promise<CellResult> {
  const { system, firmware } = cell;
  const says = system.except?.[firmware]?.says;
  const logs = join(matrixFolder(), "logs");
  await mkdir(logs, { recursive: true });
  const log = join(logs, `${keyOf(cell)}.log`);
  const at = new Date().toISOString();
  const entries = await listEntries(image, firmware);
  let positions: readonly number[];
  try {
    ({ positions } = findEntry(entries, system.entry));
  } catch (error) {
    // One system without its entry must not keep the others from being started.
    if (!(error instanceof LifeboatError)) throw error;
    const titles = entries.map(({ titles: path }) => path.join(" › "));
    await writeFile(log, `${error.text.en}\n\n${titles.join("\n")}\n`);
    return { outcome: "failed", missing: error.text.en, seconds: 0, at, of, log };
  }
  const result = await bootInQemu({
    image,
    firmware,
    select: positions,
    expect: says === undefined ? system.shows : [says],
    timeoutMs: system.minutes * 60_000 * slower,
    headless: true,
    screenshot: `${log}.png`,
  });
  await writeFile(log, `${result.serial}\n\nthe screen:\n${result.screen}\n`);
  const { missing, seconds } = result;
  return {
    outcome: !result.ok ? "failed" : says === undefined ? "runs" : "says",
    ...(missing === undefined ? {} : { missing }),
    seconds,
    at,
    of,
    log,
  };
}

/** Program or package → version, of what the stick was made by and started in. */
export async function versionsOf(image: string): Promise<Record<string, string>> {
  const stick = await openStick(image);
  try {
    const qemu = await run("qemu-system-x86_64", ["--version"]);
    return {
      lifeboat: VERSION,
      QEMU: /version (\S+)/.exec(qemu.stdout)?.[1] ?? "",
      ...stick.manifest.bootStage.versions,
    };
  } finally {
    await stick.disk.close();
  }
}
