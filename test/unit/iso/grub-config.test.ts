import { readFile, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BootEntry } from "../../../src/iso/boot-entry.ts";
import { readGrubConfig } from "../../../src/iso/grub-config/read.ts";
import type { GrubEnvironment } from "../../../src/iso/grub-config/read.ts";
import { joinArguments, splitArguments } from "../../../src/iso/kernel-arguments.ts";
import { IsoTree } from "../../../src/iso/tree.ts";
import { memoryVolume } from "../../support/memory-volume.ts";
import { fuzzRounds } from "../../support/mutations.ts";

const BIOS: GrubEnvironment = { platform: "pc", cpu: "i386" };
const UEFI: GrubEnvironment = { platform: "efi", cpu: "x86_64" };

async function read(
  script: string,
  environment: GrubEnvironment = BIOS,
  others: Readonly<Record<string, string>> = {},
): Promise<BootEntry[]> {
  const files = new IsoTree(memoryVolume({ "/boot/grub/grub.cfg": script, ...others }));
  return readGrubConfig(files, "/boot/grub/grub.cfg", environment);
}

/** The arguments of the only entry's kernel. */
async function argumentsOf(line: string, before = ""): Promise<readonly string[]> {
  const [entry] = await read(`${before}\nmenuentry x {\nlinux /k ${line}\n}`);
  return entry?.args ?? ["(no entry)"];
}

describe("words", () => {
  test.each([
    ["a 'b c' d", ["a", "b c", "d"]],
    [`"b \\"c\\" \\$x \\n" '\\n'`, ['b "c" $x \\n', "\\n"]],
    ["a\\ b c\\\n d e\\\nf", ["a b", "c", "d", "ef"]],
    [`pre'fix'"ed"`, ["prefixed"]],
    ["'it'\\''s'", ["it's"]],
    ["a # comment", ["a"]],
    ["a#b", ["a#b"]],
    ['"" x', ["", "x"]],
    ["a&b c|d <e>", ["a&b", "c|d", "<e>"]],
    ["root=UUID=1-2,3:4", ["root=UUID=1-2,3:4"]],
  ])("%s", async (line, expected) => {
    expect(await argumentsOf(line)).toEqual(expected);
  });

  test("variables: unquoted values are split and vanish when empty, quoted ones stay whole", async () => {
    const set = `set two="one two"\nset empty=`;
    expect(await argumentsOf('$two "$two" $empty "$empty" x${two}y ${none}', set)).toEqual([
      "one",
      "two",
      "one two",
      "",
      "xone",
      "twoy",
    ]);
    expect(await argumentsOf("'$two'", set)).toEqual(["$two"]);
    expect(await argumentsOf("$", set)).toEqual(["$"]);
  });

  test("a word that only the machine can complete is left out", async () => {
    expect(await argumentsOf("a img_dev=UUID=$u b", "probe --set u --fs-uuid (hd0)")).toEqual([
      "a",
      "b",
    ]);
    expect(await argumentsOf("a $u b", "regexp --set=1:u '^(hd)' $root")).toEqual(["a", "b"]);
  });
});

describe("entries", () => {
  test("titles, options, submenus and arguments of a menu entry", async () => {
    const entries = await read(`
      menuentry --class os 'First' --id one --unrestricted "second argument" { linux /k "$1" $2 }
      submenu "Outer" { submenu 'Inner' --hotkey=i {
        menuentry "Deep" --hotkey d { linux /k; initrd /ucode /initrd }
      } }`);
    expect(entries).toEqual([
      {
        title: "First",
        parents: [],
        kind: "linux",
        kernel: "/k",
        initrd: [],
        args: ["First", "second", "argument"],
      },
      {
        title: "Deep",
        parents: ["Outer", "Inner"],
        kind: "linux",
        kernel: "/k",
        initrd: ["/ucode", "/initrd"],
        args: [],
      },
    ]);
  });

  test("devices: the ISO's own and unknown roots count, other disks don't", async () => {
    const kernels = (
      await read(`
      menuentry a { linux ($root)/a }
      menuentry b { search --set=root --label WHATEVER; linux /b }
      menuentry c { set root=(hd0,msdos1); linux /c }
      menuentry d { linux (hd0,1)/d }
      menuentry e { set root='(loop)'; linux (loop)/e }
      menuentry f { chainloader +1 }
      menuentry g { chainloader (cd0)/EFI/g.efi }`)
    ).map(({ kind, kernel }) => `${kind} ${kernel}`);
    expect(kernels).toEqual(["linux /a", "linux /b", "linux /e", "chainload /EFI/g.efi"]);
  });

  test("functions, loops over files, eval", async () => {
    const entries = await read(
      `function entry { menuentry "$1" "$2" { linux $2 quiet } }
       entry 'By function' /f
       for k in /live/vmlinuz-*; do menuentry "Loop $k" { linux $k; } done
       eval "menuentry evaluated { linux /e; }"`,
      BIOS,
      { "/live/vmlinuz-1": "", "/live/vmlinuz-2": "", "/live/initrd": "" },
    );
    expect(entries.map(({ title, kernel }) => [title, kernel])).toEqual([
      ["By function", "/f"],
      ["Loop /live/vmlinuz-1", "/live/vmlinuz-1"],
      ["Loop /live/vmlinuz-2", "/live/vmlinuz-2"],
      ["evaluated", "/e"],
    ]);
  });

  test("the way back to the menu that led to a file is not gone again", async () => {
    const entries = await read(
      `menuentry "start $kbd" { linux /k kbd=$kbd }
       submenu Keyboard { configfile $prefix/kbd.cfg }`,
      BIOS,
      {
        "/boot/grub/kbd.cfg":
          "menuentry German { set kbd=de; configfile $prefix/grub.cfg }\nmenuentry here { linux /here }",
      },
    );
    expect(entries.map(({ title, parents }) => [...parents, title])).toEqual([
      ["start "],
      ["Keyboard", "here"],
    ]);
  });

  test("arguments of an entry, without those that it shifts away", async () => {
    const entries = await read(
      `menuentry " MX" vmlinuz initrd "lang=de tz=UTC" { k="$2"; shift 3; linux /antiX/$k quiet $@; initrd /antiX/initrd.gz }
       menuentry other x { shift; linux /$1 $#; shift 5; linux /$1 $# }`,
    );
    expect(entries.map(({ kernel, args }) => [kernel, ...args])).toEqual([
      ["/antiX/vmlinuz", "quiet", "lang=de", "tz=UTC"],
      ["/x", "1"],
      ["/x", "1"],
    ]);
  });

  test("source shares variables, configfile starts anew, and both find nothing outside the ISO", async () => {
    const entries = await read(
      `set who=caller
       source $prefix/one.cfg
       menuentry "after $who" { linux /a }
       configfile /two.cfg
       source (hd1)/three.cfg
       source /missing.cfg`,
      BIOS,
      {
        "/boot/grub/one.cfg": 'menuentry "one for $who" { linux /1 }\nset who=callee',
        "/two.cfg": "linux /direct a b\ninitrd /i\nboot",
      },
    );
    expect(entries.map(({ title, kernel }) => [title, kernel])).toEqual([
      ["one for caller", "/1"],
      ["after callee", "/a"],
      ["", "/direct"],
    ]);
  });
});

describe("conditions", () => {
  const taken = async (condition: string, environment = BIOS) => {
    const script = `if ${condition}; then menuentry yes { linux /k } else menuentry no { linux /k } fi`;
    const titles = (await read(script, environment, { "/there": "x", "/empty": "" })).map(
      ({ title }) => title,
    );
    return titles.join(" ");
  };

  test.each([
    ['[ "$grub_platform" = "efi" ]', "no"],
    ["[ x$grub_platform == xpc -a ! -f /gone ]", "yes"],
    ["test -f /there -a -s /there", "yes"],
    ["[ -s /empty -o -d /there ]", "no"],
    ["[ -e (cd0)/there ]", "yes"],
    ["[ -n '' ]", "no"],
    ["[ -z '' ]", "yes"],
    ["[ ( a = b -o c = c ) -a 3 -lt 20 ]", "yes"],
    ["true", "yes"],
    ["false", "no"],
    ["search --set=root --file /there", "yes"],
    ["search --set=root --file /gone", "no"],
    ["cpuid -l", "yes"],
    ["loadfont /there", "yes no"],
    ["[ -e (hd0,1)/there ]", "yes no"],
    ["probe -s answer -u (hd0) ; [ $answer = 1234 ]", "yes no"],
    ["probe -s answer -u (hd0) ; [ $answer = 1234 -a 1 = 2 ]", "no"],
  ])("%s → %s", async (condition, expected) => {
    expect(await taken(condition)).toBe(expected);
  });

  test("the firmware decides", async () => {
    expect(await taken('[ "$grub_platform" = "efi" -a $grub_cpu = x86_64 ]', UEFI)).toBe("yes");
  });

  test("where either branch may run, neither sees the other's variables", async () => {
    expect(
      await argumentsOf(
        "$a $b",
        "if unknowable; then set a=then; else set a=else$a b=x; set b=else$a; fi",
      ),
    ).toEqual(["then", "elseelse"]);
  });
});

describe("hostile scripts", () => {
  test.each([
    ["endless recursion", "function f { f; f }\nf"],
    ["a file that sources itself", "source /boot/grub/grub.cfg\nsource /boot/grub/grub.cfg"],
    [
      "a configuration that starts itself",
      "configfile /boot/grub/grub.cfg\nconfigfile $config_file",
    ],
    ["deep nesting", "submenu x { ".repeat(100_000)],
    ["deep conditions", "if true; then ".repeat(50_000)],
    ["nested loops", "for a in 1 2 3 4 5 6 7 8 9; do ".repeat(12) + "menuentry x { linux /k }"],
    [
      "doubling variables",
      "set a=xxxxxxxx\n" + "set a=$a$a$a$a\n".repeat(200) + "menuentry $a { linux /k $a }",
    ],
    ["eval of itself", `set e='eval "$e" "$e"'\neval "$e"`],
    [
      "a long line of long variables",
      `set a=${"x".repeat(8000)}\n${`linux ${"$a".repeat(50)} ${"$a ".repeat(9000)}\n`.repeat(30)}`,
    ],
    [
      "variables without end",
      Array.from({ length: 60_000 }, (_, n) => `v${n}=x`).join("\n") +
        "\nmenuentry x { }".repeat(20_000),
    ],
    ["parentheses", `[ ${"( ".repeat(50_000)}`],
    ["a quote that never ends", "menuentry '".padEnd(500_000, "x")],
    ["wildcards", "for f in /*a*a*a*a*a*a*a*b; do true; done"],
  ])("%s", async (_, script) => {
    const entries = await read(script, BIOS, { [`/${"a".repeat(200)}`]: "" });
    expect(entries.length).toBeLessThanOrEqual(512);
  });

  test("anything at all is read without an error", async () => {
    const piece = fc.constantFrom(
      ..."menuentry|submenu|if|then|elif|else|fi|for|in|do|done|while|function|{|}|;|\n|'|\"|\\|$|${|$x|[|]|(|)|-a|-f|!|=|source|configfile|linux|initrd|search|--set=root|set|/boot/grub/grub.cfg|eval|x|#|*".split(
        "|",
      ),
      " ",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.array(piece, { maxLength: 60 }), fc.array(fc.string())),
        async (parts) => {
          const entries = await read(parts.join(" "));
          expect(Array.isArray(entries)).toBe(true);
        },
      ),
      { numRuns: fuzzRounds(300) },
    );
  });
});

test("splitting and joining a kernel's command line are inverse", () => {
  const word = fc.stringMatching(/^[a-z.=\\$'{}-]{1,8}$/);
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(splitArguments(joinArguments(words))).toEqual(words);
    }),
  );
  expect(splitArguments('a "b c" d="e f" "unclosed x')).toEqual([
    "a",
    '"b c"',
    'd="e f"',
    '"unclosed x',
  ]);
});

test("a file that is sourced again and again is parsed once, and counts once", async () => {
  const large = `${"# a comment\n".repeat(15_000)}menuentry x {\nlinux /k\n}\n`;
  const script = "source /boot/grub/large.cfg\n".repeat(50);
  const entries = await read(script, BIOS, { "/boot/grub/large.cfg": large });
  expect(entries.length).toBe(50);
});

test("of several files, more than two million characters are not read", async () => {
  const others = Object.fromEntries(
    Array.from({ length: 20 }, (_, index): [string, string] => [
      `/boot/grub/${index}.cfg`,
      `# ${index}\n${"# a comment\n".repeat(15_000)}menuentry x {\nlinux /k\n}\n`,
    ]),
  );
  const script = Object.keys(others)
    .map((path) => `source ${path}\n`)
    .join("");
  expect((await read(script, BIOS, others)).length).toBe(11);
});

const SAMPLES = fileURLToPath(new URL("../../../../shared/samples/iso-configs", import.meta.url));
const samples = existsSync(SAMPLES)
  ? (await readdir(SAMPLES))
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -5))
  : [];

interface Expected {
  readonly name: string;
  readonly cmdline: string;
  readonly kernel: { readonly url: string };
  readonly initrd: { readonly url: string };
}

/** That reader adds the ISO's path itself, and keeps variables that aren't set; both are left out of the comparison. */
function comparable(words: readonly string[]): string {
  return words.filter((word) => !/^(iso-scan\/filename=|\$\{)/.test(word)).join(" ");
}

describe.skipIf(samples.length === 0)(
  "configurations of real ISOs, against u-root's reader",
  () => {
    test.each(samples)("%s", async (name) => {
      const folder = join(SAMPLES, name);
      const files: Record<string, Buffer> = {};
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile()) files[path.slice(folder.length)] = await readFile(path);
      }
      // The files that the configurations look for.
      for (const path of ["/boot/0x4da30161", "/boot/0xfd1737c4"]) files[path] = Buffer.alloc(0);
      const tree = new IsoTree(memoryVolume(files));
      const environment = { ...BIOS, fsUuid: "1234-abcd", variables: { iso_path: `/${name}.iso` } };
      const config = (await tree.glob("/boot/grub*/loopback.cfg"))[0]?.path ?? "";
      const ours = (await readGrubConfig(tree, config, environment))
        .filter(({ kind }) => kind === "linux")
        .map(({ title, kernel, initrd, args }) => ({
          title,
          kernel,
          initrd,
          args: comparable(args),
        }));
      const expected = JSON.parse(await readFile(`${folder}.json`, "utf8")) as Expected[];
      const inIso = (url: string) => url.slice(url.indexOf(name) + name.length);
      for (const { name: title, cmdline, kernel, initrd } of expected) {
        expect(ours).toContainEqual({
          title: title.replace(/^\[.*?\] /, ""),
          kernel: inIso(kernel.url),
          initrd: [inIso(initrd.url)],
          args: comparable(splitArguments(cmdline)),
        });
      }
      // It leaves out what has no findiso=; nothing else may be more.
      const more = ours.filter(({ title }) => !expected.some((one) => one.name.endsWith(title)));
      expect(more.map(({ title }) => title)).toEqual(
        name.startsWith("debian") ? ["Live system (amd64 fail-safe mode)"] : [],
      );
    });
  },
);
