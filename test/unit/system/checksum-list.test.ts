import { expect, test } from "vitest";
import { decodeList, parseChecksums } from "../../../src/system/checksum-list.ts";

const SUM = "a".repeat(64);

test("a list is read by its byte order mark, else as UTF-8", () => {
  const text = `${SUM}  Windows 说明.iso\r\n`;
  const little = Buffer.from(`\ufeff${text}`, "utf16le");
  const named = [{ algorithm: "sha256", sum: SUM, name: "Windows 说明.iso" }];
  const forms = [Buffer.from(text), Buffer.from(`\ufeff${text}`), little];
  forms.push(Buffer.from(little).swap16());
  for (const bytes of forms) expect(parseChecksums(decodeList(bytes))).toEqual(named);
  for (const bytes of [Buffer.alloc(0), Buffer.from([0xff]), Buffer.from([0xff, 0xfe, 0x41])]) {
    expect(parseChecksums(decodeList(bytes))).toEqual([]);
  }
});

test("between sum and name: blanks, a tabulator, an asterisk behind either", () => {
  for (const between of [" ", "  ", " *", "  *", "\t", "\t*", "   "]) {
    expect(parseChecksums(`${SUM}${between}a b.iso`), between).toMatchObject([{ name: "a b.iso" }]);
  }
  expect(parseChecksums(`${SUM} **odd.iso`)).toMatchObject([{ name: "*odd.iso" }]);
  expect(parseChecksums(`${SUM} *`)).toMatchObject([{ name: undefined }]);
});
