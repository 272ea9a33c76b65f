/**
 * `npm start`: the main job from beginning to end. Collects the kit, builds lifeboat-demo.img with a real ISO in it (and any
 * named on the command line), verifies it, boots it in QEMU where QEMU is there, and says what to do next.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { prepareCheckout, root, step, stop } from "./setup.mjs";

const IMAGE = "lifeboat-demo.img";
/** Debian's own ISO of memtest86+, by its name in the kit. */
const DEMO_ISO = "iso/memtest86+x64.iso";
const SMALLEST_BYTES = 2 * 1024 ** 3;
/** Besides the ISOs: the boot partition, the file systems' own structures, and some room to add more. */
const EXTRA_BYTES = 1024 ** 3;

const named = process.argv.slice(2).map((path) => resolve(process.env.INIT_CWD ?? ".", path));
for (const path of named) if (!existsSync(path)) stop(`${path} does not exist`);

prepareCheckout();
// As lifeboat is started from here: LIFEBOAT_KIT may be a relative path.
process.chdir(root);

let demoIso = await findDemoIso();
if (demoIso === undefined) {
  step("Collecting the kit of boot files");
  const built = lifeboat(["kit", "build", "--json"], { capture: true });
  if (built.status !== 0) stop(reasonIn(built.stdout) ?? "The kit could not be collected");
  demoIso = await findDemoIso();
  if (demoIso === undefined) stop(`The kit that was collected lacks ${DEMO_ISO}`);
}

const isos = [demoIso, ...named];
const bytes = isos.reduce((sum, path) => sum + statSync(path).size, EXTRA_BYTES);
const size = `${Math.ceil(Math.max(bytes, SMALLEST_BYTES) / 1024 ** 2)}M`;

step(`Building ${IMAGE}`);
run(["build", IMAGE, "--size", size, ...isos.flatMap((path) => ["--iso", path]), "--yes"]);
step("Verifying it");
run(["verify", IMAGE, "--deep"]);

const hasQemu = spawnSync("qemu-system-x86_64", ["--version"], { stdio: "ignore" }).status === 0;
if (hasQemu) {
  step("Booting it in QEMU until its menu is there");
  run([
    "boot",
    IMAGE,
    "--firmware",
    "bios",
    "--headless",
    "--expect",
    "Memtest86+",
    "--timeout",
    "180",
  ]);
} else {
  step("QEMU is not installed, so it was not booted (sudo apt-get install qemu-system-x86 ovmf)");
}

console.log(`
${IMAGE} is a rescue stick. What to do next:

  ./lifeboat inspect ${IMAGE}                  what is on it
  ./lifeboat add ${IMAGE} your.iso             put another ISO on it
  ./lifeboat boot ${IMAGE} --firmware uefi     start it in QEMU
  ./lifeboat disks                                      find your USB stick
  sudo ./lifeboat build /dev/sdX --iso your.iso         make a real one: everything on it is lost
`);

/** Where the demonstration's ISO lies, if the kit is whole and unchanged; one that only has `kit add`ed files is not. */
async function findDemoIso() {
  const { openKit } = await import("../dist/boot/kit/kit.js");
  const { KIT_PATHS } = await import("../dist/boot/kit/manifest.js");
  try {
    const kit = await openKit();
    for (const path of [...Object.values(KIT_PATHS), DEMO_ISO]) await kit.read(path);
    return kit.pathOf(DEMO_ISO);
  } catch {
    return undefined;
  }
}

/** The message and hint of a failed `--json` command; undefined where it ended without a word. */
function reasonIn(stdout) {
  try {
    const { message, hint } = JSON.parse(stdout).error;
    return [message, hint].filter(Boolean).join(". ");
  } catch {
    return undefined;
  }
}

function run(args) {
  const result = lifeboat(args);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function lifeboat(args, { capture = false } = {}) {
  if (!capture) console.log(`$ lifeboat ${args.join(" ")}`);
  return spawnSync(process.execPath, [join(root, "lifeboat"), ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
  });
}
