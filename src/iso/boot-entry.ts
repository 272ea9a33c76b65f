/** One start of something, as an ISO's own boot configurations describe it. */
export interface BootEntry {
  readonly title: string;
  /** Titles of the submenus that it lies in, outermost first. */
  readonly parents: readonly string[];
  readonly kind: "linux" | "linux16" | "chainload" | "configfile" | "other";
  /** The kernel, EFI program or configuration file: a path in the ISO, not checked. */
  readonly kernel: string;
  readonly initrd: readonly string[];
  /** The kernel's arguments, one word each. */
  readonly args: readonly string[];
}
