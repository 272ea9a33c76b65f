/** Where an ISO's persistence file lies: under one folder, by the ISO's own path. */

export const PERSISTENCE_FOLDER = "/lifeboat/persistence";

/** `/linux/debian.iso` keeps its changes in `/lifeboat/persistence/linux/debian.iso.img`. */
export function persistencePath(isoPath: string): string {
  return `${PERSISTENCE_FOLDER}${isoPath}.img`;
}

/** The ISO that a file in that folder belongs to; undefined where it can't be one of them. */
export function isoPathOf(path: string): string | undefined {
  if (!path.startsWith(`${PERSISTENCE_FOLDER}/`) || !path.endsWith(".img")) return undefined;
  return path.slice(PERSISTENCE_FOLDER.length, -".img".length);
}
