/** Completion for bash 3.2 and later, with or without the package bash-completion. */
import type { CommandReference, ValueReference } from "../reference/reference.ts";
import { flatten } from "../reference/reference.ts";
import { commandNames, pathOf, quoted, withOptions } from "./words.ts";

export function bashScript(program: CommandReference): string {
  const all = withOptions(program);
  const commands = flatten(program)
    .filter((command) => command.commands.length > 0)
    .map((command) => arm([pathOf(command)], commandNames(command).join(" ")));
  const options = all.map(({ command, options }) =>
    arm([pathOf(command)], options.flatMap(({ names }) => names).join(" ")),
  );
  const values = all.flatMap(({ command, options }) =>
    options.flatMap(({ names, value }) =>
      value === null
        ? []
        : [
            arm(
              names.map((name) => `${pathOf(command)} ${name}`),
              `${value.variadic ? "several" : "one"} ${kindOf(value)}`,
            ),
          ],
    ),
  );
  const positions = flatten(program).flatMap((command) =>
    command.arguments.map((argument, index) =>
      arm(
        [`${pathOf(command)} ${argument.variadic ? "" : index + 1}`],
        kindOf(argument),
        argument.variadic,
      ),
    ),
  );
  return [
    "# Completion of lifeboat for bash. Made by: lifeboat completion bash",
    table("commands", "What may follow this command.", '"$1"', commands),
    table("options", "The options of a command.", '"$1"', options),
    table("value", "What an option of a command takes.", '"$1 $2"', values),
    table("argument", "What stands in a place behind a command.", '"$1 $2"', positions),
    BODY,
  ].join("\n\n");
}

function table(name: string, about: string, key: string, arms: readonly string[]): string {
  return [
    `# ${about}`,
    `_lifeboat_${name}() {`,
    "  reply=",
    `  case ${key} in`,
    ...arms,
    "  esac",
    "}",
  ].join("\n");
}

function arm(keys: readonly string[], reply: string, open = false): string {
  return `    ${keys.map((key) => quoted(key) + (open ? "*" : "")).join("|")}) reply=${quoted(reply)} ;;`;
}

function kindOf({ kind, choices }: ValueReference): string {
  return choices.length > 0 ? `choices ${choices.join(" ")}` : (kind ?? "free");
}

const BODY = String.raw`# Offers what compgen finds for the word.
_lifeboat_offer() {
  local typed=$1 found
  shift
  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$@" -- "$typed")
}

_lifeboat_files() {
  local typed=$1
  # The word stands here as it was typed.
  case $typed in
    \"* | \'*) typed=${"$"}{typed:1} ;;
    *) typed=${"$"}{typed//\\/} ;;
  esac
  _lifeboat_offer "$typed" "$2"
  compopt -o filenames 2>/dev/null
}

_lifeboat_disks() {
  local device
  for device in /dev/sd? /dev/mmcblk?; do
    [[ -b $device && $device == "$1"* ]] && COMPREPLY+=("$device")
  done
}

_lifeboat() {
  local cur=${"$"}{COMP_WORDS[COMP_CWORD]} path='' place=1 pending='' ended='' joined='' reply='' word at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${"$"}{COMP_WORDS[at]}
    # bash splits words at these: --fs=ntfs and https://host are three.
    if [[ $word == = || $word == : ]]; then
      [[ $pending && ${"$"}{COMP_WORDS[at - 1]} == -* ]] || joined=1
    elif [[ $joined ]]; then
      joined=
    elif [[ -z $ended && $word == -- ]]; then
      ended=1 pending=
    elif [[ -z $ended && $word == -* ]]; then
      _lifeboat_value "$path" "$word"
      pending=$reply
    elif [[ $pending ]]; then
      [[ $pending == several* ]] || pending=
    else
      _lifeboat_commands "$path"
      if [[ " $reply " == *" $word "* ]]; then
        path=${"$"}{path:+$path }$word
      else
        place=$((place + 1))
      fi
    fi
  done
  if [[ $cur == = ]]; then cur=; elif [[ $joined || $cur == : ]]; then return; fi

  if [[ -z $ended && $pending != one* && $cur == -* ]]; then
    _lifeboat_options "$path"
    _lifeboat_offer "$cur" -W "$reply"
    return
  fi
  if [[ $pending ]]; then
    reply=${"$"}{pending#* }
  else
    _lifeboat_commands "$path"
    if [[ $reply ]]; then reply="choices $reply"; else _lifeboat_argument "$path" "$place"; fi
  fi
  case $reply in
    'choices '*) _lifeboat_offer "$cur" -W "${"$"}{reply#choices }" ;;
    file) _lifeboat_files "$cur" -f ;;
    folder) _lifeboat_files "$cur" -d ;;
    disk)
      _lifeboat_files "$cur" -f
      _lifeboat_disks "$cur"
      ;;
  esac
}

complete -F _lifeboat lifeboat`;
