/** Cylinder, head, sector addresses of MBR entries: three bytes, of which nothing later than DOS needs more than plausibility. */

/** The geometry that every BIOS and tool assumes for disks of today. */
const HEADS = 255;
const SECTORS_PER_TRACK = 63;
const MAX_CYLINDER = 1023;

/** What sfdisk, Windows and parted write for an address beyond the last cylinder: the highest one, cylinder 1023. */
const BEYOND = Buffer.from([0xfe, 0xff, 0xff]);

/** The three bytes for a sector: head; sector and the cylinder's bits 8–9; the cylinder's bits 0–7. */
export function encodeChs(lba: number): Buffer {
  const track = Math.floor(lba / SECTORS_PER_TRACK);
  const cylinder = Math.floor(track / HEADS);
  if (cylinder > MAX_CYLINDER) return Buffer.from(BEYOND);
  const sector = (lba % SECTORS_PER_TRACK) + 1;
  return Buffer.from([track % HEADS, sector | ((cylinder >> 2) & 0xc0), cylinder & 0xff]);
}

/** True where the address can be said at all. */
export function fitsChs(lba: number): boolean {
  return lba < (MAX_CYLINDER + 1) * HEADS * SECTORS_PER_TRACK;
}
