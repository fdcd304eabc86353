"use strict";
// Read before anything else and by any Node, however old: plain old JavaScript only.

/** @see prerequisites.d.cts */
function unsupportedNode(version) {
  const [major, minor] = version.split(".").map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (supported) return undefined;
  return (
    "This is Node " +
    version +
    "; Node 20.19 or later is needed (on 22: 22.12 or later; not 21).\n" +
    "  Why:   older ones cannot load the ES modules that the workbook uses.\n" +
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
    "  Why:   the native TensorFlow library is set up for those two only.\n" +
    "  To do: on Windows, install WSL (wsl --install) and run the command inside it."
  );
}

module.exports = { unsupportedNode, unsupportedPlatform };
