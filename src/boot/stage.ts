/** Everything of the boot stage that lies on the ESP: made from the kit and the project's own files, the same for every stick. */
import { makeTheme } from "../menu/theme.ts";
import { readPackageFile } from "../system/package-files.ts";
import type { Language } from "../system/text.ts";
import { makeHook, makeMapper } from "./hook.ts";
import type { Kit } from "./kit/kit.ts";
import { KIT_PATHS } from "./kit/manifest.ts";
import type { StageFile } from "./uefi-stage.ts";
import { makeUefiStage } from "./uefi-stage.ts";

export interface StageOptions {
  readonly secureBoot: boolean;
  readonly language: Language;
  /** Shown at the top of the menu. */
  readonly stickName: string;
}

const TOOLS = [
  KIT_PATHS.memdisk,
  KIT_PATHS.memtestX64Bin,
  KIT_PATHS.memtestX64Efi,
  KIT_PATHS.memtestIa32Efi,
  KIT_PATHS.ipxeLkrn,
  KIT_PATHS.ipxeEfi,
];

/** @throws LifeboatError `kit-file-missing`, `kit-file-changed`. */
export async function makeStageFiles(kit: Kit, options: StageOptions): Promise<StageFile[]> {
  const uefi = await makeUefiStage(kit, options.secureBoot);
  return [...uefi, ...(await makeMenuFiles(kit, options))];
}

/**
 * The fixed part of the menu and what its entries start, whichever GRUB reads it.
 * @throws LifeboatError `kit-file-missing`, `kit-file-changed`.
 */
export async function makeMenuFiles(
  kit: Kit,
  { language, stickName }: Omit<StageOptions, "secureBoot">,
): Promise<StageFile[]> {
  const menuScript = await readPackageFile("grub/main.cfg");
  const theme = makeTheme(language, stickName);
  // One after the other: a promise that is started and not yet awaited would take the process down with it when it fails.
  const tools: StageFile[] = [];
  for (const path of TOOLS) tools.push({ path: `/lifeboat/${path}`, data: await kit.read(path) });
  return [
    { path: "/lifeboat/grub/grub.cfg", data: menuScript },
    { path: "/lifeboat/grub/unicode.pf2", data: await kit.read(KIT_PATHS.font) },
    ...theme.map(({ name, data }) => ({ path: `/lifeboat/grub/theme/${name}`, data })),
    { path: "/lifeboat/hook.cpio", data: await makeHook(kit) },
    { path: "/lifeboat/mapper.cpio", data: await makeMapper(kit) },
    ...tools,
  ];
}
