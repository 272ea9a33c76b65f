import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TerminalText } from "../../../../src/boot/qemu/terminal.ts";

const plain = (raw: string): string => new TerminalText().push(raw);

test("colours and modes vanish, text stays", () => {
  expect(plain("[\u001b[0;32m  OK  \u001b[0m] Started \u001b[0;1;39mudev\u001b[0m\r\n")).toBe(
    "[  OK  ] Started udev\n",
  );
  expect(plain("\u001b[?2004h\u001b(Bname login: \u001b7\u001b8\u001bc")).toBe("name login: ");
  expect(plain("\u001b]0;title\u0007a\u001b]0;title\u001b\\b\u001bPq#1\u001b\\c")).toBe("abc");
});

test("a jump to another line becomes a line break, a jump within the line a space", () => {
  expect(plain("\u001b[6;3H*Second entry\u001b[7;3H Third")).toBe("\n*Second entry\n Third");
  expect(plain("name\u001b[20Gvalue")).toBe("name value");
});

test("control characters vanish, all kinds of line ends become one", () => {
  expect(plain("a\u0000b\u0007\r\nc\rd\ne\tf\u0008")).toBe("ab\nc\nd\ne\tf");
});

test("a sequence that never ends is not waited for beyond its longest length", () => {
  const terminal = new TerminalText();
  terminal.push(`\u001b]${"x".repeat(5_000)}`);
  expect(terminal.push("\nlogin:")).toContain("login:");
});

test("however the line is torn into pieces, the text is the same", () => {
  const parts = fc.constantFrom(
    "text ",
    "é中",
    "\r\n",
    "\r",
    "\n",
    "\u001b[0;1;39m",
    "\u001b[6;3H",
    "\u001b(B",
    "\u001b]0;t\u0007",
    "\u001b]0;t\u001b\\",
    "\u001bPq\u001b\\",
    "\u001b[20G",
    "\u001b7",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), fc.array(fc.nat(60)), (pieces, cuts) => {
      // The end marker completes whatever might still be open.
      const raw = `${pieces.join("")}|`;
      const terminal = new TerminalText();
      let torn = "";
      let from = 0;
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        torn += terminal.push(raw.slice(from, Math.max(from, cut)));
        from = Math.max(from, Math.min(cut, raw.length));
      }
      torn += terminal.push(raw.slice(from));
      expect(torn).toBe(plain(raw));
    }),
  );
});
