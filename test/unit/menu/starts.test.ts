/** Kernels that GRUB starts with commands of their own, and files in partitions of an image. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EFI_MODULES } from "../../../src/boot/kit/manifest.ts";
import { BIOS_MODULES } from "../../../src/boot/kit/sources.ts";
import { bootFiles, mapPaths } from "../../../src/iso/method-paths.ts";
import { inPartition, splitPartitionPath } from "../../../src/iso/partition-path.ts";
import type { BootMethod } from "../../../src/iso/types.ts";
import type { MenuIso } from "../../../src/menu/menu-iso.ts";
import { menuOfIso } from "../../../src/menu/iso-entries.ts";
import { renderMenu } from "../../../src/menu/render.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const PIECES = [
  { start: 1 << 20, length: 1 << 20 },
  { start: 4 << 20, length: 1 << 20 },
];

function render(method: BootMethod, extra: Partial<MenuIso> = {}): string {
  const iso: MenuIso = {
    device: "iso0",
    title: "Some system",
    uuid: "2026-01-01-00-00-00-00",
    extents: [{ start: 1 << 20, length: 5 << 20 }],
    entries: [
      { title: "Start", firmware: ["bios", "x64"], method, via: "native", secureBoot: "unsigned" },
    ],
    problems: [],
    path: "/some.iso",
    ...extra,
  };
  const stick = { partition: "LIFEBOAT-1A2B3C4D", language: "en" as const, hasVentoy: false };
  return renderMenu(menuOfIso(iso, stick), {
    language: "en",
  });
}

/** The commands between opening the ISO and the end, as GRUB's own parser takes them. */
async function commandsOf(method: BootMethod, extra: Partial<MenuIso> = {}): Promise<string[]> {
  const menu = render(method, extra);
  const path = join(await temporaryFolder(), "menu.cfg");
  await writeFile(path, menu);
  await judge("grub-script-check", [path]);
  const inside = /if lifeboat_open [^\n]*then\n(.*?)\n\s+fi\n/s.exec(menu)?.[1] ?? "";
  return inside.split("\n").map((line) => line.trim());
}

const xen: BootMethod = {
  kind: "multiboot",
  version: 2,
  kernel: "/images/xen.gz",
  args: "console=none",
  modules: [
    { path: "/images/vmlinuz", args: "inst.repo=hd:LABEL=A\\x20B quiet" },
    { path: "/images/initrd.img", args: "" },
  ],
};

const illumos: BootMethod = {
  kind: "multiboot",
  version: 1,
  kernel: "/unix",
  args: "/unix -B smartos=true",
  modules: [{ path: "/archive", args: "/archive type=rootfs" }],
};

const freebsd: BootMethod = {
  kind: "kfreebsd",
  kernel: "/boot/kernel/kernel",
  args: "-v",
  hints: "/boot/device.hints",
  settings: { "vfs.root.mountfrom": "cd9660:/dev/md0", "some.name": "two words" },
  modules: [{ type: "mfs_root" }],
};

const netbsd: BootMethod = {
  kind: "knetbsd",
  kernel: "/netbsd",
  args: "-2",
  modules: ["/amd64/installation/miniroot/miniroot.kmod"],
};

const openbsd: BootMethod = { kind: "kopenbsd", kernel: "/7.5/amd64/bsd.rd", args: "" };

describe("what GRUB is told", () => {
  test("Multiboot 2: the kernel, then its modules in their order", async () => {
    expect(await commandsOf(xen)).toEqual([
      "insmod multiboot2",
      "multiboot2 '(iso0)/images/xen.gz' console=none",
      String.raw`module2 '(iso0)/images/vmlinuz' 'inst.repo=hd:LABEL=A\x20B' quiet`,
      "module2 '(iso0)/images/initrd.img'",
    ]);
  });

  test("Multiboot 1", async () => {
    expect(await commandsOf(illumos)).toEqual([
      "insmod multiboot",
      "multiboot '(iso0)/unix' /unix -B smartos=true",
      "module '(iso0)/archive' /archive type=rootfs",
    ]);
  });

  test("FreeBSD with the whole image as its root", async () => {
    expect(await commandsOf(freebsd)).toEqual([
      "insmod bsd",
      "set gfxpayload=text",
      "kfreebsd '(iso0)/boot/kernel/kernel' -v",
      "kfreebsd_loadenv '(iso0)/boot/device.hints'",
      "set kFreeBSD.vfs.root.mountfrom=cd9660:/dev/md0",
      "set 'kFreeBSD.some.name=two words'",
      "kfreebsd_module ($data)2048+10240 type=mfs_root",
    ]);
  });

  test("NetBSD and OpenBSD", async () => {
    expect(await commandsOf(netbsd)).toEqual([
      "insmod bsd",
      "set gfxpayload=text",
      "knetbsd '(iso0)/netbsd' -2",
      "knetbsd_module_elf '(iso0)/amd64/installation/miniroot/miniroot.kmod'",
    ]);
    expect((await commandsOf(openbsd)).at(-1)).toBe("kopenbsd '(iso0)/7.5/amd64/bsd.rd'");
  });

  test("memdisk: the whole image, and one that lies in it", async () => {
    expect(await commandsOf({ kind: "memdisk" })).toEqual([
      "linux16 ($lifeboat)/lifeboat/tools/memdisk iso raw",
      "initrd16 ($data)2048+10240",
    ]);
    expect(await commandsOf({ kind: "memdisk", path: "/dos.img", args: "raw c=80" })).toEqual([
      "linux16 ($lifeboat)/lifeboat/tools/memdisk raw c=80",
      "initrd16 '(iso0)/dos.img'",
    ]);
    expect((await commandsOf({ kind: "memdisk", path: "/dos.img" }))[0]).toMatch(/memdisk raw$/);
  });

  test("a kernel in a partition of the image", async () => {
    const method: BootMethod = {
      kind: "linux",
      kernel: "(msdos2)/kernel",
      initrd: ["(msdos2)/init rd"],
      args: "root=live:LABEL=A",
      hook: true,
    };
    const [linux, initrd] = await commandsOf(method);
    expect(linux).toMatch(/^linux '\(iso0,msdos2\)\/kernel' rdinit=/);
    expect(initrd).toBe("initrd ($lifeboat)/lifeboat/hook.cpio '(iso0,msdos2)/init rd'");
  });

  test("Secure Boot refuses the modules: the entry says so instead of trying", () => {
    for (const method of [xen, freebsd, openbsd]) {
      expect(render(method)).toMatch(
        /if \[ "\$lockdown" = "y" \]; then\s+lifeboat_say "\$lifeboat_unsigned"\s+else/,
      );
    }
  });
});

test("every module that an entry loads is in the BIOS core image and on the stick for UEFI", () => {
  for (const method of [xen, illumos, freebsd, netbsd, openbsd]) {
    const name = /insmod (\w+)/.exec(render(method))?.[1] ?? "";
    expect(BIOS_MODULES).toContain(name);
    expect(EFI_MODULES).toContain(name);
  }
});

describe("an ISO in several pieces", () => {
  test.each([
    ["Xen", xen],
    ["illumos", illumos],
    ["NetBSD", netbsd],
    ["OpenBSD", openbsd],
    ["an image in it", { kind: "memdisk", path: "/dos.img" } as const],
  ])("%s starts from copies, and from all of them only", async (_, method) => {
    const files = bootFiles(method) ?? [];
    const copies = Object.fromEntries(files.map((path, at) => [path, `/lifeboat/boot/x/${at}`]));
    const commands = await commandsOf(method, { extents: PIECES, copies });
    expect(commands.join("\n")).toContain("($lifeboat)/lifeboat/boot/x/0");
    expect(commands.join("\n")).not.toContain("(iso0)");
    for (const path of files) {
      const { [path]: _gone, ...rest } = copies;
      expect(render(method, { extents: PIECES, copies: rest })).toContain("what is wrong with it");
    }
  });

  test.each([
    ["FreeBSD with the image in memory", freebsd],
    ["memdisk with the image in memory", { kind: "memdisk" } as const],
    ["a menu of its own", { kind: "configfile", path: "/grub.cfg" } as const],
  ])("%s can't start", (_, method) => {
    expect(bootFiles(method)).toBeUndefined();
    const copies = { "/boot/kernel/kernel": "/k", "/boot/device.hints": "/h" };
    expect(render(method, { extents: PIECES, copies })).toContain("what is wrong with it");
  });
});

test("hostile names in modules and settings stay words", async () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(name, name, async (path, value) => {
      const commands = await commandsOf({
        ...freebsd,
        kernel: `/${path}`,
        settings: { a: value },
        modules: [{ path: `/${path}`, type: value }],
      });
      expect(commands.length).toBe(6);
    }),
    { numRuns: 12 },
  );
});

test("a path in a partition comes apart as it was put together, and no other does", () => {
  expect(splitPartitionPath(inPartition("msdos2", "/a b"))).toEqual({
    partition: "msdos2",
    path: "/a b",
  });
  for (const path of ["/(msdos2)/x", "/x", "(hd0)/x", "(msdos2)x"]) {
    expect(splitPartitionPath(path)).toEqual({ partition: undefined, path });
  }
  expect(mapPaths(freebsd, (path) => inPartition("gpt3", path))).toMatchObject({
    kernel: "(gpt3)/boot/kernel/kernel",
    hints: "(gpt3)/boot/device.hints",
    modules: [{ type: "mfs_root" }],
  });
});
