/**
 * How the stick's menu tells an ISO's own GRUB which entry was chosen, without writing anything: in the name of the folder that this
 * GRUB is started from. FAT takes upper and lower case for the same, so all spellings lead to the one folder; but GRUB
 * keeps the path as it was given, shim hands it on, and the second GRUB has it in `$cmdpath`. Where a firmware should spell it
 * in its own way, no entry is chosen, and the second menu waits.
 */

/** The folder with the programs, in the folder of an ISO's own loader. */
const FOLDER = "selected";

/** As many as there are spellings, without the one that chooses nothing. */
export const MOST_CHOICES = 2 ** FOLDER.length - 1;

/** The folder as it lies on the ESP. */
export function programFolder(folder: string): string {
  return `${folder}/${FOLDER}`;
}

/** The same folder in the spelling that chooses entry `index`, from 0; it chooses none from `MOST_CHOICES` on. */
export function chosenFolder(folder: string, index: number): string {
  const bits = index < MOST_CHOICES ? index + 1 : 0;
  const spelled = FOLDER.replaceAll(/./g, (letter, place: number) =>
    (bits >> place) & 1 ? letter.toUpperCase() : letter,
  );
  return `${folder}/${spelled}`;
}
