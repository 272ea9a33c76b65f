/** The order that people expect of names, the same on every computer: not the system's collation, which differs. */

/** Upper and lower case are the same, and numbers in names count as numbers: `9` before `10`. */
export function compareNames(a: string, b: string): number {
  const left = pieces(a);
  const right = pieces(b);
  for (const [index, piece] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = comparePieces(piece, other);
    if (order !== 0) return order;
  }
  if (left.length < right.length) return -1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function pieces(name: string): string[] {
  return name.toLowerCase().match(/\d+|\D+/g) ?? [];
}

function comparePieces(a: string, b: string): number {
  if (/^\d/.test(a) && /^\d/.test(b)) {
    const left = a.replace(/^0+(?=\d)/, "");
    const right = b.replace(/^0+(?=\d)/, "");
    // Longer is more: no number that names hold is too large for this.
    if (left.length !== right.length) return left.length - right.length;
    return left === right ? 0 : left < right ? -1 : 1;
  }
  return a === b ? 0 : a < b ? -1 : 1;
}
