/** Why the operating system refused something, in words. */
import type { Text } from "./text.ts";

/** By the codes of POSIX (errno.h); libuv has the same names on every system. */
const WORDS: Readonly<Record<string, Text>> = {
  EACCES: { en: "permission denied", zh: "没有权限" },
  EEXIST: { en: "it exists already", zh: "已经存在" },
  EFBIG: {
    en: "the file would be too large for its file system",
    zh: "文件超出文件系统的大小限制",
  },
  EIO: {
    en: "input/output error: the medium or its connection fails",
    zh: "输入/输出错误：介质或连接故障",
  },
  EISDIR: { en: "it is a folder", zh: "这是一个文件夹" },
  ELOOP: { en: "its symbolic links lead round in a circle", zh: "符号链接循环" },
  EMFILE: { en: "too many files are open", zh: "打开的文件过多" },
  ENAMETOOLONG: { en: "the name is too long", zh: "名称过长" },
  ENOENT: { en: "no such file or folder", zh: "文件或文件夹不存在" },
  ENOSPC: { en: "no space left on the disk", zh: "磁盘空间不足" },
  ENOTDIR: { en: "a part of its path is no folder", zh: "路径中有一部分不是文件夹" },
  EPERM: { en: "not permitted", zh: "操作不被允许" },
  EROFS: { en: "the file system is read-only", zh: "文件系统为只读" },
};

/** Of anything that was thrown: an unknown reason is told as the system tells it. */
export function reasonOf(cause: unknown): Text {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const known = code === undefined ? undefined : WORDS[code];
  if (known !== undefined) return known;
  const message = cause instanceof Error ? cause.message : String(cause);
  return { en: message, zh: message };
}
