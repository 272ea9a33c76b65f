/** Which of a WIM's images is meant, by its number or by a name of the edition. */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { WimImage } from "./image.ts";
import { titleOf, versionText } from "./image.ts";
import { say } from "./messages.ts";

/** An error that fills the screen is read by nobody. */
const MOST_LISTED = 30;

export interface ImageChoice {
  /** From 1. */
  readonly index?: number;
  /** NAME, DISPLAYNAME or EDITIONID, whatever the case: `Windows 11 Pro`, `Professional`. */
  readonly edition?: string;
}

/**
 * Without a choice it is the only image.
 * @throws LifeboatError `wim-image-unknown`, `wim-image-ambiguous`; the hint lists what is there.
 */
export function chooseImage(images: readonly WimImage[], choice: ImageChoice): WimImage {
  const { index, edition } = choice;
  if (images.length === 0) throw new LifeboatError("wim-image-unknown", say.emptyWim());
  const found = images.filter(
    (image) =>
      (index === undefined || image.index === index) &&
      (edition === undefined || isCalled(image, edition)),
  );
  const [image] = found;
  if (image !== undefined && found.length === 1) return image;
  const wanted = [index, edition].filter((one) => one !== undefined).join(", ");
  if (found.length === 0) throw failure("wim-image-unknown", say.noImage(wanted), images);
  const text = wanted === "" ? say.chooseImage(images.length) : say.severalImages(wanted);
  throw failure("wim-image-ambiguous", text, found);
}

function isCalled({ name, displayName, editionId }: WimImage, edition: string): boolean {
  const wanted = keyOf(edition);
  return [name, displayName, editionId].some((one) => one !== "" && keyOf(one) === wanted);
}

function keyOf(name: string): string {
  return name.normalize("NFC").trim().replaceAll(/\s+/g, " ").toLowerCase();
}

function failure(code: string, text: Text, images: readonly WimImage[]): LifeboatError {
  const listed = images.slice(0, MOST_LISTED).map(inOneLine);
  if (images.length > MOST_LISTED) listed.push("…");
  return new LifeboatError(code, text, { kind: "usage", hint: say.imagesAre(listed.join("; ")) });
}

/** `6 Windows 11 Pro (Professional, x86_64, 10.0.26100.1)` */
function inOneLine(image: WimImage): string {
  const { index, editionId, architecture } = image;
  const facts = [editionId, architecture, versionText(image)].filter(Boolean).join(", ");
  return `${index} ${titleOf(image)}${facts === "" ? "" : ` (${facts})`}`;
}
