/** Completion for fish 3. */
import type { CommandReference, OptionReference, ValueReference } from "../reference/reference.ts";
import { flatten } from "../reference/reference.ts";
import { commandNames, pathOf, withOptions } from "./words.ts";

export function fishScript(program: CommandReference): string {
  const all = withOptions(program);
  const taking = (variadic: boolean) =>
    all.flatMap(({ command, options }) =>
      options
        .filter(({ value }) => value?.variadic === variadic)
        .flatMap(({ names }) => names.map((name) => `${pathOf(command)} ${name}`)),
    );
  const known = flatten(program).filter(({ words }) => words.length > 0);
  return [
    "# Completion of lifeboat for fish. Made by: lifeboat completion fish",
    `set -g __lifeboat_paths ${known.map((command) => quoted(pathOf(command))).join(" ")}`,
    "# Options with one value, and with several words.",
    `set -g __lifeboat_one ${taking(false).map(quoted).join(" ")}`,
    `set -g __lifeboat_several ${taking(true).map(quoted).join(" ")}`,
    "",
    BODY,
    "",
    "complete -c lifeboat -f",
    ...all.flatMap(({ command, options }) => [
      ...offerCommands(command),
      ...options.flatMap((option) => offerOption(command, option)),
      ...command.arguments.flatMap((argument, index) => {
        const condition = `__lifeboat_is ${quoted(pathOf(command))} ${index + 1}${argument.variadic ? " more" : ""}`;
        const offer = offerOf(argument);
        return offer === "" ? [] : [rule(condition, offer)];
      }),
    ]),
  ].join("\n");
}

const BODY = `# Prints the command, and the place in it where the cursor is: a number, or the option that takes several words.
function __lifeboat_place
    set -l path ''
    set -l place 1
    set -l pending
    set -l words (commandline -opc)
    for word in $words[2..-1]
        set -l longer (string trim -- "$path $word")
        if string match -q -- '-*' $word
            set pending
            contains -- "$path $word" $__lifeboat_one; and set pending one
            contains -- "$path $word" $__lifeboat_several; and set pending $word
        else if test "$pending" = one
            set pending
        else if test -n "$pending"
            continue
        else if contains -- $longer $__lifeboat_paths
            set path $longer
        else
            set place (math $place + 1)
        end
    end
    echo $path
    test -n "$pending"; and echo $pending; or echo $place
end

function __lifeboat_is -a path place more
    set -l here (__lifeboat_place)
    test "$here[1]" = "$path"; or return 1
    test "$here[2]" = "$place"; and return 0
    test -n "$more"; and string match -qr '^[0-9]+$' -- $here[2]; and test $here[2] -ge $place
end

function __lifeboat_in -a path
    set -l here (__lifeboat_place)
    test "$here[1]" = "$path"
end

function __lifeboat_disks
    for device in /dev/sd? /dev/mmcblk?
        test -b $device; and echo $device
    end
end`;

function offerCommands(command: CommandReference): string[] {
  const condition = `__lifeboat_is ${quoted(pathOf(command))} 1`;
  return commandNames(command).map((name, index) =>
    rule(condition, `-a ${name} -d ${quoted(command.commands[index]?.about ?? "")}`),
  );
}

function offerOption(
  command: CommandReference,
  { names, about, value }: OptionReference,
): string[] {
  const flags = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const said = `-d ${quoted(about)}`;
  const inside = `__lifeboat_in ${quoted(pathOf(command))}`;
  if (value === null) return [rule(inside, [...flags, said].join(" "))];
  const offer = offerOf(value);
  const rules = [
    rule(
      inside,
      [...flags, offer.includes("-F") ? "-r" : "-x", offer, said].filter(Boolean).join(" "),
    ),
  ];
  if (value.variadic && offer !== "") {
    for (const name of names) {
      rules.push(rule(`__lifeboat_is ${quoted(pathOf(command))} ${name}`, offer));
    }
  }
  return rules;
}

function rule(condition: string, offer: string): string {
  return `complete -c lifeboat -n ${quoted(condition)} ${offer}`;
}

/** Without -F nothing of the file system is offered. */
function offerOf({ kind, choices }: ValueReference): string {
  if (choices.length > 0) return `-a ${quoted(choices.join(" "))}`;
  switch (kind) {
    case "file":
      return "-F";
    case "folder":
      return "-a '(__fish_complete_directories)'";
    case "disk":
      return "-F -a '(__lifeboat_disks)'";
    case "free":
    case null:
      return "";
  }
}

/** fish's single quotes know two escapes. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
