/** Changes single settings in the user's own file: what else stands in it, comments and all, stays as it is written. */
import { LifeboatError } from "../../system/errors.ts";
import { describeMistake } from "./check.ts";
import { parseSettings } from "./read.ts";

/**
 * The file's text with another title for an image.
 * @param text of the file as it is; empty where there is none.
 * @param path of the image, on the data partition.
 * @param title undefined: the image's own name again.
 * @throws LifeboatError `settings-mistake` for a file with mistakes in it: those are the user's to mend.
 */
export async function withTitle(
  text: string,
  path: string,
  title: string | undefined,
): Promise<string> {
  await refuseMistakes(text);
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const at = ["images", path, "title"];
  // A file of comments alone has no map to put something in.
  if (document.contents === null) document.contents = document.createNode({}) as never;
  if (title !== undefined) document.setIn(at, title);
  else if (document.hasIn(at)) document.deleteIn(at);
  const changed = document.toString({ lineWidth: 0 });
  await refuseMistakes(changed);
  return changed;
}

async function refuseMistakes(text: string): Promise<void> {
  const { mistakes } = await parseSettings(Buffer.from(text));
  const [first] = mistakes;
  if (first === undefined) return;
  throw new LifeboatError("settings-mistake", describeMistake(first), { kind: "usage" });
}
