/** Answer files. No Windows reads them here: xmllint does, and what stands in them is compared with what was asked for. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkOptions,
  checkUnattend,
  sanPolicyXml,
  unattendXml,
} from "../../../../src/windows/unattend/index.ts";
import type { UnattendOptions } from "../../../../src/windows/unattend/index.ts";
import { decodePassword, encodePassword } from "../../../../src/windows/unattend/password.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

const EVERYTHING: UnattendOptions = {
  architectures: ["amd64", "arm64"],
  computerName: "WTG-01",
  account: { name: "Tom & Anna's", password: 'p&<">ä 中', changePassword: true },
  timeZone: "W. Europe Standard Time",
  inputLocale: "0407:00000407;en-US",
  systemLocale: "de-DE",
  uiLanguage: "zh-Hans-CN",
  userLocale: "es-419",
  bypassNetwork: true,
  sanPolicy: 4,
  uninstallRecovery: true,
  hideEula: true,
  drivers: "\\Drivers\\Net (2)",
};

const SEPARATOR = "#~#";

/** xmllint's answers to XPath questions. */
async function ask(xml: string, ...questions: string[]): Promise<string[]> {
  const file = join(await temporaryFolder(), "unattend.xml");
  await writeFile(file, xml);
  // Namespaces are in the way of short questions: every element is found by its local name. All questions in one call.
  const paths = questions.map((question) =>
    question.replace(/(\/+)([A-Z]\w*)/gi, "$1*[local-name()='$2']"),
  );
  const all = `concat(${[...paths, "''"].join(`,'${SEPARATOR}',`)})`;
  const said = await judge("xmllint", ["--nonet", "--xpath", all, file]);
  return said.split(SEPARATOR).slice(0, -1);
}

const text = (path: string, architecture = "amd64") =>
  `string(//component[@processorArchitecture='${architecture}']${path})`;

test("every option, in its pass and component, for each architecture", async () => {
  const xml = await unattendXml(EVERYTHING);
  for (const architecture of ["amd64", "arm64"]) {
    const of = (path: string) => text(path, architecture);
    expect(
      await ask(
        xml,
        of("/ComputerName"),
        of("/TimeZone"),
        of("/InputLocale"),
        of("/SystemLocale"),
        of("/UILanguage"),
        of("/UserLocale"),
        of("/SanPolicy"),
        of("/OOBE/HideEULAPage"),
        of("/OOBE/ProtectYourPC"),
        of("/UninstallWindowsRE"),
        of("//LocalAccount/Name"),
        of("//LocalAccount/Group"),
        of("//LocalAccount/Password/PlainText"),
        of("//RunSynchronousCommand[1]/Path"),
        of("//RunSynchronousCommand[2]/Path"),
        of("//SynchronousCommand[1]/CommandLine"),
        of("//SynchronousCommand[2]/CommandLine"),
      ),
    ).toEqual([
      "WTG-01",
      "W. Europe Standard Time",
      "0407:00000407;en-US",
      "de-DE",
      "zh-Hans-CN",
      "es-419",
      "4",
      "true",
      "3",
      "true",
      "Tom & Anna's",
      "Administrators",
      "false",
      "reg.exe add HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\OOBE /v BypassNRO /t REG_DWORD /d 1 /f",
      'cmd.exe /c pnputil.exe /add-driver "%SystemDrive%\\Drivers\\Net (2)\\*.inf" /subdirs /install & exit 0',
      `net.exe user "Tom & Anna's" /logonpasswordchg:yes`,
      "net.exe accounts /maxpwage:unlimited",
    ]);
    const [value = ""] = await ask(xml, of("//LocalAccount/Password/Value"));
    expect(Buffer.from(value, "base64").toString("utf16le")).toBe('p&<">ä 中Password');
  }
  const passes = await ask(
    xml,
    "string(//settings[1]/@pass)",
    "string(//settings[2]/@pass)",
    "string(//settings[3]/@pass)",
    "count(//settings)",
    "string(//settings[2]/component[1]/@publicKeyToken)",
  );
  const names = ["offlineServicing", "specialize", "oobeSystem", "3", "31bf3856ad364e35"];
  expect(passes).toEqual(names);
});

test("what wasn't asked for isn't there", async () => {
  const nothing = await unattendXml({ architectures: ["amd64"] });
  expect(await ask(nothing, "count(//settings)", "count(/unattend)")).toEqual(["0", "1"]);
  const one = await unattendXml({ architectures: ["x86"], bypassNetwork: true });
  expect(
    await ask(one, "count(//settings)", "count(//component)", "string(//RunSynchronous//Order)"),
  ).toEqual(["1", "1", "1"]);
  expect(one).not.toContain("lifeboat");
  expect(one).not.toContain("${");
  const drivers = await unattendXml({ architectures: ["x86"], drivers: "\\D" });
  expect(await ask(drivers, "count(//Order)", "string(//Order)")).toEqual(["1", "1"]);
});

test("an account without a password has the form that Windows has for it", async () => {
  const xml = await unattendXml({ architectures: ["amd64"], account: { name: "bench" } });
  expect(await ask(xml, text("//Password/Value"), "count(//SynchronousCommand)")).toEqual([
    "UABhAHMAcwB3AG8AcgBkAA==",
    "1",
  ]);
});

test("the SAN policy alone, for x86 and amd64", async () => {
  const xml = await sanPolicyXml(["x86", "amd64"]);
  expect(
    await ask(xml, text("/SanPolicy", "x86"), text("/SanPolicy"), "string(//settings/@pass)"),
  ).toEqual(["4", "4", "offlineServicing"]);
  await expect(sanPolicyXml([])).rejects.toMatchObject({ code: "unattend-option" });
});

test("our own files pass our own check, and say what acts", async () => {
  const xml = Buffer.from(await unattendXml(EVERYTHING));
  const report = checkUnattend(xml, { architecture: "amd64", dism: false });
  expect(report.passes.map(({ pass, acts }) => [pass, acts])).toEqual([
    ["offlineServicing", false],
    ["specialize", true],
    ["oobeSystem", true],
  ]);
  expect(checkUnattend(xml, { architecture: "amd64", dism: true }).passes[0]?.acts).toBe(true);
});

describe("options that Windows would stop at", () => {
  const wrong: [Partial<UnattendOptions>, string][] = [
    [{ architectures: [] }, "architectures"],
    [{ architectures: ["amd64", "amd64"] }, "architectures"],
    [{ architectures: ["x64" as "amd64"] }, "architectures"],
    ...["", "a-computer-name-", "-a", "a-", "123", "a b", "a.b", "ä", "a_b", "*a"].map(
      (computerName): [Partial<UnattendOptions>, string] => [{ computerName }, "computerName"],
    ),
    ...[
      "",
      "a".repeat(21),
      "a.",
      " a",
      "a ",
      ".",
      "a\u0007",
      "\ud800",
      "Administrator",
      "GUEST",
      "none",
      "Users",
      "ADMINISTRATORS",
      "Remote Desktop Users",
      "network service",
      "CON",
      "nul",
      "Com1",
      "lpt9.x",
      ...'"/\\[]:|<>+=;,?*%@'.split(""),
    ].map((name): [Partial<UnattendOptions>, string] => [{ account: { name } }, "account"]),
    [{ account: { name: "box" }, computerName: "BOX" }, "account"],
    [{ account: { name: "a", password: "x".repeat(128) } }, "password"],
    [{ account: { name: "a", password: "a\nb" } }, "password"],
    [{ account: { name: "a", password: "\udfff" } }, "password"],
    ...[
      "Europe/Berlin",
      "",
      " UTC",
      "UTC ",
      "a  b",
      "UTC<",
      "a\nb",
      "x".repeat(128),
      "Berlin",
      "CET",
    ].map((timeZone): [Partial<UnattendOptions>, string] => [{ timeZone }, "timeZone"]),
    ...[
      "",
      "german",
      "de_DE",
      "de-DE;",
      "0407:0407",
      "x".repeat(300),
      "0804:{81D4E9C9-1D3B-41BC-9E6C-4B40BF79E35E}",
    ].map((inputLocale): [Partial<UnattendOptions>, string] => [{ inputLocale }, "inputLocale"]),
    ...["", "de_DE", "de-", "d-DE", "de-DE;en-US", "de-DE\n", "ca-ES-x"].map(
      (uiLanguage): [Partial<UnattendOptions>, string] => [{ uiLanguage }, "uiLanguage"],
    ),
    [{ sanPolicy: 5 as 4 }, "sanPolicy"],
    ...[
      "",
      "Drivers",
      "C:\\Drivers",
      "\\",
      "\\a\\..\\b",
      "\\a\\",
      '\\a"b',
      "\\a&b",
      "\\a%b%",
      "\\a^b",
      "\\a!b",
      "\\a\nb",
      `\\${"x".repeat(150)}`,
      "\\a.",
    ].map((drivers): [Partial<UnattendOptions>, string] => [{ drivers }, "drivers"]),
  ];

  test.each(wrong)("%j: %s", async (options, option) => {
    const all: UnattendOptions = { architectures: ["amd64"], ...options };
    expect(checkOptions(all).map((problem) => problem.option)).toEqual([option]);
    await expect(unattendXml(all)).rejects.toMatchObject({
      code: "unattend-option",
      kind: "usage",
    });
  });

  test("several at once: the first is said, the number of the rest in the hint", async () => {
    const options: UnattendOptions = { architectures: ["amd64"], computerName: "", timeZone: "" };
    await expect(unattendXml(options)).rejects.toMatchObject({
      hint: { en: expect.stringMatching(/^1 more/) as string },
    });
  });

  test.each([
    "UTC",
    "China Standard Time",
    "UTC-11",
    "UTC+13",
    "Central Standard Time (Mexico)",
    "W. Europe Standard Time_dstoff",
  ])("time zone %s is one", (timeZone) =>
    expect(checkOptions({ architectures: ["x86"], timeZone })).toEqual([]),
  );
});

test.each([
  ["W. Europe Standard Tim", "W. Europe Standard Time"],
  ["w. europe standard time", "W. Europe Standard Time"],
  ["Chian Standard Time", "China Standard Time"],
  ["tokyo", "Tokyo Standard Time"],
  ["UTC+1", "UTC+12"],
])("time zone %s: the nearest one is named", (timeZone, near) => {
  const [problem] = checkOptions({ architectures: ["x86"], timeZone });
  expect(problem?.text.en).toContain(`is it "${near}"`);
  expect(problem?.text.zh).toContain(`是否为 "${near}"`);
});

test.each<Partial<UnattendOptions>>([
  { uiLanguage: "ca-ES-valencia" },
  { userLocale: "sr-Latn-RS" },
  {
    inputLocale:
      "0804:{81D4E9C9-1D3B-41BC-9E6C-4B40BF79E35E}{FA550B04-5AD7-411F-A5AC-CA038EC515D7};en-US",
  },
  { account: { name: "Console" } },
  { account: { name: "User" } },
])("%j is taken", (options) =>
  expect(checkOptions({ architectures: ["x86"], ...options })).toEqual([]),
);

test("an account called as the template's own words keeps its name, and numbers count on", async () => {
  for (const name of ["${order}", "${accountName}", "lifeboat"]) {
    const xml = await unattendXml({
      architectures: ["amd64", "x86"],
      account: { name, changePassword: true },
      bypassNetwork: true,
      drivers: "\\D",
    });
    const of = (path: string) => text(path, "x86");
    expect(
      await ask(
        xml,
        of("//LocalAccount/Name"),
        of("//LocalAccount/DisplayName"),
        of("//SynchronousCommand[1]/Order"),
        of("//SynchronousCommand[1]/CommandLine"),
        of("//SynchronousCommand[2]/Order"),
        of("//RunSynchronousCommand[2]/Order"),
      ),
    ).toEqual([name, name, "1", `net.exe user "${name}" /logonpasswordchg:yes`, "2", "2"]);
  }
});

/** Names out of the hands of a stranger, more of what hurts than of what doesn't. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 24 }),
  fc.string({
    unit: fc.constantFrom(..."<>&\"'%^!|;$`{}\\/\n\r\u0000\u001b\u202e]]>x中é ".split("")),
    maxLength: 20,
  }),
);

test("hostile names are refused, or come back to the letter", async () => {
  const accepted: { name: string; password: string }[] = [];
  for (const [name, password] of fc.sample(fc.tuple(hostile, hostile), { numRuns: 400, seed: 5 })) {
    const options: UnattendOptions = { architectures: ["amd64"], account: { name, password } };
    if (checkOptions(options).length > 0) {
      await expect(unattendXml(options)).rejects.toMatchObject({ code: "unattend-option" });
      continue;
    }
    accepted.push({ name, password });
    expect(name).not.toMatch(/["%]/);
    const xml = Buffer.from(await unattendXml({ ...options, hideEula: true }));
    checkUnattend(xml, { architecture: "amd64", dism: false });
  }
  expect(accepted.length).toBeGreaterThan(20);
  for (const { name, password } of accepted.slice(0, 15)) {
    const xml = await unattendXml({ architectures: ["amd64"], account: { name, password } });
    const [read, value = ""] = await ask(xml, text("//Name"), text("//Password/Value"));
    expect(read).toBe(name);
    expect(decodePassword(value)).toBe(password);
  }
});

test("passwords: any text comes back; what isn't of the form doesn't", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (password) => {
      expect(decodePassword(encodePassword(password))).toBe(password);
    }),
  );
  expect(decodePassword("cABhAHMAcwA=")).toBeUndefined();
});

describe("a user's own file", () => {
  const context = { architecture: "amd64", dism: true } as const;
  const file = (body: string, root = "unattend") =>
    Buffer.from(`<${root} xmlns="urn:schemas-microsoft-com:unattend">${body}</${root}>`);
  const pass = (name: string, architecture = "amd64") =>
    `<settings pass="${name}"><component name="X" processorArchitecture="${architecture}"/></settings>`;

  test("which passes act", () => {
    const all = [
      "windowsPE",
      "offlineServicing",
      "generalize",
      "specialize",
      "auditSystem",
      "auditUser",
      "oobeSystem",
    ];
    const report = checkUnattend(file(all.map((name) => pass(name)).join("")), context);
    expect(report.passes.filter(({ acts }) => acts).map((one) => one.pass)).toEqual([
      "offlineServicing",
      "specialize",
      "oobeSystem",
    ]);
    expect(report.warnings.map(({ en }) => en.split(" ").slice(0, 3).join(" "))).toEqual([
      "The pass windowsPE",
      "The pass generalize",
      "The pass auditSystem",
      "The pass auditUser",
    ]);
  });

  test("components for another architecture, and a file of which nothing acts", () => {
    const report = checkUnattend(file(pass("oobeSystem", "x86")), context);
    expect(report.passes).toEqual([{ pass: "oobeSystem", components: [], acts: false }]);
    expect(report.warnings).toHaveLength(2);
    expect(report.warnings[0]?.en).toContain('"x86"');
    expect(report.warnings[1]?.en).toContain("Nothing");
  });

  test("a password in plain text is told", () => {
    const body = pass("oobeSystem").replace("/>", "><PlainText>true</PlainText></component>");
    expect(checkUnattend(file(body), context).warnings.map(({ en }) => en)).toEqual([
      "The answer file has a password in plain text",
    ]);
  });

  test.each([
    ["another document", file("", "x")],
    ["another namespace", Buffer.from("<unattend/>")],
    ["an unknown pass", file(pass("oobesystem"))],
    ["a pass of JavaScript's", file(pass("toString"))],
    ["a pass twice", file(pass("specialize") + pass("specialize"))],
    ["a component without a name", file('<settings pass="specialize"><component/></settings>')],
    ["too large", file(" ".repeat(1 << 20))],
  ])("%s is refused", (_name, bytes) => {
    expect(() => checkUnattend(bytes, context)).toThrow(
      expect.objectContaining({ code: "not-unattend", kind: "usage" }),
    );
  });

  test("malformed XML is refused with its line", () => {
    expect(() => checkUnattend(Buffer.from("<unattend>\n<x>"), context)).toThrow(/line 2/);
  });
});
