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

/** That the medium was pulled out, as it was first said: what each job on the way up added is taken off. Undefined for other failures. */
export function removalOf(failure: unknown): LifeboatError | undefined {
  if (!(failure instanceof LifeboatError) || failure.code !== "device-gone") return undefined;
  return removalOf(failure.cause) ?? failure;
}
