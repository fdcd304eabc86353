"use strict";
// Loaded before anything else, by any Node however old: only old JavaScript syntax.

/** @see prerequisites.d.cts */
function unsupportedNode(version) {
  const [major, minor] = version.split(".").map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (supported) return undefined;
  return (
    "This is Node " +
    version +
    "; the workbook needs Node 20.19 or later (or 22.12 or later; not 21).\n" +
    "  Why:   older versions can't load the ES modules that the workbook uses.\n" +
    "  To do: install a current Node from https://nodejs.org (with nvm: nvm install 24), then run the command again."
  );
}

/** @see prerequisites.d.cts */
function unsupportedPlatform(platform) {
  if (platform === "linux" || platform === "darwin") return undefined;
  return (
    "The workbook runs on Linux and macOS; this is " +
    platform +
    ".\n" +
    "  Why:   set-up installs the native TensorFlow library only on those two.\n" +
    "  To do: on Windows, install WSL (wsl --install) and run the command inside it."
  );
}

module.exports = { unsupportedNode, unsupportedPlatform };
