import type { SafetyOptions } from "../disks/safety.ts";
import type { Shell } from "./shell.ts";

/**
 * Before a target is opened for writing: names what is mounted of it and asks; `--unmount` is the answer in scripts. Where
 * nobody agrees, nothing is done, and the safety rules refuse the target as mounted.
 * @param options the safety rules that the command goes by: what they refuse for another reason isn't unmounted.
 * @throws LifeboatError `unmount-failed`; what listing the disks throws.
 */
export async function offerUnmount(
  path: string,
  unmount: boolean,
  options: SafetyOptions,
  shell: Shell,
): Promise<void> {
  if (process.platform !== "linux" || (!unmount && !shell.isInteractive)) return;
  const { run } = await import("../system/run.ts");
  const { diskLister } = await import("../disks/list.ts");
  const { findMounted, unmountAll } = await import("../disks/unmount.ts");
  const mounted = await findMounted(path, options, diskLister(run));
  if (mounted === undefined) return;
  const places = { en: mounted.places.join(", "), zh: mounted.places.join("、") };
  const question = {
    en: `${path} is mounted: ${places.en}. Type unmount to unmount it and go on:`,
    zh: `${path} 已挂载：${places.zh}。请输入 unmount 以卸载并继续：`,
  };
  if (!unmount && !(await shell.confirm(question, "unmount"))) return;
  await unmountAll(mounted, run);
  const text = { en: `Unmounted ${places.en}`, zh: `已卸载 ${places.zh}` };
  shell.report({ kind: "note", level: "info", text });
}
