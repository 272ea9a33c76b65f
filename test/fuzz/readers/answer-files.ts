/** Answer files of Windows. */
import { checkUnattend, sanPolicyXml, unattendXml } from "../../../src/windows/unattend/index.ts";
import type { FuzzedReader, Seed } from "../reader.ts";

async function seeds(): Promise<Seed[]> {
  const everything = await unattendXml({
    architectures: ["amd64", "arm64"],
    computerName: "WTG-01",
    account: { name: "Tom & Anna's", password: "x", changePassword: true },
    timeZone: "UTC",
    uiLanguage: "de-DE",
    bypassNetwork: true,
    sanPolicy: 4,
    uninstallRecovery: true,
    hideEula: true,
    drivers: "\\Drivers",
  });
  return [
    { name: "everything", bytes: Buffer.from(everything) },
    { name: "UTF-16", bytes: Buffer.from(`\ufeff${await sanPolicyXml(["x86"])}`, "utf16le") },
  ];
}

export const unattend: FuzzedReader = {
  name: "unattend",
  what: "answer files of Windows (unattend.xml)",
  kind: "document",
  makeSeeds: seeds,
  tokens: [
    ...'<settings pass="specialize"> </settings> <component /> xmlns:p="u" p:a="" &#x110000;'.split(
      " ",
    ),
    ..."&amp; <!-- --> <![CDATA[ ]]> <?xml ?> <!DOCTYPE <PlainText>true</PlainText>".split(" "),
  ],
  read: async ({ bytes }) => {
    const { passes } = checkUnattend(bytes, { architecture: "amd64", dism: true });
    return passes.length === 0 ? "part" : "whole";
  },
};
