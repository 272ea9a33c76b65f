/** Which checksum files lie beside an image, and what they say of it. Reads only. */
import { posix } from "node:path";
import { readBytes } from "../../block/byte-range.ts";
import type { ReadableVolume, VolumeEntry } from "../../filesystems/volume.ts";
import { failureOf } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { ListedSum } from "../../system/checksum-list.ts";
import { decodeList, parseChecksums } from "../../system/checksum-list.ts";

/** What a publisher says of one image. */
export interface PublishedSum extends ListedSum {
  /** The checksum file, absolute. */
  readonly source: string;
}

export interface Published {
  /** Path of an image → what is said of it. */
  readonly sums: ReadonlyMap<string, readonly PublishedSum[]>;
  /** Files for one image that isn't there: the file's path → the image's. */
  readonly orphans: ReadonlyMap<string, string>;
  readonly unreadable: readonly { readonly path: string; readonly reason: Text }[];
}

/** A list of a hundred thousand files is no list of ISOs. */
const LARGEST_BYTES = 8 * MIB;

/** `debian.iso.sha256`, `debian.iso.sha256sum`, `debian.sha256`: one image's own. */
const OWN = /^(?<image>.+)\.(?:(?:md5|sha1|sha256|sha512)(?:sums?)?|checksum)(?:\.txt)?$/i;
/** `SHA256SUMS`, `sha256sum.txt`, `Fedora-42-x86_64-CHECKSUM`, OpenBSD's `SHA256`: lists for a folder. */
const LIST =
  /^(?:(?:md5|sha1|sha256|sha512)(?:[-_.]?sums?)?|(?:.*[-_.])?checksums?)(?:[-_.][\w-]+)?(?:\.txt)?$/i;
/** What an own file belongs to where that isn't there; a list may well speak of images that nobody has. */
const IMAGE = /\.(?:iso|img|efi)$/i;

/** What is asked of the tree that images and lists lie in: a data partition, or a folder of this computer. */
export type ListedTree = Pick<ReadableVolume, "find" | "list" | "open">;

/** Looks at the folders of `images` (absolute paths in `data`). */
export async function findPublished(
  images: readonly string[],
  data: ListedTree,
): Promise<Published> {
  const sums = new Map<string, PublishedSum[]>();
  const orphans = new Map<string, string>();
  const unreadable: { path: string; reason: Text }[] = [];
  const add = (image: string, sum: PublishedSum) => {
    const known = sums.get(image) ?? [];
    if (!known.some((one) => one.sum === sum.sum)) sums.set(image, [...known, sum]);
  };
  const folders = new Set(images.map((image) => posix.dirname(image)));
  for (const folder of folders) {
    const here = new Map(
      images
        .filter((image) => posix.dirname(image) === folder)
        .map((image) => [keyOf(posix.basename(image)), image]),
    );
    if ((await data.find(folder))?.kind !== "directory") continue;
    for (const entry of await data.list(folder)) {
      if (entry.kind !== "file" || entry.name.startsWith("._")) continue;
      const own = ownedBy(entry.name, here);
      if (own === undefined && !LIST.test(entry.name)) {
        const missing = OWN.exec(entry.name)?.groups?.["image"];
        if (missing !== undefined && IMAGE.test(missing)) {
          orphans.set(entry.path, posix.join(folder, missing));
        }
        continue;
      }
      const listed = await readList(entry, data);
      if (!Array.isArray(listed)) {
        unreadable.push({ path: entry.path, reason: listed });
        continue;
      }
      for (const sum of listed) {
        const image = own !== undefined && speaksOfOne(listed, sum) ? own : named(sum, here);
        if (image !== undefined) add(image, { ...sum, source: entry.path });
      }
    }
  }
  return { sums, orphans, unreadable };
}

/** The image that a file of this name is for, where it is there. */
function ownedBy(name: string, here: ReadonlyMap<string, string>): string | undefined {
  const image = OWN.exec(name)?.groups?.["image"];
  if (image === undefined) return undefined;
  const candidates = [image, `${image}.iso`, `${image}.img`, `${image}.efi`];
  return candidates.map((one) => here.get(keyOf(one))).find((one) => one !== undefined);
}

/** Who renames an ISO renames its checksum file, and not the name in it. */
function speaksOfOne(listed: readonly ListedSum[], sum: ListedSum): boolean {
  return listed.filter(({ algorithm }) => algorithm === sum.algorithm).length === 1;
}

/** Names are relative to the list's folder. A whole path is that of the computer where the list was made. */
function named({ name = "" }: ListedSum, here: ReadonlyMap<string, string>): string | undefined {
  const whole = /^(?:[a-z]:)?[\\/].*[\\/](?<last>[^\\/]+)$/i.exec(name)?.groups?.["last"];
  return here.get(keyOf(whole ?? name.replace(/^(?:\.[\\/])+/, "")));
}

/** Most of a stick's file systems don't tell upper from lower case, and macOS takes letters apart. */
function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

async function readList(entry: VolumeEntry, data: ListedTree): Promise<ListedSum[] | Text> {
  if (entry.sizeBytes > LARGEST_BYTES) return { en: "it is too large", zh: "文件过大" };
  try {
    const file = await data.open(entry.path);
    try {
      return parseChecksums(decodeList(await readBytes(file, 0, file.size)));
    } finally {
      await file.close();
    }
  } catch (error) {
    return failureOf(error).text;
  }
}
