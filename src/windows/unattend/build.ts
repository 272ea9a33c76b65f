/** From options to answer files. */
import { LifeboatError } from "../../system/errors.ts";
import { readPackageFile } from "../../system/package-files.ts";
import { parseXml } from "../xml/parse.ts";
import { writeXml } from "../xml/write.ts";
import { checkOptions } from "./check-options.ts";
import { fillTemplate } from "./fill.ts";
import type { TemplateValues } from "./fill.ts";
import { say } from "./messages.ts";
import { SAN_POLICY } from "./options.ts";
import type { Architecture, SanPolicy, UnattendOptions } from "./options.ts";
import { encodePassword } from "./password.ts";

const SET = "true";

/**
 * The answer file for \Windows\Panther\unattend.xml. Where an account has a password it stands in there, encoded and not
 * encrypted: the file is for SYSTEM and Administrators only.
 * @throws LifeboatError `unattend-option` (kind `usage`) for the first option that Windows would not take.
 */
export async function unattendXml(options: UnattendOptions): Promise<string> {
  const [problem, ...others] = checkOptions(options);
  if (problem !== undefined) {
    const hint = others.length > 0 ? { hint: say.moreProblems(others.length) } : {};
    throw new LifeboatError("unattend-option", problem.text, { kind: "usage", ...hint });
  }
  return filled("unattend.xml", valuesOf(options), options.architectures);
}

/**
 * An answer file with nothing but the SAN policy, for DISM /Apply-Unattend.
 * @throws LifeboatError `unattend-option`
 */
export async function sanPolicyXml(
  architectures: readonly Architecture[],
  sanPolicy: SanPolicy = SAN_POLICY.offlineInternal,
): Promise<string> {
  const [problem] = checkOptions({ architectures, sanPolicy });
  if (problem !== undefined) {
    throw new LifeboatError("unattend-option", problem.text, { kind: "usage" });
  }
  return filled("san-policy.xml", { sanPolicy: String(sanPolicy) }, architectures);
}

async function filled(
  name: string,
  values: TemplateValues,
  architectures: readonly string[],
): Promise<string> {
  const template = parseXml(await readPackageFile(`templates/unattend/${name}`));
  return writeXml(fillTemplate(template, values, architectures));
}

function valuesOf(options: UnattendOptions): TemplateValues {
  const { account, sanPolicy } = options;
  const given = (asked: boolean | undefined) => (asked === true ? SET : undefined);
  return {
    computerName: options.computerName,
    timeZone: options.timeZone,
    inputLocale: options.inputLocale,
    systemLocale: options.systemLocale,
    uiLanguage: options.uiLanguage,
    userLocale: options.userLocale,
    drivers: options.drivers,
    sanPolicy: sanPolicy === undefined ? undefined : String(sanPolicy),
    bypassNetwork: given(options.bypassNetwork),
    uninstallRecovery: given(options.uninstallRecovery),
    hideEula: given(options.hideEula),
    accountName: account?.name,
    accountPassword: account === undefined ? undefined : encodePassword(account.password ?? ""),
    changePassword: given(account?.changePassword),
  };
}
