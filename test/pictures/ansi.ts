/** What stands on a terminal's screen, with its looks: from what tmux's `capture-pane -e` prints. */

export interface Look {
  /** 0 to 7, 8 to 15 for the bright ones; undefined: the terminal's own. */
  readonly color: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

export interface Stretch {
  readonly text: string;
  readonly look: Look;
}

const PLAIN: Look = { color: undefined, bold: false, dim: false, inverse: false };

/** Line by line. A look goes on until it is ended, over the end of a line too. */
export function parseScreen(captured: string): Stretch[][] {
  let look = PLAIN;
  return captured
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const stretches: Stretch[] = [];
      for (const [, codes, text] of line.matchAll(/\u001b\[([\d;]*)m|([^\u001b]+)/g)) {
        if (text !== undefined) stretches.push({ text, look });
        else look = changed(look, codes ?? "");
      }
      return stretches;
    });
}

/** Select Graphic Rendition: ECMA-48, 8.3.117. */
function changed(look: Look, codes: string): Look {
  let next = look;
  for (const code of codes.split(";").map(Number)) {
    if (code === 0) next = PLAIN;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 7) next = { ...next, inverse: true };
    else if (code === 27) next = { ...next, inverse: false };
    else if (code === 39) next = { ...next, color: undefined };
    else if (code >= 30 && code <= 37) next = { ...next, color: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, color: code - 82 };
  }
  return next;
}
