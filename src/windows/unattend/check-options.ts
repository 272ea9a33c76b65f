/**
 * What Windows would stop at in the middle of its first start, said before anything is written. Sources: Microsoft, "Unattended Windows
 * Setup Reference" (ComputerName, LocalAccount Name, TimeZone, InputLocale, RunSynchronousCommand Path); USER_INFO_0.
 */
import type { Text } from "../../system/text.ts";
import { forbiddenCharacter } from "../xml/characters.ts";
import { say } from "./messages.ts";
import { ARCHITECTURES, SAN_POLICY } from "./options.ts";
import type { LocalAccount, UnattendOption, UnattendOptions } from "./options.ts";
import { isTakenName } from "./taken-names.ts";
import { isTimeZone, nearTimeZones } from "./time-zones.ts";

export interface OptionProblem {
  readonly option: UnattendOption;
  readonly text: Text;
}

/** NetBIOS names have fifteen characters. */
const LONGEST_COMPUTER_NAME = 15;
const LONGEST_ACCOUNT_NAME = 20;
/** PWLEN of LAN Manager's interfaces is 256; Windows' own screens take half of it. */
const LONGEST_PASSWORD = 127;
/** A command has at most 259 characters, and 98 are around the folder. */
const LONGEST_FOLDER = 150;
const ACCOUNT_FORBIDDEN = '"/\\[]:|<>+=;,?*%@';

/** Language, script, region, and a variant as in `ca-ES-valencia`. */
const LOCALE =
  /^[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})?$/;
/** Language and keyboard layout (KLID) in hexadecimal. */
const KEYBOARD = /^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{8}$/;
/** Language, and the class and profile of an input method: Chinese Pinyin has no layout of its own. */
const INPUT_METHOD =
  /^[0-9A-Fa-f]{4}:(?:\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}){2}$/;
const MOST_KEYBOARDS = 16;

/** Everything that is wrong with them; empty: nothing is. */
export function checkOptions(options: UnattendOptions): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (option: UnattendOption, text: Text | undefined) => {
    if (text !== undefined) problems.push({ option, text });
  };
  add("architectures", architectureProblem(options.architectures));
  if (options.computerName !== undefined) {
    add("computerName", computerNameProblem(options.computerName));
  }
  if (options.account !== undefined) {
    add("account", accountProblem(options.account, options.computerName));
    add("password", passwordProblem(options.account.password ?? ""));
  }
  if (options.timeZone !== undefined) add("timeZone", timeZoneProblem(options.timeZone));
  if (options.inputLocale !== undefined) add("inputLocale", inputProblem(options.inputLocale));
  for (const option of ["systemLocale", "uiLanguage", "userLocale"] as const) {
    const value = options[option];
    if (value !== undefined && !LOCALE.test(value)) add(option, say.locale(value));
  }
  const { sanPolicy, drivers } = options;
  if (sanPolicy !== undefined && !Object.values(SAN_POLICY).includes(sanPolicy)) {
    add("sanPolicy", say.sanPolicy(sanPolicy));
  }
  if (drivers !== undefined) add("drivers", driversProblem(drivers));
  return problems;
}

function architectureProblem(given: readonly string[]): Text | undefined {
  if (given.length === 0) return say.noArchitecture();
  const unknown = given.find((name) => !(ARCHITECTURES as readonly string[]).includes(name));
  if (unknown !== undefined) return say.architecture(unknown);
  return new Set(given).size < given.length ? say.architectureTwice() : undefined;
}

function computerNameProblem(name: string): Text | undefined {
  if (name === "*") return undefined;
  if (name === "" || name.length > LONGEST_COMPUTER_NAME) {
    return say.computerNameLength(name, LONGEST_COMPUTER_NAME);
  }
  const isName = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name) && !/^[0-9]+$/.test(name);
  return isName ? undefined : say.computerName(name);
}

function accountProblem({ name }: LocalAccount, computerName: string | undefined) {
  if (name === "" || name.length > LONGEST_ACCOUNT_NAME) {
    return say.accountLength(name, LONGEST_ACCOUNT_NAME);
  }
  const wrong = Array.from(name).find(
    (character) => ACCOUNT_FORBIDDEN.includes(character) || isControl(character),
  );
  if (wrong !== undefined) return say.accountCharacter(name, wrong);
  if (forbiddenCharacter(name) !== undefined) return say.accountText(name);
  // Windows itself trims what it is given.
  if (name.trim() !== name || name.endsWith(".")) return say.accountEnds(name);
  if (isTakenName(name)) return say.accountTaken(name);
  return name.toLowerCase() === computerName?.toLowerCase()
    ? say.accountIsComputer(name)
    : undefined;
}

function passwordProblem(password: string): Text | undefined {
  if (password.length > LONGEST_PASSWORD) return say.passwordLength(LONGEST_PASSWORD);
  const isTyped =
    !Array.from(password).some(isControl) && forbiddenCharacter(password) === undefined;
  return isTyped ? undefined : say.passwordCharacter();
}

function timeZoneProblem(name: string): Text | undefined {
  if (/^[A-Za-z_]+\/[A-Za-z0-9_+/-]+$/.test(name)) return say.ianaTimeZone(name);
  return isTimeZone(name) ? undefined : say.timeZone(name, nearTimeZones(name));
}

function inputProblem(value: string): Text | undefined {
  const parts = value.split(";");
  if (parts.length > MOST_KEYBOARDS) return say.inputLocale(value.slice(0, 40));
  const wrong = parts.find(
    (part) => ![LOCALE, KEYBOARD, INPUT_METHOD].some((form) => form.test(part)),
  );
  return wrong === undefined ? undefined : say.inputLocale(wrong);
}

/** It stands in a command line of cmd between quotes: nothing that cmd or Windows' paths understand otherwise. */
function driversProblem(folder: string): Text | undefined {
  const names = folder.split("\\");
  const isFolder =
    folder.length <= LONGEST_FOLDER &&
    names.shift() === "" &&
    names.length > 0 &&
    names.every((name) => /^[\p{L}\p{N}_(). -]+$/u.test(name) && !/[. ]$|^ /.test(name));
  return isFolder ? undefined : say.drivers(folder, LONGEST_FOLDER);
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}
