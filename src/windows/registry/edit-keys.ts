/** One subkey more or less, with all that belongs to it. */
import { LifeboatError } from "../../system/errors.ts";
import { dropSecurities, useSecurity } from "./edit-security.ts";
import { insertSubkey, removeSubkey } from "./edit-subkeys.ts";
import { releaseValues } from "./edit-values.ts";
import type { EditedCells } from "./edited-cells.ts";
import { damaged } from "./errors.ts";
import type { HiveKey } from "./hive-key.ts";
import { KEY_FLAGS, encodeKeyNode, newKeyNode } from "./key-node.ts";
import type { KeyNode } from "./key-node.ts";
import { say } from "./messages.ts";
import { MOST_LEVELS } from "./read-tree.ts";
import { readSubkeysList } from "./subkeys-list.ts";

export interface NewKey {
  /** Undefined: the parent's. */
  readonly security: Buffer | undefined;
  /** Empty: none. */
  readonly className: string;
}

/** The caller writes the parent. @param timestamp FILETIME; default: the parent's. */
export async function addSubkey(
  cells: EditedCells,
  parent: HiveKey,
  name: string,
  own: NewKey,
  timestamp: bigint | undefined,
): Promise<{ offset: number; parentNode: KeyNode }> {
  const parentNode = { ...parent.node };
  const node = newKeyNode(name, parent.offset, timestamp ?? parentNode.lastWrittenTimestamp);
  node.keySecurityOffset = await useSecurity(cells, parentNode.keySecurityOffset, own.security);
  const className = Buffer.from(own.className, "utf16le");
  if (className.length > 0) {
    node.classNameOffset = cells.store(className);
    node.classNameLength = className.length;
  }
  const offset = cells.store(encodeKeyNode(node));
  await insertSubkey(cells, parent.offset, parentNode, { name, offset });
  const { largestSubkeyNameLength, largestSubkeyClassNameLength } = parentNode;
  parentNode.largestSubkeyNameLength = Math.max(largestSubkeyNameLength, name.length * 2);
  parentNode.largestSubkeyClassNameLength = Math.max(
    largestSubkeyClassNameLength,
    className.length,
  );
  return { offset, parentNode };
}

/**
 * With all that is below it.
 * @returns the parent's node, which the caller writes.
 * @throws LifeboatError `registry-no-delete`.
 */
export async function deleteSubkey(
  cells: EditedCells,
  parent: HiveKey,
  key: HiveKey,
): Promise<KeyNode> {
  const node = { ...parent.node };
  await removeSubkey(cells, parent.offset, node, key.offset);
  if (node.numberOfSubkeys === 0) {
    node.largestSubkeyNameLength = 0;
    node.largestSubkeyClassNameLength = 0;
  }
  const securities: number[] = [];
  await release(cells, key, 1, securities);
  await dropSecurities(cells, securities);
  return node;
}

/** @param securities is given the key security items of all keys that were released. */
async function release(
  cells: EditedCells,
  key: HiveKey,
  level: number,
  securities: number[],
): Promise<void> {
  if (level > MOST_LEVELS) throw damaged("hive-too-deep", say.tooDeep(MOST_LEVELS));
  const { offset, node } = key;
  if ((node.flags & KEY_FLAGS.noDelete) !== 0) {
    throw new LifeboatError("registry-no-delete", say.noDelete(key.name), { kind: "refused" });
  }
  for (const subkey of await key.subkeys()) {
    await release(cells, subkey, level + 1, securities);
  }
  const { root, leaves } = await readSubkeysList(cells, offset, node);
  for (const leaf of leaves) await cells.release(leaf.offset, "subkeys list");
  if (root !== undefined) await cells.release(root, "subkeys list");
  await releaseValues(cells, offset, node);
  if ((await key.className()) !== undefined) {
    await cells.release(node.classNameOffset, "class name");
  }
  await cells.release(offset, "key node (nk)");
  securities.push(node.keySecurityOffset);
}
