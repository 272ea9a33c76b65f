// Imports point down this list, never up (docs/design.md, "Rooms").
const rooms = [
  "commands", "tui", "stick", "boot", "menu", "iso", "windows", "repair", "p2v", "vdisk",
  "filesystems", "disks", "block", "system",
];

const upward = rooms.map((room, index) => ({
  name: `${room}-imports-up`,
  comment: `src/${room} may import only rooms below it`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: `^src/(main\\.ts$|(${rooms.slice(0, index).join("|") || "none"})/)` },
}));

module.exports = {
  forbidden: [
    ...upward,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "one-door-to-processes",
      comment: "processes are started in src/system only, so that a test can see and answer every call",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/system/" },
      to: { path: "(^|node_modules/)execa(/|$)|^(node:)?child_process$" },
    },
    {
      name: "ink-only-in-the-tui",
      comment: "ink costs a second to load",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/tui/" },
      to: { path: "node_modules/(ink|react)/" },
    },
    {
      name: "nothing-left-over",
      severity: "error",
      from: { orphan: true, pathNot: "^src/main\\.ts$" },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".json"] },
  },
};
