"use strict";
// Starts the TypeScript kernel: `node src/kernel/main.cjs --connection-file FILE`.
//
// The kernel is TypeScript too. It is bundled once per state of its sources (esbuild, about 50 ms) into a folder
// below node_modules, where the bundles find their packages, and later starts only load the bundles.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const ROOT = path.resolve(__dirname, "..", "..");
const CACHE = path.join(ROOT, "node_modules", ".cache", "typescript-kernel");
const SOURCES = [__dirname, path.join(ROOT, "src", "shared")];
const ENTRIES = ["main", "wire/wire-thread", "wire/sigint-thread", "compiler/compiler"];

/** A hash of every source file of the kernel, so that an edit makes a new bundle. */
function sourceHash() {
  const hash = createHash("sha256").update(require("esbuild/package.json").version);
  for (const folder of SOURCES) {
    for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
      const file = path.join(folder, name);
      if (fs.statSync(file).isFile()) hash.update(name).update(fs.readFileSync(file));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** The folder with the bundles of the present sources; built when it is not there yet. */
function bundles() {
  const folder = path.join(CACHE, sourceHash());
  if (fs.existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.tmp`;
  require("esbuild").buildSync({
    absWorkingDir: __dirname,
    entryPoints: ENTRIES.map((entry) => `${entry}.ts`),
    entryNames: "[name]",
    outdir: unfinished,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
  });
  // Under another name the declarations of the cells' globals would hold for the project's own code too.
  fs.copyFileSync(path.join(__dirname, "session", "globals.d.ts.txt"), path.join(unfinished, "globals.d.ts"));
  // Bundles of earlier sources: kernels that run have read theirs.
  for (const name of fs.readdirSync(CACHE)) {
    if (!name.endsWith(".tmp")) fs.rmSync(path.join(CACHE, name), { recursive: true, force: true });
  }
  try {
    fs.renameSync(unfinished, folder);
  } catch (error) {
    // Another kernel finished the same build first; its bundles are as good.
    fs.rmSync(unfinished, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error;
  }
  return folder;
}

const folder = bundles();
// From Node 22 on, compiled code is kept as well; the compiler's thread does the same for TypeScript.
require("node:module").enableCompileCache?.(path.join(folder, "code"));
require(path.join(folder, "main.js"));
