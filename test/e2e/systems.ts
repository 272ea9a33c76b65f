/** The real systems that are started from sticks: which entry starts each, and what only its own user space says. */
import type { Firmware } from "../../src/boot/qemu/firmware.ts";
import type { TestIso } from "../setup/isos.ts";

export interface System {
  readonly iso: TestIso;
  readonly name: string;
  /** A part of the titles of its entry in the stick's menu, which the firmware may have a say in. */
  readonly entry: string;
  /** What it says on the console once it runs, one after the other. */
  readonly shows: readonly string[];
  /** A whole live system, which reads all of its ISO: what else can be wrong with a file system shows here. */
  readonly live?: true;
  /** The time that it is given, in minutes: emulated, on a machine with other work to do. */
  readonly minutes: number;
  /**
   * Firmware on which it isn't meant to start, and why. `says`: its entry is there and explains itself in these words, which is
   * looked at; without it, nothing is started.
   */
  readonly except?: Partial<Record<Firmware, { readonly why: string; readonly says?: string }>>;
}

const UNSIGNED = {
  why: "not signed by anyone; its entry says so",
  says: "This program is not signed",
} as const;

export const SYSTEMS: readonly System[] = [
  {
    iso: "debian-live",
    name: "Debian 12 live (live-boot)",
    entry: "Live system (amd64)",
    shows: ["lifeboat-live login:"],
    live: true,
    minutes: 8,
  },
  {
    iso: "dracut-live",
    name: "Debian 12 live (dracut dmsquash-live)",
    entry: "Start Dracut-Live",
    shows: ["lifeboat-live login:"],
    live: true,
    minutes: 8,
  },
  {
    iso: "d-i-mini",
    name: "Debian 12 installer (mini ISO, all of it in its initrd)",
    entry: "Debian GNU/Linux 12 › Install",
    shows: ["Choose the language to be used for the installation process"],
    minutes: 8,
  },
  {
    iso: "d-i-cd",
    name: "Debian 12 installer (CD, which it has to find)",
    entry: "Debian GNU/Linux 12.1.0 › Install",
    // It reads the CD's folders of packages once it has mounted it, and not before.
    shows: ["Detecting hardware to find installation media", "Scanning installation media", "100%"],
    minutes: 12,
  },
  {
    iso: "grub-rescue",
    name: "GRUB rescue",
    entry: "GRUB rescue",
    shows: ["GNU/Hurd", "Change the colors"],
    minutes: 3,
  },
  {
    iso: "memtest",
    name: "memtest86+ 6",
    entry: "Memtest86+",
    shows: ["Memtest86+ v6", "CLK/Temp"],
    minutes: 3,
    except: {
      "secure-boot": UNSIGNED,
      "uefi-ia32": { why: "its ISO holds a 64-bit program only" },
    },
  },
  {
    iso: "ipxe",
    name: "iPXE",
    entry: "iPXE",
    shows: ["iPXE 1.0"],
    minutes: 3,
    except: {
      "secure-boot": UNSIGNED,
      "uefi-ia32": { why: "its ISO holds a 64-bit program only" },
    },
  },
];

/** @throws Error where none is made from that ISO. */
export function systemOf(iso: TestIso): System {
  const found = SYSTEMS.find((system) => system.iso === iso);
  if (found === undefined) throw new Error(`no system ${iso}`);
  return found;
}
