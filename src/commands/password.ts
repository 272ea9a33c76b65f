import { LifeboatError } from "../system/errors.ts";
import { wholeNumber } from "./numbers.ts";
import type { Register } from "./common.ts";

/** GRUB reads no longer line from its prompt. */
const LONGEST_PASSWORD = 200;

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
      const { hashPassword } = await import("../menu/password.ts");
      const password = process.stdin.isTTY ? await shell.askPassword() : await firstLine();
      check(password);
      const hash = await hashPassword(password, options.iterations);
      shell.result({ hash }, [hash]);
    });
};

function check(password: string): void {
  if (password === "") {
    throw new LifeboatError(
      "password-empty",
      { en: "There is no password", zh: "没有输入密码" },
      {
        kind: "usage",
        hint: {
          en: "Type one, or give it as the first line of standard input",
          zh: "请输入密码，或将其作为标准输入的第一行提供",
        },
      },
    );
  }
  // GRUB's prompt knows the keys of an American keyboard, and with an accented letter nobody would ever get in.
  if (password.length > LONGEST_PASSWORD || !/^[\u0020-\u007e]+$/.test(password)) {
    throw new LifeboatError(
      "password-not-typable",
      {
        en: `GRUB's prompt takes ASCII letters, digits and signs only, and at most ${LONGEST_PASSWORD} of them`,
        zh: `GRUB 的提示符只接受 ASCII 字母、数字和符号，且最多 ${LONGEST_PASSWORD} 个`,
      },
      {
        kind: "usage",
        hint: {
          en: "Take another password; letters and digits that are in the same place on every keyboard are best",
          zh: "请换一个密码；最好使用在各种键盘上位置相同的字母和数字",
        },
      },
    );
  }
}

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
