/** Text with Chinese in it, for terminals: how wide it is, and where a line may end. */

/** Ideographs, and the punctuation that is as wide as they (Unicode Standard Annex 11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]/g;

/** How many columns of a terminal the text takes. */
export function columnsOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

/** A word, or one ideograph, with the punctuation that stays with it at the end of a line (Unicode Standard Annex 14). */
const PIECES =
  /\s*(?:[（“《「]*(?:[\u2e80-\u2fff\u3041-\ua4cf\uf900-\ufaff]|[^\s（“《「，。；：、）”》」！？\u2e80-\u2fff\u3041-\ua4cf\uf900-\ufaff]+)[，。；：、）”》」！？]*|\S)/g;

/** The pieces between which a line may end; together they are the text but for spaces at its end. */
export function piecesOf(text: string): string[] {
  return text.match(PIECES) ?? [];
}

/** Lines of at most `columns`, where no piece is longer. */
export function wrap(text: string, columns: number): string {
  const lines: string[] = [];
  for (const whole of text.split("\n")) {
    let line = "";
    for (const piece of piecesOf(whole)) {
      if (line !== "" && columnsOf(line + piece) > columns) {
        lines.push(line);
        line = piece.trimStart();
      } else line += piece;
    }
    lines.push(line);
  }
  return lines.join("\n");
}
