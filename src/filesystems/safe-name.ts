/**
 * False for names that a path can't hold or that lead out of their directory: a damaged or malicious entry. (Other names
 * against a format's rules exist on volumes of careless writers, and their files should be readable.)
 */
export function isSafeName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\u0000]/.test(name);
}
