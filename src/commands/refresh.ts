import { counted } from "../system/text.ts";
import type { Stick } from "../stick/stick.ts";
import type { RefreshResult, RefreshTools } from "../stick/refresh.ts";
import type { Register } from "./common.ts";
import { builtInRecipes } from "./common.ts";
import { UNMOUNT } from "./options.ts";
import type { Shell } from "./shell.ts";
import { offerUnmount } from "./unmount.ts";

export const registerRefresh: Register = (program, open) => {
  program
    .command("refresh <stick>")
    .about({
      en: "find what changed on the data partition and rewrite the menu",
      zh: "查找数据分区上的变化并重写菜单",
    })
    .flag(...UNMOUNT)
    .examples("lifeboat refresh /dev/sdb", "lifeboat refresh stick.img")
    .action(async (path: string, options: { unmount?: boolean }, command) => {
      const shell = open(command);
      const { refreshStick } = await import("../stick/refresh.ts");
      await withStick(path, options, shell, async (stick, tools) => {
        const result = await refreshStick(stick, tools, shell.job);
        shell.result(result, describeRefresh(result, shell));
      });
    });
};

/**
 * Opens a stick for a job that changes it, and closes it whatever happens. What is mounted of it is unmounted before, with
 * consent.
 */
export async function withStick(
  path: string,
  { unmount = false }: { readonly unmount?: boolean },
  shell: Shell,
  work: (stick: Stick, tools: RefreshTools) => Promise<void>,
): Promise<void> {
  const { STICK_SAFETY, openStickToWrite } = await import("../stick/target.ts");
  const { run } = await import("../system/run.ts");
  const recipes = await builtInRecipes();
  await offerUnmount(path, unmount, STICK_SAFETY, shell);
  const stick = await openStickToWrite(path, run, shell.job);
  try {
    await work(stick, { recipes, run });
  } finally {
    await stick.disk.close();
  }
}

export function describeRefresh(result: RefreshResult, shell: Shell): string[] {
  const count = result.entries;
  if (!result.changed) {
    return [
      shell.say({ en: "Nothing changed; nothing was written", zh: "没有变化；未写入任何内容" }),
    ];
  }
  return [
    ...result.added.map((path) => `+ ${path}`),
    ...result.removed.map((path) => `- ${path}`),
    ...result.updated.map((path) => `~ ${path}`),
    shell.say({
      en: `The menu has ${counted(count, "entry that starts", "entries that start")} an ISO`,
      zh: `菜单中有 ${count} 个可启动 ISO 的条目`,
    }),
  ];
}
