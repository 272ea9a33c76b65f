import { LifeboatError } from "../../system/errors.ts";
import { fileOffset } from "./cell.ts";
import { damaged } from "./errors.ts";
import type { Hive } from "./hive.ts";
import type { HiveKey } from "./hive-key.ts";
import { say } from "./messages.ts";
import type { RegistryKey, RegistryValue } from "./tree.ts";

/** Microsoft, "Registry element size limits": a registry tree can be 512 levels deep. */
export const MOST_LEVELS = 512;
const USUAL_LIMIT_BYTES = 64 * 2 ** 20;
/** What an empty key or value counts as. */
const BYTES_OF_AN_OBJECT = 100;

export interface ReadTreeOptions {
  /** Where to begin; the root by default. */
  readonly from?: HiveKey;
  /** Of names, data and security descriptors together. Default: 64 MiB. */
  readonly limitBytes?: number;
}

/**
 * A hive, or a part of it, as plain data.
 * @throws LifeboatError as `Hive.root` does; `hive-cycle` where a key is below itself or in two places, or has a
 * value twice, `hive-too-deep`,
 * `hive-too-large`.
 */
export async function readKeyTree(
  hive: Hive,
  { from, limitBytes = USUAL_LIMIT_BYTES }: ReadTreeOptions = {},
): Promise<RegistryKey> {
  return new TreeReader(limitBytes).read(from ?? (await hive.root()), 1);
}

class TreeReader {
  readonly #limit: number;
  #taken = 0;
  readonly #seen = new Set<number>();
  /** By offset: keys share them. */
  readonly #descriptors = new Map<number, Buffer>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  async read(key: HiveKey, level: number): Promise<RegistryKey> {
    if (level > MOST_LEVELS) throw damaged("hive-too-deep", say.tooDeep(MOST_LEVELS));
    if (this.#seen.has(key.offset)) {
      throw damaged("hive-cycle", say.cycle("key node (nk)", fileOffset(key.offset)));
    }
    this.#seen.add(key.offset);
    const className = await key.className();
    this.#take(key.name.length + (className?.length ?? 0));
    const read: RegistryKey = {
      name: key.name,
      lastWritten: key.lastWritten,
      security: await this.#security(key),
      ...(className === undefined ? {} : { className }),
      values: await this.#values(key),
      subkeys: [],
    };
    for await (const subkey of key.eachSubkey()) {
      read.subkeys.push(await this.read(subkey, level + 1));
    }
    return read;
  }

  async #values(key: HiveKey): Promise<RegistryValue[]> {
    const values: RegistryValue[] = [];
    for await (const value of key.eachValue()) {
      this.#take(value.name.length + value.sizeBytes);
      values.push({ name: value.name, type: value.type, data: await value.data() });
    }
    return values;
  }

  async #security(key: HiveKey): Promise<Buffer> {
    const known = this.#descriptors.get(key.node.keySecurityOffset);
    if (known !== undefined) return known;
    const descriptor = await key.security();
    this.#take(descriptor.length);
    this.#descriptors.set(key.node.keySecurityOffset, descriptor);
    return descriptor;
  }

  #take(bytes: number): void {
    this.#taken += bytes + BYTES_OF_AN_OBJECT;
    if (this.#taken <= this.#limit) return;
    throw new LifeboatError("hive-too-large", say.tooLarge(this.#limit), { kind: "refused" });
  }
}
