"use strict";
// The entry point of the helpers, for a notebook's cell, a test and a script alike.
//
// The helpers are TypeScript, compiled as they load (tsx). If one of their files has changed since the last import, all
// of them are loaded again, so re-running a notebook's importing cell picks up the edit.

const fs = require("node:fs");
const path = require("node:path");
require("tsx/cjs");

const folder = fs.realpathSync(__dirname);
const loadedKey = Symbol.for("cnn-helpers.newest-change");

/** Milliseconds of the newest change to a TypeScript file under `directory`. */
function newestChange(directory) {
  let newest = 0;
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestChange(file));
    else if (entry.name.endsWith(".ts")) newest = Math.max(newest, fs.statSync(file).mtimeMs);
  }
  return newest;
}

const newest = newestChange(folder);
if (globalThis[loadedKey] !== undefined && globalThis[loadedKey] !== newest) {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(folder + path.sep)) delete require.cache[file];
  }
}
globalThis[loadedKey] = newest;
module.exports = require("./index.ts");

// Node would keep this module; without its entry the next import comes through here again and sees an edit.
delete require.cache[__filename];
