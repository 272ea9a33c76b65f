/** `apply-image.mjs WIM VOLUME`: what a command does that applies an image, without the rest of such a command. Of the compiled program. */
import { openFile } from "../../dist/block/file.js";
import { run } from "../../dist/system/run.js";
import { chooseImage, openWim, wimBackend } from "../../dist/windows/wim/index.js";

const [, , path, volume] = process.argv;
const range = await openFile(path);
const { images } = await openWim(range);
await range.close();
const { index, totalBytes } = chooseImage(images, {});
const backend = await wimBackend(run);
let events = 0;
await backend.apply(
  { wim: { path }, index, target: { kind: "volume", path: volume }, totalBytes },
  { report: () => events++, signal: new AbortController().signal },
);
console.log(`${events} reports`);
