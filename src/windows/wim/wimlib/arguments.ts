/** Words of wimlib-imagex's command line that could be taken for something else than the file that they name. */

/** `-…` would be an option, `-` alone standard input, `@…` a list of names. */
export function fileArgument(path: string): string {
  return /^[-@]/.test(path) ? `./${path}` : path;
}

/** In the image; all paths there begin at its root. */
export function imagePath(path: string): string {
  return /^[\\/]/.test(path) ? path : `/${path}`;
}
