import { wholeNumber } from "./numbers.ts";
import type { Register } from "./common.ts";

export const registerPassword: Register = (program, open) => {
  program
    .command("password")
    .about({
      en: "hash a password for the boot menu, for lifeboat/stick.yaml; it is asked for, or read from stdin",
      zh: "为启动菜单计算密码的哈希值，供 lifeboat/stick.yaml 使用；密码由提示输入，或从标准输入读取",
    })
    .value(
      "--iterations <number>",
      {
        en: "rounds of PBKDF2: more make guessing slower, and GRUB too",
        zh: "PBKDF2 的迭代次数：越多越难猜测，GRUB 也越慢",
      },
      wholeNumber("--iterations", 1000, 9_999_999),
    )
    .examples("lifeboat password", "pass show stick | lifeboat password --iterations 50000")
    .action(async (options: { iterations?: number }, command) => {
      const shell = open(command);
      const { checkPassword, hashPassword } = await import("../menu/password.ts");
      const password = process.stdin.isTTY ? await shell.askPassword() : await firstLine();
      checkPassword(password);
      const hash = await hashPassword(password, options.iterations);
      shell.result({ hash }, [hash]);
    });
};

async function firstLine(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > 64 * 1024) break;
  }
  return Buffer.concat(chunks).toString("utf8").split(/\r?\n/)[0] ?? "";
}
