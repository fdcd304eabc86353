"use strict";
// Runs the kernel's bundles.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

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

/**
 * Starts the kernel.
 *
 * @param {string} folder the folder with the bundles
 */
function runBundles(folder) {
  // From Node 22 on, compiled code is cached as well; the compiler's thread does the same for TypeScript.
  require("node:module").enableCompileCache?.(path.join(folder, "code"));
  runInOwnRealm(path.join(folder, "main.js"));
}

module.exports = { runBundles };
