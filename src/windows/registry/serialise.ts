import { BASE_BLOCK_BYTES, HIVE_SIGNATURE, encodeBaseBlock, encodeFileName } from "./base-block.ts";
import { storeData } from "./big-data.ts";
import { checkTree } from "./check-tree.ts";
import { NO_CELL } from "./cell.ts";
import { KEY_FLAGS, encodeKeyNode, newKeyNode } from "./key-node.ts";
import type { KeyNode } from "./key-node.ts";
import { encodeKeySecurity } from "./key-security.ts";
import { encodeKeyValue, encodeOffsets } from "./key-value.ts";
import { compareNames } from "./names.ts";
import { NewBins } from "./new-bins.ts";
import { storeSubkeys } from "./subkeys-list.ts";
import { LINK_TYPE, LINK_VALUE } from "./tree.ts";
import type { RegistryKey, RegistryValue } from "./tree.ts";

export interface SerialiseOptions {
  /** 3 for BCD stores, 5 for other hives of Windows XP and later. */
  readonly minorVersion: 3 | 4 | 5 | 6;
  /** The path that the base block names, whose last 31 characters are kept; nothing depends on it. */
  readonly fileName: string;
  /** FILETIME of the base block and the first hive bin. */
  readonly timestamp: bigint;
  /** Both sequence numbers. Default: 1. */
  readonly sequenceNumber?: number;
}

/**
 * Writes a hive anew: the same bytes for the same tree. Subkeys are sorted, values stay in their order.
 * @throws LifeboatError as `checkTree` does.
 */
export function serialiseHive(tree: RegistryKey, options: SerialiseOptions): Buffer {
  const { minorVersion, timestamp, sequenceNumber = 1 } = options;
  checkTree(tree, minorVersion);
  const writer = new HiveWriter(minorVersion);
  const rootCellOffset = writer.writeRoot(tree);
  const bins = writer.finish(timestamp);
  const block = encodeBaseBlock({
    signature: HIVE_SIGNATURE,
    primarySequenceNumber: sequenceNumber,
    secondarySequenceNumber: sequenceNumber,
    lastWrittenTimestamp: timestamp,
    majorVersion: 1,
    minorVersion,
    fileType: 0,
    fileFormat: 1,
    rootCellOffset,
    hiveBinsDataSize: bins.length,
    clusteringFactor: 1,
    fileName: encodeFileName(options.fileName),
    reserved: Buffer.alloc(396),
  });
  return Buffer.concat([block, Buffer.alloc(BASE_BLOCK_BYTES - block.length), bins]);
}

interface SharedSecurity {
  readonly offset: number;
  readonly securityDescriptor: Buffer;
  referenceCount: number;
}

class HiveWriter {
  readonly #bins: NewBins;
  /** By descriptor, in order of their first use. */
  readonly #securities = new Map<string, SharedSecurity>();

  constructor(minorVersion: number) {
    this.#bins = new NewBins(minorVersion);
  }

  writeRoot(key: RegistryKey): number {
    // The parent of a root means nothing on a disk.
    return this.#writeKey(key, NO_CELL, KEY_FLAGS.hiveEntry | KEY_FLAGS.noDelete);
  }

  finish(timestamp: bigint): Buffer {
    const ring = [...this.#securities.values()];
    for (const [index, item] of ring.entries()) {
      const next = ring[(index + 1) % ring.length] ?? item;
      const previous = ring[(index + ring.length - 1) % ring.length] ?? item;
      const links = { flink: next.offset, blink: previous.offset };
      this.#bins.replace(item.offset, encodeKeySecurity({ ...item, ...links }));
    }
    return this.#bins.finish(timestamp);
  }

  #writeKey(key: RegistryKey, parent: number, flags: number): number {
    const node: KeyNode = { ...newKeyNode(key.name, parent, key.lastWritten), flags };
    // Its place first: subkeys point to it.
    const offset = this.#bins.store(encodeKeyNode(node));
    node.keySecurityOffset = this.#security(key.security);
    if (key.className !== undefined && key.className !== "") {
      const className = Buffer.from(key.className, "utf16le");
      node.classNameOffset = this.#bins.store(className);
      node.classNameLength = className.length;
    }
    this.#writeValues(node, key.values);
    const subkeys = key.subkeys.toSorted((a, b) => compareNames(a.name, b.name));
    const written = subkeys.map((subkey) => ({
      name: subkey.name,
      offset: this.#writeKey(subkey, offset, 0),
    }));
    node.numberOfSubkeys = written.length;
    node.subkeysListOffset = storeSubkeys(this.#bins, written);
    node.largestSubkeyNameLength = largest(subkeys, ({ name }) => name.length * 2);
    node.largestSubkeyClassNameLength = largest(
      subkeys,
      ({ className }) => (className?.length ?? 0) * 2,
    );
    this.#bins.replace(offset, encodeKeyNode(node));
    return offset;
  }

  #writeValues(node: KeyNode, values: readonly RegistryValue[]): void {
    const offsets = values.map(({ name, type, data }) => {
      const stored = storeData(this.#bins, data);
      const value = { name, dataType: type, flags: 0, spare: 0, ...stored };
      return this.#bins.store(encodeKeyValue(value));
    });
    if (values.some(isLink)) node.flags |= KEY_FLAGS.symbolicLink;
    node.numberOfKeyValues = offsets.length;
    if (offsets.length > 0) node.keyValuesListOffset = this.#bins.store(encodeOffsets(offsets));
    node.largestValueNameLength = largest(values, ({ name }) => name.length * 2);
    node.largestValueDataSize = largest(values, ({ data }) => data.length);
  }

  #security(securityDescriptor: Buffer): number {
    if (securityDescriptor.length === 0) return NO_CELL;
    const id = securityDescriptor.toString("latin1");
    const known = this.#securities.get(id);
    if (known !== undefined) {
      known.referenceCount++;
      return known.offset;
    }
    const unlinked = { flink: 0, blink: 0, referenceCount: 1, securityDescriptor };
    const offset = this.#bins.store(encodeKeySecurity(unlinked));
    this.#securities.set(id, { offset, securityDescriptor, referenceCount: 1 });
    return offset;
  }
}

/** A key with this value is a link: that is all that a tree as plain data knows of its flag. */
function isLink({ name, type }: RegistryValue): boolean {
  return type === LINK_TYPE && compareNames(name, LINK_VALUE) === 0;
}

function largest<T>(items: readonly T[], sizeOf: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, sizeOf(item)), 0);
}
