/** `[===                        12.0%                          ]`, which DISM draws over the one before. */
const BAR = /\[[= ]*(\d{1,3}(?:[.,]\d+)?)%[= ]*\]/g;
/** A piece of output may end in the middle of a bar. */
const LONGEST_BAR = 256;

/** From pieces of DISM's output to percents, 0 to 100. */
export function percentReader(report: (percent: number) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const said = rest + piece;
    const last = [...said.matchAll(BAR)].at(-1);
    rest = said.slice(last === undefined ? -LONGEST_BAR : last.index + last[0].length);
    rest = rest.slice(-LONGEST_BAR);
    if (last !== undefined) report(Math.min(100, Number(last[1]?.replace(",", "."))));
  };
}
