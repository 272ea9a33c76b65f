/** A program that takes the terminal for itself: an editor. What it gets is the user's whole environment, unlike that of `run`. */

/** @returns its exit code; 127 and the like where the shell found none; 128 and more where a signal ended it. */
export async function runOnTerminal(program: string, args: readonly string[]): Promise<number> {
  const { execa } = await import("execa");
  // Ctrl-C is the editor's: it goes to every program at the terminal.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    const { exitCode } = await execa(program, args, { stdio: "inherit", reject: false });
    return exitCode ?? 128;
  } finally {
    process.off("SIGINT", ignore);
  }
}
