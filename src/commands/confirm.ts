import { LifeboatError } from "../system/errors.ts";
import { withoutControls } from "./plain.ts";
import type { Shell } from "./shell.ts";

/**
 * What is destroyed is named, and the names must be typed, all of them in one line and in any order; scripts pass --yes.
 * @param about shown first, unless the result is JSON.
 * @throws LifeboatError `not-confirmed`.
 */
export async function confirmLoss(
  paths: readonly string[],
  about: readonly string[],
  shell: Shell,
): Promise<void> {
  const names = paths.join(" ");
  if (!shell.json) process.stderr.write(`${about.map(withoutControls).join("\n")}\n`);
  const agreed = await shell.confirmAll(
    {
      en: `Everything on ${names} will be lost. Type ${names} to go on:`,
      zh: `${names} 上的所有内容都将丢失。请输入 ${names} 以继续：`,
    },
    paths,
  );
  if (agreed) return;
  throw new LifeboatError(
    "not-confirmed",
    {
      en: `Not confirmed; nothing was written to ${names}`,
      zh: `未确认；未向 ${names} 写入任何内容`,
    },
    {
      kind: "refused",
      hint: { en: "In a script, add --yes", zh: "在脚本中请加 --yes" },
    },
  );
}
