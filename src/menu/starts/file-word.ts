/** GRUB's word for a file of the ISO; undefined where GRUB can't read it. */
export type FileWord = (path: string) => string | undefined;

/** All of them, or undefined where one isn't known. */
export function allKnown<T>(values: readonly (T | undefined)[]): T[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}
