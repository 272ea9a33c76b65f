/**
 * lifeboat's GRUB hands over to Ventoy. No release of Ventoy's is here: what lies in its places are a boot sector, a GRUB made for this
 * test, and Debian's shim with its GRUB for CDs, each of which says who it is and from where it was started. Proved is that the menu
 * finds them, starts them, and under Secure Boot takes the way that shim takes.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { encodeJson } from "../../src/stick/manifest.ts";
import { menuOfStick } from "../../src/stick/menu/menu.ts";
import { readActiveSlot, readSlot } from "../../src/stick/menu/slots.ts";
import { refreshStick } from "../../src/stick/refresh.ts";
import { openStick } from "../../src/stick/stick.ts";
import { buildDisc } from "../support/disc-iso.ts";
import { quietJob } from "../support/jobs.ts";
import { buildStick, refreshTools, sfdiskTable, withStick } from "../support/sticks.ts";
import { judge } from "../support/tools.ts";
import { signedPrograms } from "../support/vendor-iso.ts";
import { bootStick, imagesFolder } from "./support.ts";

const folder = await imagesFolder("ventoy-hand-over");
const image = join(folder, "stick.img");

/** As each stands in for Ventoy, it says this. */
const SECTOR_SAYS = "THE BOOT SECTOR, DRIVE 80";
const SAYS = "THE LOADER IN";

/** Loaded at 0x7c00; the text's last character lies at 0x7d00. 16-bit code for the first serial port. */
const CODE = Buffer.from(
  [
    "31c0 8ed8 fc", // xor ax, ax; mov ds, ax; cld
    "88d0 04b0 a2007d", // mov al, dl; add al, '0' - 0x80; mov [0x7d00], al
    "be0000", // mov si, where the text begins
    "ac 84c0 7411", // next: lodsb; test al, al; jz end
    "88c4 bafd03", // mov ah, al; mov dx, 0x3fd
    "ec a820 74fb", // wait: in al, dx; test al, 0x20; jz wait
    "88e0 b2f8 ee ebea", // mov al, ah; mov dl, 0xf8; out dx, al; jmp next
    "f4 ebfd", // end: hlt; jmp end
  ]
    .join("")
    .replaceAll(" ", ""),
  "hex",
);

/** Says its text, with the number that the BIOS has for its disk in it. */
function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  CODE.copy(sector);
  const begin = 0x101 - SECTOR_SAYS.length;
  sector.writeUInt16LE(0x7c00 + begin, CODE.indexOf(0xbe) + 1);
  sector.write(SECTOR_SAYS, begin, "latin1");
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

const LOADER_CONFIG = `serial --unit=0 --speed=115200
terminal_output serial
echo "${SAYS} $cmdpath"
sleep 30
`;

/** A GRUB that reads no configuration but the one inside it. */
async function loader(): Promise<string> {
  const config = join(folder, "loader.cfg");
  await writeFile(config, LOADER_CONFIG);
  const { kernelAndModules } = await signedPrograms();
  const output = join(folder, "loader.efi");
  const options = ["-O", "x86_64-efi", "-p", "/nowhere", "-c", config, "-d", kernelAndModules];
  const modules = ["part_gpt", "serial", "terminal", "echo", "sleep"];
  await judge("grub-mkimage", [...options, "-o", output, ...modules]);
  return output;
}

/** What of Ventoy lies in its places on a stick: all of them on the second partition here. */
async function putVentoy(esp: string): Promise<void> {
  const { shim, cdGrub } = await signedPrograms();
  const sector = join(folder, "boot.img");
  await writeFile(sector, bootSector());
  const config = join(folder, "grub.cfg");
  await writeFile(config, LOADER_CONFIG);
  await judge("mmd", ["-i", esp, "::/lifeboat/ventoy", "::/EFI/ventoy"]);
  for (const [source, path] of [
    [sector, "/lifeboat/ventoy/boot.img"],
    [await loader(), "/EFI/BOOT/grubx64_real.efi"],
    [shim, "/EFI/ventoy/BOOTX64.EFI"],
    [cdGrub, "/EFI/ventoy/grubx64.efi"],
    [config, "/EFI/ventoy/grub.cfg"],
  ] as const) {
    await judge("mcopy", ["-i", esp, source, `::${path}`]);
  }
}

beforeAll(async () => {
  const files = { "/readme.txt": "nothing to boot" };
  const disc = { bios: true, efi: { "BOOTX64.EFI": "@efi64" } };
  const fixture = { id: "other", volumeId: "OTHER", files };
  await buildStick(image, { isos: [await buildDisc(fixture, disc, folder)] });
  const { partitions } = await sfdiskTable(image);
  const start = partitions.find(({ number }) => number === 2)?.start ?? 0;
  await putVentoy(`${image}@@${start * 512}`);
  await withStick(image, async (stick) => {
    // As `build --ventoy-chain` says it of its sticks.
    const bootStage = { ...stick.manifest.bootStage, ventoyChain: true as const };
    const manifest = { ...stick.manifest, bootStage };
    await stick.bootVolume.writeFile("/lifeboat/stick.json", encodeJson(manifest));
    const refreshed = await refreshStick({ ...stick, manifest }, await refreshTools(), quietJob());
    expect(refreshed).toMatchObject({ changed: true, entries: 1 });
  });
});

test.each([
  ["bios", SECTOR_SAYS],
  ["uefi", `${SAYS} (hd0,gpt2)/EFI/BOOT`],
  ["secure-boot", `${SAYS} (hd0,gpt2)/EFI/ventoy`],
] as const)(
  "%s: the image's entry says what to choose, and starts Ventoy",
  async (firmware, says) => {
    const wanted = ["Its menu opens next", "/other.iso", says];
    await bootStick(image, firmware, ["other (Ventoy)"], wanted);
  },
);

test("bios: the menu's last entry is Ventoy's own list", async () => {
  await bootStick(image, "bios", [await lastEntry()], [SECTOR_SAYS]);
});

async function lastEntry(): Promise<number> {
  const stick = await openStick(image);
  try {
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    const nodes = menuOfStick(slot?.records ?? { isos: [] }, stick);
    expect(nodes.at(-1)).toMatchObject({ kind: "entry", title: "Ventoy" });
    return nodes.length - 1;
  } finally {
    await stick.disk.close();
  }
}
