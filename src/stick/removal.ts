import { stat } from "node:fs/promises";
import { deviceGone } from "../block/file.ts";
import { LifeboatError } from "../system/errors.ts";

/**
 * A program that lifeboat started (mke2fs, debugfs) says in its own way that the device went away. The error, told as that removal
 * where the device's node is gone.
 * @param path of the device.
 */
export async function asRemoval(failure: unknown, path: string): Promise<unknown> {
  if (!(failure instanceof LifeboatError) || failure.code !== "tool-failed") return failure;
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? deviceGone(path, failure) : failure;
}
