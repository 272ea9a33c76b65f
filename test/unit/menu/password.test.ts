/** Hashes of passwords, held against GRUB's own program. */
import { describe, expect, test } from "vitest";
import { hashPassword } from "../../../src/menu/password.ts";
import { judge } from "../../support/tools.ts";

describe("a password's hash", () => {
  test.each(["lifeboat", "a b'c\"$x", "~".repeat(64)])(
    "of %s is the one that grub-mkpasswd-pbkdf2 makes with the same salt",
    async (password) => {
      const input = `${password}\n${password}\n`;
      const said = await judge("grub-mkpasswd-pbkdf2", ["-c", "1234"], { input });
      const theirs = /grub\.pbkdf2\.sha512\.1234\.([0-9A-F]+)\.[0-9A-F]+/.exec(said);
      const salt = Buffer.from(theirs?.[1] ?? "", "hex");
      expect(await hashPassword(password, 1234, salt)).toBe(theirs?.[0]);
      // With other salts it is another one.
      expect(await hashPassword(password, 1234)).not.toBe(theirs?.[0]);
    },
  );

  test("has GRUB's own numbers where none are asked for", async () => {
    expect(await hashPassword("x")).toMatch(
      /^grub\.pbkdf2\.sha512\.10000\.[0-9A-F]{128}\.[0-9A-F]{128}$/,
    );
  });
});
