"use strict";
// Starts the TypeScript kernel: `node src/kernel/main.cjs --connection-file FILE`.
//
// The kernel is TypeScript too. It is bundled once per state of its sources (esbuild, about 50 ms) into a folder below
// node_modules; later starts only load the bundles.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { bundleInto } = require("./bundle.cjs");
const { runBundles } = require("./run-bundles.cjs");

const ROOT = path.resolve(__dirname, "..", "..");
const CACHE = path.join(ROOT, "node_modules", ".cache", "typescript-kernel");
const SOURCES = [__dirname, path.join(ROOT, "src", "shared")];

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

/** The folder with the bundles of the present sources; builds them if they don't exist yet. */
function cachedBundles() {
  const folder = path.join(CACHE, sourceHash());
  if (fs.existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}.tmp`;
  bundleInto(unfinished);
  // Kernels that are running bundles of earlier sources have already read them.
  for (const name of fs.readdirSync(CACHE)) {
    if (!name.endsWith(".tmp")) fs.rmSync(path.join(CACHE, name), { recursive: true, force: true });
  }
  try {
    fs.renameSync(unfinished, folder);
  } catch (error) {
    // Another kernel has just finished the same build; its bundles are the same.
    fs.rmSync(unfinished, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error;
  }
  return folder;
}

/** Bundles for this process alone. */
function temporaryBundles() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "typescript-kernel-"));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules")); // For the bundles' imports.
  bundleInto(folder);
  return folder;
}

function bundles() {
  try {
    return cachedBundles();
  } catch (error) {
    const folder = temporaryBundles(); // Throws as well if it's the sources that are wrong.
    console.error(`[typescript kernel] Bundled for this start only; ${CACHE} can't be used: ${error.message}`);
    return folder;
  }
}

runBundles(bundles());
