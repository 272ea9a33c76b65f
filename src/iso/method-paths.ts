/** Which files of the ISO a start reads. */
import type { BootMethod } from "./types.ts";

/** The path that stands for the image itself: it is a program, or a floppy, and is copied to the ESP whole. */
export const WHOLE_IMAGE = "/";

/** The same start with other paths for the files of the ISO that it reads. */
export function mapPaths(method: BootMethod, to: (path: string) => string): BootMethod {
  switch (method.kind) {
    case "linux":
      return { ...method, kernel: to(method.kernel), initrd: method.initrd.map(to) };
    case "linux16":
    case "kopenbsd":
      return { ...method, kernel: to(method.kernel) };
    case "chainload":
      // With an image, the program's path is one inside of that.
      return method.image === undefined
        ? { ...method, path: to(method.path) }
        : { ...method, image: to(method.image) };
    case "configfile":
    case "loopback":
      return { ...method, path: to(method.path) };
    case "memdisk":
      return method.path === undefined ? method : { ...method, path: to(method.path) };
    case "multiboot": {
      const modules = method.modules.map((one) => ({ ...one, path: to(one.path) }));
      return { ...method, kernel: to(method.kernel), modules };
    }
    case "kfreebsd": {
      const modules = method.modules.map((one) =>
        one.path === undefined ? one : { ...one, path: to(one.path) },
      );
      const hints = method.hints === undefined ? {} : { hints: to(method.hints) };
      return { ...method, ...hints, kernel: to(method.kernel), modules };
    }
    case "knetbsd":
      return { ...method, kernel: to(method.kernel), modules: method.modules.map(to) };
    case "ventoy":
      return method;
  }
}

/**
 * The files that GRUB reads for this start: what is copied to the ESP for an ISO in several pieces. Undefined where it needs the
 * image itself, or more of it than can be told.
 */
export function bootFiles(method: BootMethod): string[] | undefined {
  const whole =
    method.kind === "configfile" ||
    method.kind === "loopback" ||
    (method.kind === "memdisk" && method.path === undefined) ||
    (method.kind === "kfreebsd" && method.modules.some(({ path }) => path === undefined));
  if (whole) return undefined;
  const files: string[] = [];
  mapPaths(method, (path) => {
    files.push(path);
    return path;
  });
  return files;
}
