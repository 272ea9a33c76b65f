/** What `scan` and `inspect` say of an ISO that only Ventoy starts. */
import { beforeAll, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { buildDisc } from "../../support/disc-iso.ts";
import { suiteFolder } from "../../support/sticks.ts";

let iso = "";

beforeAll(async () => {
  await compile();
  const fixture = { id: "other", volumeId: "OTHER", files: { "/readme.txt": "nothing to boot" } };
  const boot = { bios: true, efi: { "BOOTX64.EFI": "@efi64" } };
  iso = await buildDisc(fixture, boot, await suiteFolder());
}, 300_000);

test("in JSON", async () => {
  const { json } = await lifeboatJson(["scan", iso]);
  expect(json).toMatchObject({
    isos: [
      {
        family: "unknown",
        firmware: ["bios", "uefi"],
        secureBoot: "ventoy",
        entries: [
          {
            title: "other (by Ventoy, on a stick that has it)",
            kernel: "",
            initrd: [],
            args: "",
            via: "ventoy",
            firmware: ["bios", "x64"],
          },
        ],
        problems: [{ id: "unknown-image" }, { id: "needs-ventoy", severity: "info" }],
      },
    ],
  });
});

test.each([
  ["en", "(by Ventoy, bios/x64)", "not tested", "Secure Boot on: only Ventoy starts it"],
  ["zh", "(通过 Ventoy, bios/x64)", "未经测试", "启用安全启动时：仅由 Ventoy 启动"],
])("in words: %s", async (language, ...words) => {
  const { stdout } = await lifeboat(["scan", iso, "--lang", language]);
  for (const word of words) expect(stdout).toContain(word);
  const inspected = await lifeboat(["inspect", iso, "--lang", language]);
  expect(inspected.stdout).toContain("• other (by Ventoy, on a stick that has it)");
});
