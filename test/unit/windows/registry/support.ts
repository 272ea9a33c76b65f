/** Hives for these tests: real ones where the samples are there, and made ones; and what hivex says of a hive. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MemoryRange } from "../../../../src/block/memory.ts";
import { readHive, readKeyTree } from "../../../../src/windows/registry/index.ts";
import type { RegistryKey } from "../../../../src/windows/registry/index.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

export * from "../../../support/hives.ts";

const SAMPLES = fileURLToPath(new URL("../../../../../shared/samples", import.meta.url));
const LOG = "trolldbois-bcd-2";

export const hasSamples = existsSync(join(SAMPLES, "bcd"));
/** Real BCD stores, all of them hives. */
export const sampleStores = hasSamples
  ? readdirSync(join(SAMPLES, "bcd")).filter((name) => name !== LOG)
  : [];

export async function sampleStore(name: string): Promise<Buffer> {
  return readFile(join(SAMPLES, "bcd", name));
}

/** A transaction log. */
export async function sampleLog(): Promise<Buffer> {
  return sampleStore(LOG);
}

/** A real SYSTEM hive of 11.7 MB, unpacked to a file of the test's own. */
export async function sampleSystem(): Promise<string> {
  const path = join(await temporaryFolder(), "SYSTEM");
  const packed = join(SAMPLES, "hives/SYSTEM.xz");
  await judge("sh", ["-c", 'xz -dc "$0" > "$1"', packed, path]);
  return path;
}

export async function treeOf(hive: Buffer): Promise<RegistryKey> {
  return readKeyTree(await readHive(new MemoryRange(hive)));
}

/**
 * hivexml's view of a hive, without where in the file things lie. It opens /dev/stdout by its name, which a socket, Node's pipe,
 * doesn't let it.
 */
export async function xmlOf(hive: Buffer): Promise<string> {
  const path = await stored(hive);
  const xml = await judge("sh", ["-c", 'hivexml "$0" | cat', path]);
  return xml.replaceAll(/ file_offset="\d+"/g, "");
}

/** What hivexsh prints for these commands. */
export async function hivexsh(hive: Buffer, commands: readonly string[]): Promise<string> {
  return judge("hivexsh", [await stored(hive)], { input: `${commands.join("\n")}\n` });
}

/** The hive as hivexsh leaves it after these commands. */
export async function changedByHivex(hive: Buffer, commands: readonly string[]): Promise<Buffer> {
  const path = await stored(hive);
  await judge("hivexsh", ["-w", path], { input: `${[...commands, "commit"].join("\n")}\n` });
  return readFile(path);
}

async function stored(hive: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), "hive");
  await writeFile(path, hive);
  return path;
}

/** Equal for equal trees; comparing two of 25,000 keys would take many seconds. */
export function digestOf(tree: RegistryKey): string {
  const hash = createHash("sha256");
  const add = (key: RegistryKey): void => {
    const { name, lastWritten, security, className, values, subkeys } = key;
    hash.update(JSON.stringify([name, `${lastWritten}`, className, values.length, subkeys.length]));
    hash.update(security);
    for (const value of values) {
      hash.update(JSON.stringify([value.name, value.type, value.data.length])).update(value.data);
    }
    for (const subkey of subkeys) add(subkey);
  };
  add(tree);
  return hash.digest("hex");
}
