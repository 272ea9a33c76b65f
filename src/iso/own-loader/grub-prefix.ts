/**
 * What was built into a GRUB for EFI: where it looks for its configuration. grub-mkimage puts modules, a memory disk, a first
 * configuration and the prefix one after the other into the section `mods` (GRUB, include/grub/kernel.h: grub_module_info64 and
 * grub_module_header).
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { Struct, u32le, u64le } from "../../block/struct.ts";
import { readSection } from "../pe-sections.ts";

const ModuleInfo = new Struct("GRUB module info", 24, {
  magic: u32le,
  padding: u32le,
  offset: u64le,
  size: u64le,
});
/** "mimg" */
const MAGIC = 0x676d_696d;

/** `size` counts the header too. */
const ModuleHeader = new Struct("GRUB module header", 8, { type: u32le, size: u32le });
const TYPE_PREFIX = 3;

/** Signed GRUBs have 3 to 5 MiB of modules. */
const MOST_BYTES = 16 << 20;
const MOST_MODULES = 4096;
const LONGEST_PREFIX = 256;

/**
 * The prefix that is built in: a folder, perhaps with a device before it; empty for the folder that GRUB itself lies in. Undefined
 * where the file is no GRUB for EFI, or none with a prefix. @throws LifeboatError where reading fails.
 */
export async function readGrubPrefix(program: ByteRange): Promise<string | undefined> {
  const section = await readSection(program, "mods", MOST_BYTES);
  if (section === undefined || section.length < ModuleInfo.size) return undefined;
  const info = ModuleInfo.decode(section);
  if (info.magic !== MAGIC) return undefined;
  const start = Number(info.offset);
  const end = Math.min(section.length, Number(info.size));
  for (let at = start, count = 0; count < MOST_MODULES; count++) {
    if (at + ModuleHeader.size > end) return undefined;
    const { type, size } = ModuleHeader.decode(section, at);
    if (size < ModuleHeader.size || at + size > end) return undefined;
    if (type === TYPE_PREFIX) return prefixIn(section.subarray(at + ModuleHeader.size, at + size));
    at += size;
  }
  return undefined;
}

function prefixIn(content: Buffer): string | undefined {
  const length = content.indexOf(0);
  return length < 0 || length > LONGEST_PREFIX ? undefined : content.toString("latin1", 0, length);
}
