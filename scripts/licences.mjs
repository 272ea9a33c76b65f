/** The licences of what goes into the executable. They ask that their texts go with every copy. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, stop } from "./setup.mjs";

/** Where Node's own archive, its Docker image and distributions' packages have it, seen from the folder of the program. */
const OF_NODE = ["../LICENSE", "../share/doc/nodejs/LICENSE", "../share/doc/nodejs/copyright"];

/** Packages that come without the text of their licence: who holds the copyright, as their sources say. */
const WITHOUT_TEXT = {
  saxes:
    "Copyright (c) Contributors; sax, from which it was made: Copyright (c) Isaac Z. Schlueter and Contributors",
  "xz-decompress":
    "Copyright (c) Steve Sanderson, Tim Perry; walloc in it: Copyright (c) 2020 Igalia, S.L.; xz-embedded in it: public domain",
  "yoga-layout": "Copyright (c) Meta Platforms, Inc. and affiliates.",
};

const ISC = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that
the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY
DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
`;

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

/**
 * @param {string} node the program that is copied.
 * @param {readonly string[]} inputs paths of bundled modules, from the checkout's root.
 * @returns {string} lifeboat's, Node's, and one for each npm package; ends the program where one has none.
 */
export function licencesOf(node, inputs) {
  const packages = new Set(inputs.map(packageOf).filter((folder) => folder !== undefined));
  // A map: npm may install the same version in several places.
  const parts = new Map([
    ["lifeboat", read(join(root, "LICENSE"))],
    ["Node.js", ofNode(node)],
    ...[...packages].toSorted().map((folder) => ofPackage(folder)),
  ]);
  return [...parts]
    .map(([name, text]) => `${"=".repeat(80)}\n${name}\n\n${text.trim()}\n`)
    .join("\n");
}

/** `node_modules/a` of `node_modules/a/lib/index.js`; undefined for modules of our own. */
function packageOf(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function ofNode(node) {
  const found = OF_NODE.map((path) => join(dirname(node), path)).find((path) => existsSync(path));
  if (found === undefined)
    stop(`Node's LICENSE is not near ${node}; put it at ${join(dirname(node), OF_NODE[0])}`);
  return read(found);
}

function ofPackage(folder) {
  const { name, version, license } = JSON.parse(read(join(root, folder, "package.json")));
  const files = readdirSync(join(root, folder)).filter((file) =>
    /^(licen[cs]e|copying|notice)/i.test(file),
  );
  const heading = `${name} ${version} (${license})`;
  if (files.length > 0) {
    return [heading, files.map((file) => read(join(root, folder, file))).join("\n")];
  }
  const holder = WITHOUT_TEXT[name];
  const text = { ISC, MIT }[license];
  if (holder === undefined || text === undefined) {
    stop(`${folder} has no licence text; it can't go into the executable`);
  }
  return [heading, `${holder}\n\n${text}`];
}

function read(path) {
  return readFileSync(path, "utf8");
}
