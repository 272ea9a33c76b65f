import type { Chain } from "./fat-reader.ts";
import type { Folder } from "./folders.ts";
import type { EntryItem } from "./slots.ts";
import type { Report } from "./survey.ts";

/** A cluster that an entry's chain comes to, and that something else has already. Who keeps it is settled when all are known. */
export type SharedCluster =
  | {
      readonly kind: "file";
      readonly folder: Folder;
      readonly item: EntryItem;
      /** Of its entry in the volume. */
      readonly offset: number;
      readonly where: string;
      readonly cluster: number;
      readonly chain: Chain;
      /** What is done where it is the one that loses. */
      readonly report: Report;
    }
  | {
      readonly kind: "directory";
      readonly folder: Folder;
      readonly item: EntryItem;
      readonly slots: readonly number[];
      readonly where: string;
      readonly cluster: number;
      /** What its `..` says. */
      readonly parent: number | undefined;
    };
