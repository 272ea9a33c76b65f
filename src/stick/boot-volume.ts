/**
 * The volume that the menu is read from, with everything under `/lifeboat` that belongs to it: the ESP of a stick with GRUB's boot
 * stage; the data partition of one with Ventoy's, whose own boot partition is Ventoy's alone.
 */
import type { TreeFile } from "../filesystems/fat32/index.ts";
import type { WritableVolume } from "../filesystems/volume.ts";

export interface BootVolume extends WritableVolume {
  /** How many changes were made since it was opened: the same number, and nothing was written. */
  readonly changes: number;

  /** Writes files, and the directories above them that aren't there yet. What is there already is replaced. */
  writeTree(files: readonly TreeFile[]): Promise<void>;

  /**
   * Puts other bytes of the same number where a file's bytes are, and touches nothing else.
   * @throws LifeboatError `no-such-file`, `not-a-file`, `size-differs`.
   */
  overwriteInPlace(path: string, data: Uint8Array): Promise<void>;
}
