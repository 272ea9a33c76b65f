import { LifeboatError } from "../system/errors.ts";
import type { Text } from "../system/text.ts";
import { withoutControls } from "./plain.ts";
import type { Shell } from "./shell.ts";

/** What is destroyed is named, and the names must be typed; see `confirmChange`. */
export async function confirmLoss(
  paths: readonly string[],
  about: readonly string[],
  shell: Shell,
): Promise<void> {
  const names = paths.join(" ");
  const question = {
    en: `Everything on ${names} will be lost. Type ${names} to go on:`,
    zh: `${names} 上的所有内容都将丢失。请输入 ${names} 以继续：`,
  };
  return confirmChange(paths, question, about, shell);
}

/**
 * The names must be typed, all of them in one line and in any order; scripts pass --yes.
 * @param paths what is to be changed.
 * @param about shown first, unless the result is JSON.
 * @throws LifeboatError `not-confirmed`.
 */
export async function confirmChange(
  paths: readonly string[],
  question: Text,
  about: readonly string[],
  shell: Shell,
): Promise<void> {
  if (!shell.json) process.stderr.write(`${about.map(withoutControls).join("\n")}\n`);
  if (await shell.confirmAll(question, paths)) return;
  const names = paths.join(" ");
  throw new LifeboatError(
    "not-confirmed",
    {
      en: `Not confirmed; nothing was written to ${names}`,
      zh: `未确认；未向 ${names} 写入任何内容`,
    },
    { kind: "refused", hint: { en: "In a script, add --yes", zh: "在脚本中请加 --yes" } },
  );
}
