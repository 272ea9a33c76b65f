/**
 * The boot menu, as a computer shows it: a stick with the ISOs of fixtures is started in QEMU, and its screen taken pixel by pixel.
 * Two runs give the same picture: the stick's name is fixed, and the menu waits.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bootInQemu } from "../../src/boot/qemu/boot.ts";
import { parsePpm } from "../../src/boot/qemu/picture.ts";
import type { Picture } from "../../src/boot/qemu/picture.ts";
import { buildOnTarget } from "../../src/stick/build/on-target.ts";
import { planBuild } from "../../src/stick/build/plan.ts";
import { kitStage } from "../../src/stick/build/stage-source.ts";
import { examineTarget } from "../../src/stick/target.ts";
import { run } from "../../src/system/run.ts";
import type { Language } from "../../src/system/text.ts";
import { VERSION } from "../../src/system/version.ts";
import { quietJob } from "../support/jobs.ts";
import { testKit } from "../support/kit.ts";
import { decodePng } from "../support/png.ts";
import { MIB, refreshTools } from "../support/sticks.ts";
import { judge } from "../support/tools.ts";
import { svgOfPixels } from "./pixels.ts";

const DISK_GUID = "5EAB0A7D-0000-4000-8000-000000000001";
/** Where the theme draws the chosen line; not there while firmware or GRUB still say how they get on. */
const CHOSEN = 0xd6541e;
const TIMEOUT_MS = 180_000;

/**
 * @param lastTitle the title of the last ISO: with it on the serial line, GRUB has drawn its menu on the screen.
 * @returns the SVG, which another program has drawn again with the same pixels.
 */
export async function bootMenu(
  folder: string,
  isos: readonly string[],
  lastTitle: string,
  language: Language,
): Promise<string> {
  const image = join(folder, "menu.img");
  await rm(image, { force: true });
  await buildFixedStick(image, isos, language);
  const screenshot = join(folder, "menu.ppm");
  const result = await bootInQemu({
    image,
    firmware: "uefi",
    expect: ["GNU GRUB", lastTitle],
    timeoutMs: TIMEOUT_MS,
    headless: true,
    screenshot,
  });
  if (!result.ok) throw new Error(`the menu never came:\n${result.serial}`);
  const picture = parsePpm(await readFile(screenshot));
  if (!picture.pixels.includes(CHOSEN)) throw new Error("what stands on the screen isn't the menu");
  const svg = svgOfPixels(picture);
  await compare(svg, picture, folder);
  return svg;
}

async function buildFixedStick(
  image: string,
  isos: readonly string[],
  language: Language,
): Promise<void> {
  const target = await examineTarget(image, 1024 * MIB, {}, run);
  const options = {
    isos,
    language,
    fileSystem: "exfat",
    scheme: "gpt",
    secureBoot: true,
    windowsBytes: 0,
    label: "LIFEBOAT",
  } as const;
  const plan = await planBuild(target, options, () => DISK_GUID);
  const stage = kitStage(await testKit(), VERSION);
  await buildOnTarget(plan, { stage, ...(await refreshTools()) }, quietJob());
}

/** @throws Error where librsvg draws another picture than the one that was on the screen. */
async function compare(svg: string, picture: Picture, folder: string): Promise<void> {
  const [path, png] = [join(folder, "menu.svg"), join(folder, "menu.png")];
  await writeFile(path, svg);
  await judge("rsvg-convert", ["--output", png, path]);
  const drawn = decodePng(await readFile(png));
  const same =
    drawn.width === picture.width && drawn.pixels.every((one, at) => one === picture.pixels[at]);
  if (!same) throw new Error("the SVG isn't the screen");
}
