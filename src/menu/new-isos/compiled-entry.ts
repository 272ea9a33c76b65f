/** Which entry of which recipe: names of functions are made of it. */
export interface EntryPlace {
  readonly number: string;
  /** A title of the recipe's with what is known before the image is. */
  readonly title: (template: string) => string;
}

/** An entry as GRUB script. */
export interface CompiledEntry {
  readonly functions: readonly string[];
  /** Looks for its files, and offers it where they are there. */
  readonly search: readonly string[];
}
