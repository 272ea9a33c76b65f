/** A stick in the making: what the user has chosen so far, and what it comes to. Plain data and pure functions. */
import type { IsoReport } from "../../iso/types.ts";
import type { BuildPlan } from "../../stick/build/plan.ts";
import type { DataFileSystem, Scheme } from "../../stick/layout.ts";
import type { LifeboatError } from "../../system/errors.ts";
import type { ChosenTarget } from "../targets/target.ts";

export interface DraftIso {
  readonly path: string;
  /** Undefined while it is looked at. */
  readonly report: IsoReport | LifeboatError | undefined;
}

export interface DraftOptions {
  readonly fileSystem: DataFileSystem;
  readonly scheme: Scheme;
  readonly secureBoot: boolean;
  readonly label: string;
}

export interface Draft {
  readonly target: ChosenTarget | undefined;
  readonly options: DraftOptions;
  readonly isos: readonly DraftIso[];
}

export const DEFAULT_OPTIONS: DraftOptions = {
  fileSystem: "exfat",
  scheme: "gpt",
  secureBoot: true,
  label: "LIFEBOAT",
};

/** Takes over what was found out of the images that were chosen before. */
export function withIsos(draft: Draft, paths: readonly string[]): Draft {
  const isos = paths.map(
    (path) => draft.isos.find((iso) => iso.path === path) ?? { path, report: undefined },
  );
  return { ...draft, isos };
}

export function withReport(draft: Draft, path: string, report: DraftIso["report"]): Draft {
  const isos = draft.isos.map((iso) => (iso.path === path ? { path, report } : iso));
  return { ...draft, isos };
}

/** What has to be typed before it is carried out; empty where nothing is lost. */
export function toBeTyped({ target }: BuildPlan): string {
  return target.exists ? target.path : "";
}
