/** Whether a computer with Secure Boot on would start an ISO by the boot loader that the ISO brings, and why not where not. */
import type { ByteRange } from "../../block/byte-range.ts";
import type { Text } from "../../system/text.ts";
import { isFirmwareVendor, readBootImage } from "../boot-image.ts";
import type { IsoTree } from "../tree.ts";
import type { LoaderFile } from "./find.ts";
import { findLoader } from "./find.ts";
import { readGrubPrefix } from "./grub-prefix.ts";
import { say } from "./messages.ts";
import type { SbatGenerations } from "./sbat.ts";
import { readSbat, revokedBy } from "./sbat.ts";

/** What is copied to the stick. */
export interface OwnLoader {
  readonly shim: LoaderFile;
  readonly grub: LoaderFile;
  readonly mokManager?: LoaderFile;
  /** The folder in which its GRUB looks for grub.cfg, absolute; empty where that is the folder that GRUB lies in. */
  readonly prefix: string;
}

export type OwnLoaderResult = { readonly loader: OwnLoader } | { readonly reason: Text };

/** A folder that a stick may have: on FAT no name ends in a dot. Its own GRUB reads /EFI/debian, and /lifeboat is the stick's. */
const PLAIN_PREFIX = /^(?:\/[\w.-]{0,63}[\w-]){1,4}$/;
const PREFIX_OF_LIFEBOAT = /^\/(?:lifeboat|EFI\/debian)(?:\/|$)/i;

/**
 * @param range the whole image, for its El Torito images.
 * @param level what the computer is expected to hold against shim and GRUB.
 * @param signers who signed the kernels that it should start.
 * @throws LifeboatError where reading fails.
 */
export async function judgeOwnLoader(
  tree: IsoTree,
  range: ByteRange | undefined,
  level: SbatGenerations,
  signers: readonly string[] = [],
): Promise<OwnLoaderResult> {
  const found = await findLoader(tree, range);
  if (found === undefined) return { reason: say.noShim() };
  const { shim, grub, mokManager, keys } = found;
  const { issuers } = await readBootImage(shim.range);
  if (!issuers.some(isFirmwareVendor)) return { reason: say.notFromMicrosoft() };
  const prefix = grub === undefined ? undefined : await readGrubPrefix(grub.range);
  if (grub === undefined || prefix === undefined) return { reason: say.noGrub() };
  if (!isUsable(prefix)) return { reason: say.badPrefix(prefix) };
  for (const { name, range: program } of [
    { ...shim, name: "shim" },
    { ...grub, name: "GRUB" },
  ]) {
    const sbat = await readSbat(program);
    if (sbat === undefined) return { reason: say.noSbat(name) };
    const revocation = revokedBy(level, sbat);
    if (revocation === undefined) continue;
    const { component, has, needs } = revocation;
    return { reason: say.revoked(name, component, has, needs) };
  }
  const grubSigners = (await readBootImage(grub.range)).issuers;
  for (const signer of signers) {
    if (grubSigners.includes(signer) || keys.includes(signer)) continue;
    return { reason: say.unknownKey(signer) };
  }
  return { loader: { shim, grub, prefix, ...(mokManager && { mokManager }) } };
}

function isUsable(prefix: string): boolean {
  return prefix === "" || (PLAIN_PREFIX.test(prefix) && !PREFIX_OF_LIFEBOAT.test(prefix));
}
