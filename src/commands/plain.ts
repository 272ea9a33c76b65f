/**
 * Text as one harmless line: file names, titles and other programs' words can hold line ends and a terminal's commands (C0
 * and C1 control characters, ECMA-48).
 */
export function withoutControls(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
