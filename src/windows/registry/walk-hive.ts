import type { ByteRange } from "../../block/byte-range.ts";
import { mapCells } from "./cell-map.ts";
import { fileOffset } from "./cell.ts";
import { damaged } from "./errors.ts";
import { HiveCells } from "./hive-cells.ts";
import type { HiveKey } from "./hive-key.ts";
import { readHive } from "./hive.ts";
import { say } from "./messages.ts";
import { MOST_LEVELS } from "./read-tree.ts";

/**
 * Goes through all bins, cells, keys and values of a hive, without their data: whether it makes sense as a whole. Memory stays
 * flat, but for one number a key.
 * @throws LifeboatError as `readHive`, `mapCells` and `readKeyTree` do, but for `hive-too-large`.
 */
export async function walkHive(range: ByteRange): Promise<void> {
  const hive = await readHive(range);
  await mapCells(new HiveCells(range, hive.baseBlock));
  await walkKey(await hive.root(), 1, new Set());
}

async function walkKey(key: HiveKey, level: number, seen: Set<number>): Promise<void> {
  if (level > MOST_LEVELS) throw damaged("hive-too-deep", say.tooDeep(MOST_LEVELS));
  if (seen.has(key.offset)) {
    throw damaged("hive-cycle", say.cycle("key node (nk)", fileOffset(key.offset)));
  }
  seen.add(key.offset);
  for await (const value of key.eachValue()) void value.sizeBytes;
  for await (const subkey of key.eachSubkey()) await walkKey(subkey, level + 1, seen);
}
