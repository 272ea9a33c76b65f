/** The compiled program and all it imports as one CommonJS module, for what can load no other: Node's single executables. */
import { isBuiltin } from "node:module";
import { build, transform } from "esbuild";
import { root } from "./setup.mjs";

const DEFINE = {
  // React's and ink's parts for developers are left out.
  "process.env.NODE_ENV": '"production"',
  "process.env.DEV": '"false"',
};

/** What ink imports for its own developers (by `DEV=true`), and doesn't install. */
const ABSENT = "react-devtools-core";

/**
 * Node's own modules are loaded by the modules that import them; esbuild would have them all loaded at the start, which takes longer
 * than everything else that `--version` does.
 */
const lazyBuiltins = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, namespace }) => {
      if (!isBuiltin(path) && path !== ABSENT) return undefined;
      return namespace === "builtin" ? { path, external: true } : { path, namespace: "builtin" };
    });
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Every module is evaluated when it is first imported, as before: `import()` keeps what a command doesn't need out of its way.
 *
 * CommonJS has no top-level await, and both main.js and ink's layout engine use it. So they are bundled as an ES module first, by a
 * dynamic import of the whole program: esbuild then wraps each module in a function, an async one where it has to be, and nothing that
 * awaits is left at the top. What remains to be turned into CommonJS are imports of Node's own modules.
 * @returns the text, and the paths of what went in, from the checkout's root.
 */
export async function bundle() {
  const { outputFiles, metafile } = await build({
    stdin: { contents: 'import("./dist/main.js");', resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node20",
    define: DEFINE,
    plugins: [lazyBuiltins],
    logLevel: "warning",
  });
  const [{ text }] = outputFiles;
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node20",
    // A third less to read when it starts. Names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    define: { "import.meta.dirname": "__dirname", "import.meta.url": "undefined" },
    logLevel: "warning",
  });
  return { code, inputs: Object.keys(metafile.inputs) };
}
