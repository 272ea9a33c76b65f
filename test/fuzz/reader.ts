/** What the fuzzer knows of a reader of foreign bytes. */
import type { Random } from "../support/random.ts";
import type { Scratch } from "./scratch.ts";

export interface Area {
  readonly start: number;
  readonly length: number;
}

/** A sound input that mutated ones are made from. */
export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  /** Where the structures lie that decide most, for seeds that are changed in place. Default: wherever they aren't zero. */
  readonly hot?: readonly Area[];
}

/** What a reader made of an input, where it neither refused it nor failed. */
export type Understood = "whole" | "part";

export interface Input {
  /** In the run; -1 for a seed itself. */
  readonly number: number;
  readonly seed: string;
  readonly bytes: Buffer;
}

export interface FuzzedReader {
  readonly name: string;
  /** The formats and parts of the program that it stands for, for the page of results. */
  readonly what: string;
  /** `image`: changed in place, now and then cut. `document`: short, and may grow, shrink and be taken apart. */
  readonly kind: "image" | "document";
  /** Made by the formats' own tools, the same each time but for times and serial numbers that those choose. */
  makeSeeds(folder: string): Promise<Seed[]>;
  /** Words of a document's language. */
  readonly tokens?: readonly string[];
  /** Makes the checksums right again that would keep what was changed from being looked at. */
  repair?(image: Scratch, seed: string): void;
  /** Of documents. */
  repairDocument?(bytes: Buffer, random: Random): void;
  /** Reads all there is to read. @throws LifeboatError where it refuses the input; anything else is a defect. */
  read(input: Input): Promise<Understood>;
}
