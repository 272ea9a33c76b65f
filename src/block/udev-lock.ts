import type { FileHandle } from "node:fs/promises";
import type { Run } from "../system/run.ts";

/** What udev does with a device takes it less; who holds the lock longer is not waited for. */
const WAIT_SECONDS = 10;

/**
 * Makes udev leave a disk alone while it is written: udev takes no events of a block device on whose node somebody else holds
 * a lock (systemd, "Locking Block Device Access"), and desktops mount what udev announces. An agreement and no protection,
 * hence no error where it doesn't come about: flock(1) is missing, or something else holds the lock.
 *
 * Node can't lock; but a lock of flock(2) belongs to the open file, which the child has from us as its standard input. So the child
 * ends at once, and the lock lasts as long as the handle, whatever ends us.
 */
export async function keepUdevAway({ fd }: FileHandle, run: Run): Promise<void> {
  const options = ["--exclusive", "--timeout", String(WAIT_SECONDS), "0"];
  await run("flock", options, { descriptor: fd }).catch(() => undefined);
}
