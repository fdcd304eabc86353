"use strict";
// Bundles the kernel's sources: for the project's own kernel when it starts, and for the package.

const fs = require("node:fs");
const path = require("node:path");

const ENTRIES = ["main", "wire/wire-thread", "wire/sigint-thread", "compiler/compiler", "compiler/compiler-worker"];

/**
 * Bundles the sources into `folder`, about 50 ms.
 *
 * @param {string} folder
 * @returns {string[]} the packages' modules that the bundles import
 */
function bundleInto(folder) {
  const { metafile } = require("esbuild").buildSync({
    absWorkingDir: __dirname,
    entryPoints: ENTRIES.map((entry) => `${entry}.ts`),
    entryNames: "[name]",
    outdir: folder,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    metafile: true,
  });
  // As a .d.ts file among the sources, its global declarations would hold for the project's own code too.
  fs.copyFileSync(path.join(__dirname, "session", "globals.d.ts.txt"), path.join(folder, "globals.d.ts"));
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return [...new Set(imports.filter(({ external }) => external).map((found) => found.path))];
}

module.exports = { bundleInto };
