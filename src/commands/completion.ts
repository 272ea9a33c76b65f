import { Argument } from "commander";
import type { LifeboatCommand } from "./command.ts";
import type { Register } from "./common.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

type ShellName = (typeof SHELLS)[number];

export const registerCompletion: Register = (program, open) => {
  program
    .command("completion")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .about({
      en: "print a script that teaches your shell lifeboat's commands and options (docs/completion.md)",
      zh: "输出 shell 补全脚本，使其能补全 lifeboat 的命令和选项（docs/completion.md）",
    })
    .examples(
      "source <(lifeboat completion bash)",
      "lifeboat completion zsh > ~/.zfunc/_lifeboat",
      "lifeboat completion fish > ~/.config/fish/completions/lifeboat.fish",
      "lifeboat completion powershell | Out-String | Invoke-Expression",
    )
    .action(async (name: ShellName, _options: object, command: LifeboatCommand) => {
      const shell = open(command);
      const { referenceOf } = await import("./reference/reference.ts");
      const script = (await scriptFor(name))(referenceOf(program));
      shell.result({ shell: name, script }, script.split("\n"));
    });
};

async function scriptFor(name: ShellName) {
  switch (name) {
    case "bash":
      return (await import("./completion/bash.ts")).bashScript;
    case "zsh":
      return (await import("./completion/zsh.ts")).zshScript;
    case "fish":
      return (await import("./completion/fish.ts")).fishScript;
    case "powershell":
      return (await import("./completion/powershell.ts")).powershellScript;
  }
}
