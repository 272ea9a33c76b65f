import { EXIT_STATUS } from "../system/errors.ts";
import type { Register } from "./common.ts";
import { builtInRecipes, examples } from "./common.ts";

export const registerVerify: Register = (program, open) => {
  program
    .command("verify <stick>")
    .description("hold the stick against what lifeboat knows of it")
    .option("--deep", "also read and hash every ISO")
    .addHelpText("after", examples("lifeboat verify /dev/sdb --deep"))
    .action(async (path: string, options: { deep?: boolean }, command) => {
      const shell = open(command);
      const { openStick } = await import("../stick/stick.ts");
      const { verifyStick } = await import("../stick/verify/verify.ts");
      const { run } = await import("../system/run.ts");
      const stick = await openStick(path);
      try {
        const { ok, findings } = await verifyStick(
          stick,
          { deep: options.deep ?? false, recipes: await builtInRecipes() },
          run,
          shell.job,
        );
        const said = findings.map((finding) => ({
          ...finding,
          what: shell.say(finding.what),
          fix: shell.say(finding.fix),
        }));
        const lines = said.map(({ severity, what, fix }) => `${severity}: ${what}. ${fix}`);
        const fine = shell.say({ en: "The stick is as it should be", zh: "U 盘一切正常" });
        shell.result({ ok, findings: said }, ok ? [...lines, fine] : lines);
        if (!ok) process.exitCode = EXIT_STATUS.damaged;
      } finally {
        await stick.disk.close();
      }
    });
};
