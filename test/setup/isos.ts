/**
 * The ISOs that the tests boot, each made once and kept (see cache.ts).
 *
 *     npx tsx test/setup/isos.ts            all of them
 *     npx tsx test/setup/isos.ts NAME…      these
 */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "./cache.ts";
import type { Recipe } from "./cache.ts";
import { installerCd, installerMini } from "./debian-installer.ts";
import { grubMenu } from "./grub-menu.ts";
import { debianLive, dracutLive } from "./live-system.ts";
import { packageFiles } from "./packages.ts";

const RECIPES = {
  memtest: fromPackage("memtest", "usr/lib/memtest86+/memtest86+x64.iso"),
  "grub-rescue": fromPackage("grub-rescue", "usr/lib/grub-rescue/grub-rescue-cdrom.iso"),
  ipxe: fromPackage("ipxe", "usr/lib/ipxe/ipxe.iso"),
  "grub-menu": grubMenu,
  "debian-live": debianLive,
  "dracut-live": dracutLive,
  "d-i-mini": installerMini,
  "d-i-cd": installerCd,
} as const satisfies Record<string, Recipe>;

export type TestIso = keyof typeof RECIPES;

/** The path of a real ISO. The first call makes it, which takes minutes for the live systems. */
export async function testIso(name: TestIso): Promise<string> {
  return cached(RECIPES[name]);
}

/** An ISO that a Debian package has in it, used as it is. */
function fromPackage(name: string, path: string): Recipe {
  return {
    name,
    extension: ".iso",
    sources: ["isos.ts", "packages.ts"],
    async make(folder) {
      const output = join(folder, "copy.iso");
      await copyFile(join(await packageFiles(), path), output);
      return output;
    },
  };
}

function isTestIso(name: string): name is TestIso {
  return Object.hasOwn(RECIPES, name);
}

async function main(names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(RECIPES)) {
    if (!isTestIso(name)) {
      throw new Error(`no test ISO ${name}; there are ${Object.keys(RECIPES).join(", ")}`);
    }
    process.stdout.write(`${name}\t${await testIso(name)}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
