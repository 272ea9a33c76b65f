/** How each kind of start is said in GRUB, for an ISO of the last refresh that is open. */
import { WHOLE_IMAGE } from "../../iso/method-paths.ts";
import { splitPartitionPath } from "../../iso/partition-path.ts";
import { blockList } from "../block-list.ts";
import { quote, quoteArguments } from "../grub-script.ts";
import type { MenuIso, MenuIsoEntry, StickFacts } from "../menu-iso.ts";
import { bsdStart } from "./bsd.ts";
import { configfileLines } from "./configfile.ts";
import type { FileWord } from "./file-word.ts";
import { GRUB_COMMANDS, linuxStart } from "./linux.ts";
import { linux16Lines, memdiskArguments, memdiskLines } from "./linux16.ts";
import { multibootStart } from "./multiboot.ts";

/**
 * The commands that load it, once it is open; undefined where GRUB can't read what it needs.
 * @param commands the names of those that load Linux, where that GRUB has others.
 */
export function startOf(
  entry: MenuIsoEntry,
  iso: MenuIso,
  stick: StickFacts,
  commands = GRUB_COMMANDS,
): string[] | undefined {
  const { method } = entry;
  const isInPieces = inPieces(iso);
  const file = fileWords(iso);
  const whole = isInPieces ? undefined : `($data)${blockList(iso.extents ?? [])}`;
  switch (method.kind) {
    case "linux":
      return linuxStart(method, { file, iso, stick, commands, files: entry.files });
    case "linux16": {
      const kernel = file(method.kernel);
      return kernel === undefined ? undefined : linux16Lines(kernel, quoteArguments(method.args));
    }
    case "chainload": {
      if (method.image === undefined) {
        const program = file(method.path);
        return program === undefined ? undefined : [`chainloader ${program}`];
      }
      // The program lies in a FAT image of the ISO: a second loopback opens it.
      const image = file(method.image);
      if (image === undefined) return undefined;
      return [
        `loopback efi-${iso.device} ${image}`,
        `chainloader ${quote(`(efi-${iso.device})${method.path}`)}`,
      ];
    }
    case "configfile":
      return isInPieces ? undefined : ownConfig(iso, method.path);
    case "loopback":
      if (isInPieces) return undefined;
      return [`set iso_path=${quote(iso.path)}`, "export iso_path", ...ownConfig(iso, method.path)];
    case "memdisk": {
      const image = method.path === undefined ? whole : file(method.path);
      if (image === undefined) return undefined;
      return memdiskLines(image, quoteArguments(memdiskArguments(method)));
    }
    case "multiboot":
      return multibootStart(method, file);
    case "kfreebsd":
    case "knetbsd":
    case "kopenbsd":
      return bsdStart(method, file, whole);
    case "ventoy":
      // Not from an open ISO: see ventoy-hand-over.ts.
      return undefined;
  }
}

/** GRUB reads wrong bytes across the border of two extents: only what was copied to the ESP can be used then. */
function inPieces({ extents = [] }: MenuIso): boolean {
  return extents.length > 1;
}

function fileWords(iso: MenuIso): FileWord {
  const isInPieces = inPieces(iso);
  return (path) => {
    if (!isInPieces && path !== WHOLE_IMAGE) return quote(pathIn(iso.device, path));
    const copy = iso.copies?.[path];
    return copy === undefined ? undefined : `($lifeboat)${quote(copy)}`;
  };
}

/** Of a file of the ISO, or of one in a partition of its image. */
function pathIn(device: string, path: string): string {
  const { partition, path: inside } = splitPartitionPath(path);
  return partition === undefined ? `(${device})${path}` : `(${device},${partition})${inside}`;
}

function ownConfig({ device }: MenuIso, path: string): string[] {
  return configfileLines(device, quote(`(${device})${path}`));
}
