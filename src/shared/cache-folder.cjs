"use strict";
// Plain JavaScript: removing the workbook must work without its packages.
const os = require("node:os");
const path = require("node:path");

function userCache() {
  const { XDG_CACHE_HOME } = process.env;
  // The XDG Base Directory Specification says to ignore a relative path.
  const base =
    XDG_CACHE_HOME !== undefined && path.isAbsolute(XDG_CACHE_HOME)
      ? XDG_CACHE_HOME
      : process.platform === "darwin"
        ? path.join(os.homedir(), "Library", "Caches")
        : path.join(os.homedir(), ".cache");
  return path.join(base, "typescript-cnn-workbook");
}

module.exports = { userCache };
