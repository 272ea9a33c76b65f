/**
 * Passwords as Windows System Image Manager writes them: the password and the name of the element that it stands in, in UTF-16LE, in
 * base64. That hides it from a look over the shoulder and from nobody else: who can read the file has the password. Windows takes it
 * out of its copy in \Windows\Panther once it has made the account.
 */

/** For `<Password>` of a local account; the empty password has this form too. */
export function encodePassword(password: string): string {
  return Buffer.from(`${password}Password`, "utf16le").toString("base64");
}

/** Undefined where `value` isn't of that form. */
export function decodePassword(value: string): string | undefined {
  const bytes = Buffer.from(value, "base64");
  const text = bytes.length % 2 === 0 ? bytes.toString("utf16le") : "";
  return text.endsWith("Password") ? text.slice(0, -"Password".length) : undefined;
}
