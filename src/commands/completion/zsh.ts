/** Completion for zsh: sourced, or as the file _lifeboat in a folder of fpath. */
import type { CommandReference, OptionReference, ValueReference } from "../reference/reference.ts";
import { pathOf, quoted, withOptions } from "./words.ts";

export function zshScript(program: CommandReference): string {
  return [
    "#compdef lifeboat",
    "# Completion of lifeboat for zsh. Made by: lifeboat completion zsh",
    "",
    DISKS,
    ...withOptions(program).map(({ command, options }) => `\n${functionOf(command, options)}`),
    "",
    'if [[ $funcstack[1] == _lifeboat ]]; then _lifeboat "$@"; else compdef _lifeboat lifeboat; fi',
  ].join("\n");
}

/** Not named as the function of a command could be. */
const DISKS = `__lifeboat_devices() {
  local -a devices=(/dev/sd?(N%b) /dev/mmcblk?(N%b))
  (( $#devices )) && compadd -- $devices
  _files
}`;

function functionOf(command: CommandReference, options: readonly OptionReference[]): string {
  const name = functionName(command);
  const specs = options.flatMap(optionSpecs);
  if (command.commands.length === 0) {
    const places = command.arguments.map((argument, index) =>
      quoted(
        `${argument.variadic ? "*" : index + 1}:${argument.placeholder}:${actionOf(argument)}`,
      ),
    );
    return [`${name}() {`, `  _arguments \\`, ...continued([...specs, ...places]), "}"].join("\n");
  }
  const list = command.commands.map(
    (child) => `    ${quoted(`${child.words.at(-1)}:${child.about.replaceAll("\\", "\\\\")}`)}`,
  );
  const arms = command.commands.map(
    (child) => `    ${child.words.at(-1)}) ${functionName(child)} ;;`,
  );
  return [
    `${name}() {`,
    "  local curcontext=$curcontext state line",
    "  local -A opt_args",
    "  local -a commands=(",
    ...list,
    "  )",
    "  _arguments -C \\",
    ...continued([...specs, quoted("1: :->command"), quoted("*:: :->rest")]),
    "  case $state in",
    "    command) _describe -t commands command commands ;;",
    "    rest) case $line[1] in",
    ...arms.map((line) => `  ${line}`),
    "    esac ;;",
    "  esac",
    "}",
  ].join("\n");
}

function continued(specs: readonly string[]): string[] {
  return specs.map((spec, index) => `    ${spec}${index === specs.length - 1 ? "" : " \\"}`);
}

function functionName(command: CommandReference): string {
  return ["_lifeboat", ...pathOf(command).split(" ").filter(Boolean)].join("_");
}

function optionSpecs({ names, about, value }: OptionReference): string[] {
  const said = about.replaceAll(/[\\[\]]/g, "\\$&");
  return names.map((name) => {
    if (value === null) return quoted(`${name}[${said}]`);
    const what = `${value.placeholder.replaceAll(":", "\\:")}:${actionOf(value)}`;
    // After a space or a sign of equality. Of several words the first: zsh would take an option for one of them as well.
    return quoted(`*${name}=[${said}]:${what}`);
  });
}

function actionOf({ kind, choices }: ValueReference): string {
  if (choices.length > 0) return `(${choices.join(" ")})`;
  switch (kind) {
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "disk":
      return "__lifeboat_devices";
    case "free":
    case null:
      // A space: the placeholder is shown, and nothing is offered.
      return " ";
  }
}
