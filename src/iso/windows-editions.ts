/** The editions on a Windows installation medium: what its install image says of itself. Nothing is unpacked. */
import { posix } from "node:path";
import { LifeboatError, failureOf } from "../system/errors.ts";
import type { Beside, WimImage } from "../windows/wim/index.ts";
import {
  findParts,
  openWim,
  refuseMissingParts,
  titleOf,
  versionText,
} from "../windows/wim/index.ts";
import { say } from "./messages.ts";
import { problem } from "./report.ts";
import type { IsoTree } from "./tree.ts";
import type { IsoEdition, IsoReport } from "./types.ts";

/** Media for two architectures have a folder for each. */
const PATHS = ["/sources", "/x64/sources", "/x86/sources"].flatMap((folder) =>
  ["wim", "esd", "swm"].map((ending) => `${folder}/install.${ending}`),
);

/** Adds the editions to the report, and what is wrong with the images that have them to its problems. */
export async function addEditions(tree: IsoTree, report: IsoReport): Promise<void> {
  const editions: IsoEdition[] = [];
  for (const path of PATHS) {
    const file = await tree.find(path);
    if (file?.kind !== "file") continue;
    try {
      editions.push(...(await editionsIn(tree, file.path, report)));
    } catch (error) {
      const { text } = failureOf(error);
      const what = say.installImageUnreadable(file.path, text);
      report.problems.push(problem("windows-image-unreadable", "warning", what));
    }
  }
  if (editions.length > 0) report.editions = editions;
}

async function editionsIn(tree: IsoTree, path: string, report: IsoReport): Promise<IsoEdition[]> {
  const range = await tree.open(path);
  // The tree remembers why, and the report tells it.
  if (range === undefined) return [];
  const { header, images, encrypted } = await openWim(range);
  if (encrypted) {
    const what = say.installImageEncrypted(path);
    report.problems.push(problem("windows-image-encrypted", "warning", what));
  }
  const name = posix.basename(path);
  try {
    refuseMissingParts(name, await findParts(name, header, besideInTree(tree, path)));
  } catch (error) {
    const { text } = failureOf(error);
    report.problems.push(problem("windows-part-missing", "warning", text));
  }
  return images.map((image) => editionOf(path, image));
}

function editionOf(file: string, image: WimImage): IsoEdition {
  const { index, editionId, architecture, languages } = image;
  return {
    file,
    index,
    name: titleOf(image),
    editionId,
    architecture,
    version: versionText(image),
    languages: [...languages],
  };
}

function besideInTree(tree: IsoTree, path: string): Beside {
  const folder = posix.dirname(path);
  return {
    list: async () => (await tree.glob(`${folder}/*.swm`)).map(({ name }) => name),
    async open(name) {
      const range = await tree.open(posix.join(folder, name));
      if (range !== undefined) return range;
      throw new LifeboatError("open-failed", say.nothingToRead(name));
    },
  };
}
