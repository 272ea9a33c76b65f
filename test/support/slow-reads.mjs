/**
 * For `node --import`: each read of a megabyte or more takes a tenth of a second longer, as from a slow disk. What a test does
 * while something is copied is then done in time, however quick the machine is.
 */
import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const LARGE_BYTES = 1 << 20;
const DELAY_MS = 100;

const file = await open(fileURLToPath(import.meta.url));
const handles = Object.getPrototypeOf(file);
await file.close();
const { read } = handles;
handles.read = async function slowRead(buffer, offset, length, position) {
  if (length >= LARGE_BYTES) await delay(DELAY_MS);
  return read.call(this, buffer, offset, length, position);
};
