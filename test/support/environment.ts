/**
 * What the caller's environment says of terminals reaches no test, and no program that a test starts: where `CI` is set Node
 * counts no colours, and in tmux it counts others. A test that wants one of these sets it itself.
 */
const OF_TERMINALS = [
  "CI",
  "COLORFGBG",
  "COLORTERM",
  "FORCE_COLOR",
  "NO_COLOR",
  "NODE_DISABLE_COLORS",
  "TMUX",
];

for (const name of OF_TERMINALS) delete process.env[name];
