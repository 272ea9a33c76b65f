/** Runs a parsed GRUB script for what it would offer: menu entries and what each of them starts. */
import type { BootEntry } from "../boot-entry.ts";
import type { BootFiles } from "../tree.ts";
import { evaluateTest } from "./condition.ts";
import type { Operand, Truth } from "./condition.ts";
import { isMenuCommand, readMenuCommand } from "./menu-command.ts";
import { OWN_DEVICE } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { parse } from "./syntax.ts";
import type { Node } from "./syntax.ts";
import type { Word } from "./tokens.ts";

const MAX_COMMANDS = 10_000;
/** Of scripts, in all files and `eval`s together, each counted once. Parsed, a character takes some forty bytes. */
const MAX_SCRIPT_LENGTH = 2 << 20;
/** Of arguments after expansion, all commands together. */
const MAX_EXPANDED_LENGTH = 8 << 20;
const MAX_FILES = 64;
const MAX_ENTRIES = 512;
const MAX_DEPTH = 24;
/** Files that one `for` loop over a wildcard looks at. */
const MAX_ROUNDS = 64;

const KERNEL_COMMANDS: Readonly<Record<string, BootEntry["kind"]>> = {
  linux: "linux",
  linuxefi: "linux",
  linux16: "linux16",
  kernel: "linux",
  chainloader: "chainload",
  multiboot: "other",
  multiboot2: "other",
  kfreebsd: "other",
  knetbsd: "other",
  kopenbsd: "other",
  ntldr: "other",
  xen_hypervisor: "other",
};

/** A start that is being put together; its `initrd` line is still to come. */
interface Started {
  readonly kind: BootEntry["kind"];
  readonly kernel: string;
  readonly args: readonly string[];
  initrd: string[] | undefined;
}

/** Where the commands stand: in the menu itself, or in an entry that collects what it starts. */
interface Place {
  readonly scope: Scope;
  readonly parents: readonly string[];
  readonly started: Started[];
  readonly depth: number;
  /** The files whose menus led here. */
  readonly menus: readonly string[];
}

export class Interpreter {
  readonly entries: BootEntry[] = [];
  readonly #files: BootFiles;
  readonly #fsUuid: string | undefined;
  readonly #functions = new Map<string, readonly Node[]>();
  /** By their text: a file that sources itself isn't parsed again at each depth. */
  readonly #scripts = new Map<string, readonly Node[]>();
  #commands = 0;
  #scriptLength = 0;
  #expandedLength = 0;
  #read = 0;

  constructor(files: BootFiles, fsUuid: string | undefined) {
    this.#files = files;
    this.#fsUuid = fsUuid;
  }

  /** Runs the file as a menu of its own: what it starts outside of any entry becomes an entry without a title. */
  async runFile(path: string, scope: Scope): Promise<void> {
    await this.#runMenu(path, { scope, parents: [], started: [], depth: 0, menus: [path] });
  }

  async #runMenu(path: string, place: Place): Promise<void> {
    await this.#source(path, place);
    this.#finish("", place);
  }

  async #source(path: string, place: Place): Promise<void> {
    if (place.depth > MAX_DEPTH || ++this.#read > MAX_FILES) return;
    const text = await this.#files.readText(path);
    if (text !== undefined) await this.#script(text, place);
  }

  async #script(text: string, place: Place): Promise<Truth> {
    const nodes = this.#parse(text);
    if (nodes === undefined) return undefined;
    return this.#run(nodes, { ...place, depth: place.depth + 1 });
  }

  #parse(text: string): readonly Node[] | undefined {
    const known = this.#scripts.get(text);
    if (known !== undefined) return known;
    this.#scriptLength += text.length;
    if (this.#scriptLength > MAX_SCRIPT_LENGTH) return undefined;
    const nodes = parse(text);
    this.#scripts.set(text, nodes);
    return nodes;
  }

  #expand(words: readonly Word[], scope: Scope): Operand[] {
    if (this.#expandedLength > MAX_EXPANDED_LENGTH) return [];
    const operands = scope.expand(words);
    for (const { text } of operands) this.#expandedLength += text.length + 1;
    return operands;
  }

  /** Runs commands; the truth of the last one is what `if` looks at. */
  async #run(nodes: readonly Node[], place: Place): Promise<Truth> {
    let truth: Truth = true;
    if (place.depth > MAX_DEPTH) return undefined;
    for (const node of nodes) {
      if (++this.#commands > MAX_COMMANDS || this.entries.length >= MAX_ENTRIES) return undefined;
      truth = await this.#node(node, place);
    }
    return truth;
  }

  async #node(node: Node, place: Place): Promise<Truth> {
    if (node.kind === "if") return this.#if(node, place);
    if (node.kind === "for") return this.#for(node, place);
    // How often a loop runs is the machine's business; once shows what it does.
    if (node.kind === "while") return this.#run(node.body, place);
    if (node.kind === "command") {
      return this.#command(this.#expand(node.words, place.scope), place, node.block);
    }
    this.#functions.set(node.name, node.body);
    return true;
  }

  async #if(node: Node & { kind: "if" }, place: Place): Promise<Truth> {
    // Branches after one that may run or not see the variables as they were before it.
    let doubtful: Scope | undefined;
    const run = async (body: readonly Node[]) => {
      if (doubtful === undefined) {
        await this.#run(body, place);
        return;
      }
      const branch = doubtful.copy();
      await this.#run(body, { ...place, scope: branch });
      place.scope.adopt(branch);
    };
    for (const arm of node.arms) {
      const truth = await this.#run(arm.condition, place);
      if (truth === false) continue;
      const before = truth === undefined ? place.scope.copy() : undefined;
      await run(arm.body);
      if (truth === true) return true;
      doubtful ??= before;
    }
    await run(node.otherwise);
    return true;
  }

  async #for(node: Node & { kind: "for" }, place: Place): Promise<Truth> {
    let rounds = 0;
    for (const word of this.#expand(node.words, place.scope)) {
      const pattern = place.scope.resolve(word.text);
      const wild = /[*?]/.test(word.text) && pattern !== undefined;
      const found = wild
        ? (await this.#files.glob(pattern)).map((entry) => entry.path)
        : [word.text];
      for (const value of found) {
        if (++rounds > MAX_ROUNDS) return true;
        place.scope.set(node.variable, value);
        await this.#run(node.body, { ...place, depth: place.depth + 1 });
      }
    }
    return true;
  }

  async #command(words: readonly Operand[], place: Place, block?: readonly Node[]): Promise<Truth> {
    const name = words[0]?.text ?? "";
    const args = words.slice(1);
    const { scope } = place;
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(name);
    if (assignment !== null) return this.#assign(words[0], place);
    if (isMenuCommand(name)) return this.#menuCommand(name, args, place, block);
    const kind = KERNEL_COMMANDS[name];
    if (kind !== undefined) return this.#start(kind, args, place);
    const body = this.#functions.get(name);
    if (body !== undefined) {
      const inner = scope.withArguments(args.map((word) => word.text));
      return this.#run(body, { ...place, scope: inner, depth: place.depth + 1 });
    }
    switch (name) {
      case "initrd":
      case "initrdefi":
      case "initrd16":
        return this.#initrd(args, place);
      case "set":
        return args[0] === undefined ? true : this.#assign(args[0], place);
      case "unset":
        for (const word of args) scope.unset(word.text);
        return true;
      case "shift":
        return scope.shift(Number(args[0]?.text ?? "1"));
      case "test":
        return evaluateTest(args, { files: this.#files, resolve: (file) => scope.resolve(file) });
      case "[": {
        const operands = args.at(-1)?.text === "]" ? args.slice(0, -1) : args;
        return evaluateTest(operands, {
          files: this.#files,
          resolve: (file) => scope.resolve(file),
        });
      }
      case "true":
      case "false":
        return name === "true";
      case "cpuid":
        // The one thing that configurations ask it is whether the processor has 64 bits.
        return args[0]?.text === "-l" ? true : undefined;
      case "source":
      case ".":
      case "configfile":
      case "extract_entries_source":
      case "extract_entries_configfile":
        return this.#otherFile(name, args[0]?.text ?? "", place);
      case "eval":
        return this.#script(args.map((word) => word.text).join(" "), place);
      case "search":
      case "search.file":
      case "search.fs_label":
      case "search.fs_uuid":
        return this.#search(name, args, scope);
      default:
        return this.#probe(name, args, scope);
    }
  }

  #assign(word: Operand | undefined, place: Place): Truth {
    const found = /^([^=]+)=(.*)$/s.exec(word?.text ?? "");
    if (found?.[1] === undefined) return true;
    if (word?.known === true) place.scope.set(found[1], found[2] ?? "");
    else place.scope.setUnknown(found[1]);
    return true;
  }

  async #menuCommand(
    command: string,
    args: readonly Operand[],
    place: Place,
    block: readonly Node[] = [],
  ): Promise<Truth> {
    const { title, positional } = readMenuCommand(args.map((word) => word.text));
    const scope = place.scope.copy(positional);
    const depth = place.depth + 1;
    const parents = command === "submenu" ? [...place.parents, title] : place.parents;
    const inner: Place = { ...place, scope, parents, started: [], depth };
    await this.#run(block, inner);
    this.#finish(title, inner);
    return true;
  }

  #start(kind: BootEntry["kind"], args: readonly Operand[], place: Place): Truth {
    const words = args.filter((word) => word.known).map((word) => word.text);
    while (words[0]?.startsWith("--")) words.shift();
    const kernel = place.scope.resolve(words[0] ?? "");
    // `chainloader +1` and other devices' kernels are no part of this ISO.
    if (words[0] === undefined || kernel === undefined || /^\/\d*\+\d/.test(kernel)) return true;
    place.started.push({ kind, kernel, args: words.slice(1), initrd: undefined });
    return true;
  }

  #initrd(args: readonly Operand[], place: Place): Truth {
    const paths = args
      .filter((word) => word.known && !word.text.startsWith("newc:"))
      .map((word) => place.scope.resolve(word.text))
      .filter((path) => path !== undefined);
    for (const started of place.started) started.initrd ??= paths;
    return true;
  }

  #finish(title: string, place: Place): void {
    for (const { kind, kernel, args, initrd } of place.started) {
      if (this.entries.length >= MAX_ENTRIES) return;
      this.entries.push({
        title,
        parents: place.parents,
        kind,
        kernel,
        initrd: initrd ?? [],
        args,
      });
    }
  }

  async #otherFile(command: string, name: string, place: Place): Promise<Truth> {
    const wanted = place.scope.resolve(name);
    const file = wanted === undefined ? undefined : await this.#files.find(wanted);
    if (file?.kind !== "file") return false;
    const { path } = file;
    if (command === "source" || command === ".") {
      await this.#source(path, place);
    } else if (!place.menus.includes(path)) {
      // A way back to a menu that led here, as after the choice of a language, offers nothing new.
      const scope = place.scope.copy();
      const { parents, menus } = place;
      const depth = place.depth + 1;
      await this.#runMenu(path, { scope, parents, started: [], depth, menus: [...menus, path] });
    }
    return true;
  }

  /** `search` for one of the ISO's own files finds the ISO; for a label or UUID it may be any disk, and is taken for the ISO. */
  async #search(name: string, args: readonly Operand[], scope: Scope): Promise<Truth> {
    const words = args.map((word) => word.text);
    const option = words.find((word) => word.startsWith("--set"));
    const variable = option?.split("=")[1] ?? (option === undefined ? words[1] : "root") ?? "root";
    const byFile = name === "search.file" || words.includes("--file") || words.includes("-f");
    const target = args.findLast((word) => word.text.startsWith("/"));
    if (byFile && target?.known === true && (await this.#files.find(target.text)) === undefined) {
      return false;
    }
    scope.set(variable, OWN_DEVICE);
    return byFile && target?.known === true ? true : undefined;
  }

  /** Commands that hand a finding about the machine over in a variable: `probe`, `regexp`, `smbios`, `read`, … */
  #probe(name: string, args: readonly Operand[], scope: Scope): Truth {
    if (name === "read" && args[0] !== undefined) scope.setUnknown(args[0].text);
    args.forEach((word, index) => {
      const found = /^(?:--set|-s)(?:=(?:\d+:)?(\w+))?$/.exec(word.text);
      const variable = found === null ? undefined : (found[1] ?? args[index + 1]?.text);
      if (variable === undefined) return;
      const asksUuid = args.some((arg) => arg.text === "--fs-uuid" || arg.text === "-u");
      if (name === "probe" && asksUuid && this.#fsUuid !== undefined) {
        scope.set(variable, this.#fsUuid);
      } else {
        scope.setUnknown(variable);
      }
    });
    return undefined;
  }
}
