/** UDF volumes, read-only: revisions 1.02 to 2.60 (ECMA-167, OSTA UDF) on plain and metadata partitions. */
import type { ByteRange, Extent } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { MemoryRange } from "../../block/memory.ts";
import { Struct, bytes } from "../../block/struct.ts";
import { ReadCache } from "../optical/cache.ts";
import { ReadOnlyRange } from "../../block/read-only.ts";
import { contentOfRuns, extentsOfRuns } from "../optical/content.ts";
import { PathTree, refuseNoFile } from "../optical/tree.ts";
import type { ReadableVolume, VolumeEntry } from "../volume.ts";
import { directoryIdOf, readDirectory } from "./directory.ts";
import type { UdfNode } from "./directory.ts";
import { decodeDstring, longAd } from "./fields.ts";
import { FILE_TYPE_DIRECTORY, FILE_TYPE_REGULAR, FILE_TYPE_SYMBOLIC_LINK } from "./file-entry.ts";
import { readDescriptorBlock, readFileEntry, readFileSummary } from "./file-entry.ts";
import type { DecodedFileEntry, FileContent } from "./file-entry.ts";
import { damaged, say } from "./messages.ts";
import { openPartitions } from "./partitions.ts";
import type { Space } from "./space.ts";
import { MAX_LINK_BYTES, decodePathComponents } from "./symbolic-link.ts";
import { TAG, TAG_BYTES, decodeTag } from "./tag.ts";
import { volumeUuid } from "./uuid.ts";
import { readVolumeStructure } from "./volume-descriptors.ts";
import type { VolumeStructure } from "./volume-descriptors.ts";

/** ECMA-167 4/14.1, as far as it is used. */
const FileSet = new Struct("UDF file set descriptor", 416, {
  tag: bytes(TAG_BYTES),
  identification: bytes(384),
  rootDirectory: longAd,
});

export interface UdfVolume extends ReadableVolume {
  readonly fileSystem: "udf";
  /** Of UDF, as the volume's domain identifier says: `1.02`, `2.50`. */
  readonly revision: string;
  /** The target of the symbolic link at `path`, "/"-separated; undefined where there is no link. `find` and `open` follow links. */
  readLink(path: string): Promise<string | undefined>;
}

/**
 * Opens the UDF volume in `range`.
 *
 * `label` is the logical volume's identifier, `uuid` the sixteen hex digits that GRUB and udev make of the volume set's
 * identifier (empty where it is too short). Names are found as asked, else without regard to case, as Windows does.
 *
 * @throws LifeboatError `not-udf`; `udf-damaged`; `unsupported-partition` for virtual and sparable partitions (discs
 * written in packets); `truncated-volume`.
 */
export async function openUdf(range: ByteRange): Promise<UdfVolume> {
  const cache = new ReadCache(range);
  const structure = await readVolumeStructure(range, cache);
  const space = await openPartitions(structure, cache);
  const { fileSet } = structure.logical;
  const { block, offset } = await readDescriptorBlock(space, "file set", fileSet);
  const tag = decodeTag(block);
  if (tag?.identifier !== TAG.fileSet || tag.location !== fileSet.block) {
    throw damaged("udf-damaged", say.damagedDescriptor("file set", offset));
  }
  const icb = FileSet.decode(block).rootDirectory;
  return new OpenVolume(range, structure, space, {
    name: "",
    icb,
    directoryId: directoryIdOf(icb),
  });
}

class OpenVolume implements UdfVolume {
  readonly fileSystem = "udf";
  readonly label: string;
  readonly uuid: string;
  readonly revision: string;
  readonly allocationUnitBytes: number;
  readonly #range: ByteRange;
  readonly #space: Space;
  readonly #paths: PathTree<UdfNode>;

  constructor(range: ByteRange, structure: VolumeStructure, space: Space, root: UdfNode) {
    this.label = decodeDstring(structure.logical.volumeId);
    this.uuid = volumeUuid(decodeDstring(structure.primary.volumeSetId));
    this.revision = structure.revision;
    this.allocationUnitBytes = space.blockBytes;
    this.#range = range;
    this.#space = space;
    this.#paths = new PathTree<UdfNode>({
      root,
      caseSensitive: false,
      children: (node, path) => this.#children(node, path),
      describe: (node, path) => this.#describe(node, path),
      linkTarget: (node, path) => this.#linkTarget(node, path),
    });
  }

  list(path: string): Promise<VolumeEntry[]> {
    return this.#paths.list(path);
  }

  find(path: string): Promise<VolumeEntry | undefined> {
    return this.#paths.find(path);
  }

  readLink(path: string): Promise<string | undefined> {
    return this.#paths.readLink(path);
  }

  async extents(path: string): Promise<Extent[] | undefined> {
    const { content } = await this.#file(path);
    if (content.kind !== "runs") return undefined;
    return extentsOfRuns(path, this.#range, content.runs);
  }

  async open(path: string): Promise<ByteRange> {
    const { content } = await this.#file(path);
    return this.#contentRange(path, content);
  }

  async #file(path: string): Promise<DecodedFileEntry> {
    const { node } = await this.#paths.get(path);
    if (node.directoryId !== undefined) return refuseNoFile(path);
    const entry = await readFileEntry(this.#space, path, node.icb);
    return FILE_TYPE_REGULAR.includes(entry.fileType) ? entry : refuseNoFile(path);
  }

  async #children(node: UdfNode, path: string): Promise<UdfNode[]> {
    const { fileType, content } = await readFileEntry(this.#space, path, node.icb);
    if (fileType !== FILE_TYPE_DIRECTORY) {
      throw damaged("udf-damaged", say.badField(path, "file type", fileType));
    }
    return readDirectory(this.#contentRange(path, content), path);
  }

  async #describe(node: UdfNode, path: string): Promise<VolumeEntry> {
    const { fileType, sizeBytes, modified } = await readFileSummary(this.#space, path, node.icb);
    const isDirectory = node.directoryId !== undefined;
    if (isDirectory !== (fileType === FILE_TYPE_DIRECTORY)) {
      throw damaged("udf-damaged", say.badField(path, "file type", fileType));
    }
    const isFile = FILE_TYPE_REGULAR.includes(fileType);
    const kind = isDirectory ? "directory" : isFile ? "file" : "other";
    return { path, name: node.name, kind, sizeBytes: isFile ? sizeBytes : 0, modified };
  }

  async #linkTarget(node: UdfNode, path: string): Promise<string | undefined> {
    if (node.directoryId !== undefined) return undefined;
    const summary = await readFileSummary(this.#space, path, node.icb);
    if (summary.fileType !== FILE_TYPE_SYMBOLIC_LINK) return undefined;
    const { content } = await readFileEntry(this.#space, path, node.icb);
    const range = this.#contentRange(path, content);
    return decodePathComponents(await readBytes(range, 0, Math.min(range.size, MAX_LINK_BYTES)));
  }

  #contentRange(path: string, content: FileContent): ByteRange {
    if (content.kind === "runs") return contentOfRuns(path, this.#range, content.runs);
    return new ReadOnlyRange(new MemoryRange(content.data), path);
  }
}
