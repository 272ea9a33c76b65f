/** Passwords of Ventoy's menu: what is wrong with the way one is written. Ventoy leaves a wrong one out, and asks for none. */
import type { Text } from "../../system/text.ts";
import { say } from "./messages.ts";
import { LONGEST_PASSWORD_BYTES, bytesOf } from "./names.ts";

const PLAIN = "txt#";
const MD5 = "md5#";
const HEX = /^[0-9A-Fa-f]{32}$/;

/** `txt#` and the password; `md5#` and its MD5; `md5#`, a salt, `#` and the MD5 of both. */
export function wrongInPassword(written: string): Text | undefined {
  if (bytesOf(written) > LONGEST_PASSWORD_BYTES) return say.longPassword(LONGEST_PASSWORD_BYTES);
  if (isPlainPassword(written)) return written === PLAIN ? say.badPassword() : undefined;
  if (!written.startsWith(MD5)) return say.badPassword();
  const rest = written.slice(MD5.length);
  const at = rest.indexOf("#");
  // With a salt, the 32 digits are what follows the first number sign.
  const digits = at < 0 ? rest : rest.slice(at + 1);
  return HEX.test(digits) ? undefined : say.badMd5();
}

/** Whoever has the stick can read it. */
export function isPlainPassword(written: string): boolean {
  return written.startsWith(PLAIN);
}
