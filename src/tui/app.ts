/** What the screens need from outside: the computer, and the user's language. Tests bring a computer of their own making. */
import type { DiskLister } from "../disks/disk.ts";
import type { Run } from "../system/run.ts";
import type { LanguageSwitch } from "./frame/runtime.ts";

export interface App extends LanguageSwitch {
  readonly run: Run;
  readonly disks: DiskLister;
  /** Where files are looked for first. */
  readonly folder: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}
