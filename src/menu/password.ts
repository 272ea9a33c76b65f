/** Passwords as GRUB's `password_pbkdf2` takes them (GNU GRUB manual, "password_pbkdf2"): PBKDF2 with HMAC-SHA-512. */
import { pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { LifeboatError } from "../system/errors.ts";
import { say } from "./messages.ts";

/** grub-mkpasswd-pbkdf2's own numbers. */
const ITERATIONS = 10_000;
const SALT_BYTES = 64;
const HASH_BYTES = 64;
/** GRUB reads no longer line from its prompt. */
const LONGEST_PASSWORD = 200;

/** @throws LifeboatError `password-empty`, `password-not-typable`: what nobody could type at GRUB's prompt. */
export function checkPassword(password: string): void {
  if (password === "") {
    throw new LifeboatError("password-empty", say.noPassword(), {
      kind: "usage",
      hint: say.noPasswordHint(),
    });
  }
  // GRUB's prompt knows the keys of an American keyboard, and with an accented letter nobody would ever get in.
  if (password.length > LONGEST_PASSWORD || !/^[\u0020-\u007e]+$/.test(password)) {
    throw new LifeboatError("password-not-typable", say.notTypable(LONGEST_PASSWORD), {
      kind: "usage",
      hint: say.notTypableHint(),
    });
  }
}

/**
 * `grub.pbkdf2.sha512.ITERATIONS.SALT.HASH`, both in hexadecimal.
 * @param iterations more make a guess slower, and the right password too: GRUB has no fast arithmetic.
 * @param salt for tests; random otherwise.
 */
export async function hashPassword(
  password: string,
  iterations = ITERATIONS,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): Promise<string> {
  const hash = await promisify(pbkdf2)(password, salt, iterations, HASH_BYTES, "sha512");
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").toUpperCase();
  return `grub.pbkdf2.sha512.${iterations}.${hex(salt)}.${hex(hash)}`;
}
