/** The stick that each command is cut short on: plain ISOs, one in pieces, one with files for the hook, settings that inject. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { MIB } from "../../src/system/sizes.ts";
import { addFiles } from "../../src/stick/add.ts";
import type { DataFileSystem, Scheme } from "../../src/stick/layout.ts";
import type { RefreshTools } from "../../src/stick/refresh.ts";
import { refreshStick } from "../../src/stick/refresh.ts";
import { writeSettings } from "../../src/stick/settings/file.ts";
import { openData } from "../../src/stick/stick.ts";
import { quietJob } from "../support/jobs.ts";
import { buildStick, fixtureIso, named, refreshTools, withStick } from "../support/sticks.ts";

export const PLAIN = "/plain.iso";
export const IN_PIECES = "/pieces.iso";
export const INJECTED = "/extra/notes.txt";

let tools: Promise<RefreshTools> | undefined;

/** Reading all recipes takes longer than most of what they are wanted for here. */
export async function crashTools(): Promise<RefreshTools> {
  return (tools ??= refreshTools());
}

export interface BaseStick {
  readonly fileSystem: DataFileSystem;
  readonly scheme: Scheme;
  readonly image: string;
  readonly bytes: Buffer;
  /** ISOs on this computer. */
  readonly isos: readonly string[];
  readonly fresh: string;
  /** Another ISO of the name of `PLAIN`. */
  readonly replacement: string;
}

const PIECE_BYTES = 128 * 1024;

/** The least that a stick takes, so that a state is looked at in little time. */
const STICK_BYTES = 336 * MIB;

export async function makeBase(
  fileSystem: DataFileSystem,
  scheme: Scheme,
  folder: string,
): Promise<BaseStick> {
  await mkdir(folder, { recursive: true });
  const iso = async (id: string, name: string) => {
    return named(await fixtureIso(id, join(folder, "fixtures")), join(folder, id), name);
  };
  const plain = await iso("debian-live", "plain.iso");
  const pieces = await iso("arch", "pieces.iso");
  const installer = await iso("debian-installer", "installer.iso");
  const image = join(folder, "stick.img");
  await buildStick(image, { isos: [plain, installer], fileSystem, scheme, sizeBytes: STICK_BYTES });
  const tools = await crashTools();
  await withStick(image, async (stick) => {
    const volume = await openData(stick, tools.run);
    await volume.makeDirectory("/extra");
    await volume.writeFile(INJECTED, Buffer.from("a text\n"), new Date());
    const fillers = await leaveHoles(volume);
    await addFiles(stick, [pieces], tools, quietJob());
    const again = await openData(stick, tools.run);
    for (const path of fillers) await again.remove(path);
    const settings = `images:\n  ${PLAIN}:\n    inject: [/extra]\n`;
    await writeSettings(stick, Buffer.from(settings), tools.run);
    await refreshStick(stick, tools, quietJob());
  });
  const bytes = await readFile(image);
  return {
    fileSystem,
    scheme,
    image,
    bytes,
    isos: [plain, installer],
    fresh: await iso("gparted", "fresh.iso"),
    replacement: await iso("kali", "plain.iso"),
  };
}

/** Made when `clone` is first carried out: a stick of the same kind that has other files. */
export async function cloneSource({
  image,
  fileSystem,
  scheme,
  fresh,
  replacement,
}: BaseStick): Promise<string> {
  const source = `${image}.source`;
  if (existsSync(source)) return source;
  const isos = [fresh, replacement];
  await buildStick(source, { isos, fileSystem, scheme, sizeBytes: STICK_BYTES });
  await withStick(source, async (stick) => {
    const volume = await openData(stick, (await crashTools()).run);
    await volume.makeDirectory("/notes");
    await volume.writeFile("/notes/read.txt", Buffer.from("of the source\n"), new Date());
  });
  return source;
}

/** Fills the volume but for holes of `PIECE_BYTES`; returns what is to be removed later. */
async function leaveHoles(volume: Awaited<ReturnType<typeof openData>>): Promise<string[]> {
  const put = async (path: string, bytes: number) => {
    await (await volume.reserve(bytes)).commit(path, new Date());
    return path;
  };
  const large = await put("/large.bin", volume.freeBytes - 40 * PIECE_BYTES);
  const small: string[] = [];
  while (volume.freeBytes > 4 * PIECE_BYTES) {
    small.push(await put(`/${small.length}.bin`, PIECE_BYTES));
  }
  const holes = small.filter((_path, index) => index % 2 === 1);
  for (const path of holes) await volume.remove(path);
  return [large, ...small.filter((path) => !holes.includes(path))];
}

export async function dropBase({ image }: BaseStick): Promise<void> {
  for (const file of [image, `${image}.source`]) await rm(file, { force: true });
}
