"use strict";
// Starts the TypeScript kernel: `node src/kernel/main.cjs --connection-file FILE`.
//
// The kernel is TypeScript too. It is bundled once per state of its sources (esbuild, about 50 ms) into a folder below
// node_modules; later starts only load the bundles.

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const vm = require("node:vm");

const ROOT = path.resolve(__dirname, "..", "..");
const CACHE = path.join(ROOT, "node_modules", ".cache", "typescript-kernel");
const SOURCES = [__dirname, path.join(ROOT, "src", "shared")];
const ENTRIES = ["main", "wire/wire-thread", "wire/sigint-thread", "compiler/compiler", "compiler/compiler-worker"];

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

/** Bundles the sources into `folder`. */
function bundleInto(folder) {
  require("esbuild").buildSync({
    absWorkingDir: __dirname,
    entryPoints: ENTRIES.map((entry) => `${entry}.ts`),
    entryNames: "[name]",
    outdir: folder,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
  });
  // As a .d.ts file among the sources, its global declarations would hold for the project's own code too.
  fs.copyFileSync(path.join(__dirname, "session", "globals.d.ts.txt"), path.join(folder, "globals.d.ts"));
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

/**
 * Runs a bundle in a realm of its own, so that cells can't damage the built-in objects that it uses; see
 * session/realm.ts. Built-in objects and Node's globals are parameters because a realm's own globals are slow.
 */
function runInOwnRealm(file) {
  const realm = vm.createContext();
  const names = vm.runInContext("Object.getOwnPropertyNames(globalThis)", realm);
  const builtIns = names.filter(
    (name) => !["undefined", "NaN", "Infinity", "eval", "console", "WebAssembly"].includes(name),
  );
  const scope = Object.fromEntries(builtIns.map((name) => [name, vm.runInContext(name, realm)]));
  const { process, Buffer, console, AbortController, setTimeout, clearTimeout, setInterval, clearInterval } =
    globalThis;
  Object.assign(scope, { process, Buffer, console, AbortController });
  Object.assign(scope, { setTimeout, clearTimeout, setInterval, clearInterval });
  Object.assign(scope, { require, __filename: file, __dirname: path.dirname(file), cellGlobal: globalThis });
  const source = `(function (${Object.keys(scope).join(", ")}) {${fs.readFileSync(file, "utf8")}\n})`;
  const script = new vm.Script(source, {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  script.runInContext(realm)(...Object.values(scope));
}

const folder = bundles();
// From Node 22 on, compiled code is cached as well; the compiler's thread does the same for TypeScript.
require("node:module").enableCompileCache?.(path.join(folder, "code"));
runInOwnRealm(path.join(folder, "main.js"));
