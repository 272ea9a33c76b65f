/** The boot loader that an ISO brings for Secure Boot: shim, the GRUB that this shim starts, and MokManager. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { openFat } from "../../filesystems/fat32/index.ts";
import { efiImages, unlessDamaged } from "../efi-images.ts";
import { readSection } from "../pe-sections.ts";
import { IsoTree } from "../tree.ts";

/** Where firmware looks on removable media (UEFI 2.10, 3.5.1.1). */
const FOLDER = "/EFI/BOOT";
const SHIM_NAME = "bootx64.efi";
/** What shims start: a name that is built in. openSUSE's is the second one. */
const GRUB_NAMES = ["grubx64.efi", "grub.efi"] as const;
const MOK_MANAGER_NAMES = ["mmx64.efi", "MokManager.efi"] as const;
/** Signed GRUBs take 2 to 5 MB, shims one. */
const LARGEST_PROGRAM = 16 << 20;
/** Shim's list of keys that it trusts, and only shim has it. */
const KEYS_SECTION = ".vendor_cert";
const MOST_KEY_BYTES = 1 << 20;

export interface LoaderFile {
  /** As shim looks for it, in the folder that it lies in itself. */
  readonly name: string;
  readonly range: ByteRange;
}

export interface FoundLoader {
  readonly shim: LoaderFile;
  /** Undefined where there is none beside the shim. */
  readonly grub?: LoaderFile;
  readonly mokManager?: LoaderFile;
  /** The certificates inside the shim: DER, or EFI signature lists. */
  readonly keys: Buffer;
}

/**
 * Looks in the ISO's tree, and then in its El Torito images for EFI; undefined where neither has a shim.
 * @param range the whole image, for its El Torito images. What is damaged counts as not there.
 */
export async function findLoader(
  tree: IsoTree,
  range: ByteRange | undefined,
): Promise<FoundLoader | undefined> {
  const inTree = await unlessDamaged(async () => loaderIn(tree));
  if (inTree !== undefined || range === undefined) return inTree;
  for (const image of await efiImages(range)) {
    const found = await unlessDamaged(async () => loaderIn(new IsoTree(await openFat(image))));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function loaderIn(tree: IsoTree): Promise<FoundLoader | undefined> {
  const shim = await fileIn(tree, SHIM_NAME);
  const keys = shim && (await readSection(shim.range, KEYS_SECTION, MOST_KEY_BYTES));
  if (shim === undefined || keys === undefined) return undefined;
  const content = await readBytes(shim.range, 0, shim.range.size);
  const grub = await firstIn(
    tree,
    GRUB_NAMES.filter((name) => content.includes(Buffer.from(name, "utf16le"))),
  );
  const mokManager = await firstIn(tree, MOK_MANAGER_NAMES);
  return { shim, keys, ...(grub && { grub }), ...(mokManager && { mokManager }) };
}

async function firstIn(tree: IsoTree, names: readonly string[]): Promise<LoaderFile | undefined> {
  for (const name of names) {
    const file = await fileIn(tree, name);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function fileIn(tree: IsoTree, name: string): Promise<LoaderFile | undefined> {
  const entry = await tree.find(`${FOLDER}/${name}`);
  if (entry?.kind !== "file" || entry.sizeBytes > LARGEST_PROGRAM) return undefined;
  const range = await tree.open(entry.path);
  return range === undefined ? undefined : { name, range };
}
