/** What the screens need from outside: the computer, and the user's language. Tests bring a computer of their own making. */
import type { Kit } from "../boot/kit/kit.ts";
import type { DiskLister } from "../disks/disk.ts";
import type { Run } from "../system/run.ts";
import type { ChooserFolder } from "./files/paths.ts";
import type { LanguageSwitch } from "./frame/runtime.ts";

export interface App extends LanguageSwitch {
  readonly run: Run;
  readonly disks: DiskLister;
  /** @throws LifeboatError `no-kit`, and where it is damaged. */
  readonly openKit: () => Promise<Kit>;
  /** Where new files are made. */
  readonly folder: string;
  /** Where files are looked for. */
  readonly chooser: ChooserFolder;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}
