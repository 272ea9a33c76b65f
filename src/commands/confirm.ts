import { LifeboatError } from "../system/errors.ts";
import { withoutControls } from "./plain.ts";
import type { Shell } from "./shell.ts";

/**
 * What is destroyed is named, and the name must be typed; scripts pass --yes.
 * @param about shown first, unless the result is JSON.
 * @throws LifeboatError `not-confirmed`.
 */
export async function confirmLoss(
  path: string,
  about: readonly string[],
  shell: Shell,
): Promise<void> {
  if (!shell.json) process.stderr.write(`${about.map(withoutControls).join("\n")}\n`);
  const agreed = await shell.confirm(
    {
      en: `Everything on ${path} will be lost. Type ${path} to go on:`,
      zh: `${path} 上的所有内容都将丢失。请输入 ${path} 以继续：`,
    },
    path,
  );
  if (agreed) return;
  throw new LifeboatError(
    "not-confirmed",
    {
      en: `Not confirmed; nothing was written to ${path}`,
      zh: `未确认；未向 ${path} 写入任何内容`,
    },
    {
      kind: "refused",
      hint: { en: "In a script, add --yes", zh: "在脚本中请加 --yes" },
    },
  );
}
