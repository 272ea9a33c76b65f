/** Seeds are made once a run, and kept in a folder that the processes of the run share. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Area, FuzzedReader, Seed } from "./reader.ts";

interface Listed {
  readonly name: string;
  readonly hot?: readonly Area[];
}

export async function storeSeeds(reader: FuzzedReader, folder: string): Promise<void> {
  const own = join(folder, reader.name);
  await mkdir(join(own, "work"), { recursive: true });
  const seeds = await reader.makeSeeds(join(own, "work"));
  if (seeds.length === 0) throw new Error(`${reader.name}: no seeds`);
  for (const [index, { bytes }] of seeds.entries()) await writeFile(join(own, `${index}`), bytes);
  const list: Listed[] = seeds.map(({ name, hot }) =>
    hot === undefined ? { name } : { name, hot },
  );
  await writeFile(join(own, "seeds.json"), JSON.stringify(list));
}

export async function storedSeeds(reader: FuzzedReader, folder: string): Promise<Seed[]> {
  const own = join(folder, reader.name);
  const list = JSON.parse(await readFile(join(own, "seeds.json"), "utf8")) as Listed[];
  return Promise.all(
    list.map(async (listed, index) => ({
      ...listed,
      bytes: await readFile(join(own, `${index}`)),
    })),
  );
}
