/** isolinux.cfg, systemd-boot's entries, and how an ISO's several configurations come together. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIsolinuxConfig } from "../../../src/iso/isolinux-config.ts";
import { parseLoaderEntry, readLoaderEntries } from "../../../src/iso/loader-entries.ts";
import { readOwnConfigs } from "../../../src/iso/own-configs.ts";
import { IsoTree } from "../../../src/iso/tree.ts";
import { memoryVolume } from "../../support/memory-volume.ts";
import { fuzzRounds } from "../../support/mutations.ts";

const MAIN = "/isolinux/isolinux.cfg";

async function isolinux(config: string, others: Readonly<Record<string, string>> = {}) {
  return readIsolinuxConfig(new IsoTree(memoryVolume({ [MAIN]: config, ...others })), MAIN);
}

test("an entry of systemd-boot's with hundreds of thousands of lines of one key, and one line of white space", () => {
  const lines = "x y\n".repeat(500_000);
  const gap = " ".repeat(1 << 20);
  const entry = parseLoaderEntry(`linux /k\n${lines}options a${gap}b  \ntitle${gap}\n`, "a.conf");
  expect(entry).toMatchObject({ title: "a", kernel: "/k", args: ["a", "b"] });
});

describe("isolinux.cfg", () => {
  test("labels, titles, kernels, initrds wherever they are named", async () => {
    const entries = await isolinux(`
      DEFAULT vesamenu.c32
      label one
        menu label ^One
        kernel /live/vmlinuz
        append initrd=/a,/b quiet text="two words"
      LABEL two
        LINUX ../boot/kernel first second
        INITRD /i1,/i2
      label three
        com32 chain.c32
        append hd0
      label four
        localboot 0
      # label five
      #  kernel /five`);
    expect(entries).toEqual([
      {
        title: "One",
        parents: [],
        kind: "linux",
        kernel: "/live/vmlinuz",
        initrd: ["/a", "/b"],
        args: ["quiet", 'text="two words"'],
      },
      {
        title: "two",
        parents: [],
        kind: "linux",
        kernel: "/isolinux/../boot/kernel",
        initrd: ["/i1", "/i2"],
        args: ["first", "second"],
      },
      {
        title: "three",
        parents: [],
        kind: "other",
        kernel: "/isolinux/chain.c32",
        initrd: [],
        args: ["hd0"],
      },
    ]);
  });

  test("submenus, help texts, a common APPEND and its absence", async () => {
    const entries = await isolinux(`
      append common
      menu begin tools
        menu title ^Tools
        label a
          kernel a
          text help
            label in the help
            kernel wrong
          endtext
        label b
          kernel b
          append -
      menu end
      label c
        kernel c`);
    expect(entries.map(({ title, parents, args }) => [title, ...parents, ...args])).toEqual([
      ["a", "Tools", "common"],
      ["b", "Tools"],
      ["c", "common"],
    ]);
  });

  test("files are followed: INCLUDE, MENU INCLUDE, CONFIG and a menu program's own configuration", async () => {
    const entries = await isolinux(
      "include one.cfg\nmenu include /two.cfg Graphical\nlabel x\nconfig three.cfg\nlabel y\nkernel menu.c32\nappend four.cfg\ninclude isolinux.cfg",
      {
        "/isolinux/one.cfg": "label 1\nkernel /1",
        "/two.cfg": "label 2\nkernel relative",
        "/isolinux/three.cfg": "label 3\nkernel /3\ninclude one.cfg",
        "/isolinux/four.cfg": "label 4\nkernel /4\ninclude isolinux.cfg",
      },
    );
    expect(entries.map(({ kernel }) => kernel)).toEqual(["/1", "/isolinux/relative", "/3", "/4"]);
  });

  test("anything at all is read without an error", async () => {
    const word = fc.constantFrom(
      "label",
      "kernel",
      "append",
      "include",
      "menu",
      "begin",
      "end",
      "text",
      "help",
      "\n",
      "\r\n",
      "isolinux.cfg",
      "initrd=",
      "config",
      "-",
      "menu.c32",
      " ",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(word, fc.string())), async (words) => {
        expect(Array.isArray(await isolinux(words.join(" ")))).toBe(true);
      }),
      { numRuns: fuzzRounds(200) },
    );
  });
});

test("entries of systemd-boot", () => {
  const text =
    "# c\ntitle  Arch\nlinux\t/arch/vmlinuz\ninitrd /ucode\ninitrd \\arch\\initrd\noptions a b\noptions c\n";
  expect(parseLoaderEntry(text, "01.conf")).toEqual({
    title: "Arch",
    parents: [],
    kind: "linux",
    kernel: "/arch/vmlinuz",
    initrd: ["/ucode", "/arch/initrd"],
    args: ["a", "b", "c"],
  });
  expect(parseLoaderEntry("efi /shellx64.efi", "shell.conf")).toMatchObject({
    title: "shell",
    kind: "chainload",
  });
  expect(parseLoaderEntry("title nothing", "x.conf")).toBeUndefined();
});

test("systemd-boot's entries are in the order of its menu: by sort-key, then those that have none", async () => {
  const entries = await readLoaderEntries(
    new IsoTree(
      memoryVolume({
        "/loader/entries/a-other.conf": "linux /k",
        "/loader/entries/linux-nv.conf": "sort-key  B\nlinux /k",
        "/loader/entries/linux.conf": "linux /k\nsort-key A",
        "/loader/entries/same.conf": "sort-key B\nlinux /k",
      }),
    ),
  );
  expect(entries.map(({ title }) => title)).toEqual(["linux", "linux-nv", "same", "a-other"]);
});

test("an ISO's configurations: the first GRUB one that offers something, each firmware's entries, then the others", async () => {
  const entries = await readOwnConfigs(
    new IsoTree(
      memoryVolume({
        "/boot/grub/grub.cfg": "set timeout=3",
        "/EFI/BOOT/grub.cfg":
          'menuentry all { linux /k }\nif [ $grub_platform = efi ]; then menuentry "for $grub_cpu" { linux /k x } fi',
        "/boot/grub/loopback.cfg": "menuentry loop { linux /k findiso=$iso_path }",
        "/loader/entries/a.conf": "linux /k\noptions l",
        "/SYSLINUX/SYSLINUX.CFG": "label s\nkernel /k",
      }),
    ),
  );
  expect(
    entries.map(({ title, source, firmware }) => `${source}: ${title}: ${firmware.join(" ")}`),
  ).toEqual([
    "grub: all: bios x64 ia32",
    "grub: for x86_64: x64",
    "grub: for i386: ia32",
    "loopback: loop: bios x64 ia32",
    "loader: a: bios x64 ia32",
    "isolinux: s: bios x64 ia32",
  ]);
});
