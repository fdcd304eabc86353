"use strict";
// Every npm script starts here. A fresh clone has no packages yet, so this file and those it loads are plain
// JavaScript: it installs the packages and hands over to commands.ts.
const { unsupportedNode, unsupportedPlatform } = require("../setup/bootstrap/prerequisites.cjs");

const fault = unsupportedNode(process.versions.node) || unsupportedPlatform(process.platform);
if (fault === undefined) {
  main(process.argv.slice(2));
} else {
  console.error(fault);
  process.exitCode = 1;
}

/** When npm is killed, it kills the shell between npm and this process, but not this process. */
function endWithNpm() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, 200).unref();
}

async function main([command, ...args]) {
  const { reportError } = require("../setup/bootstrap/errors.cjs");
  if (process.env.npm_lifecycle_event) endWithNpm();
  try {
    const { startArguments } = require("../setup/bootstrap/start-arguments.cjs");
    const { uninstall } = require("../setup/bootstrap/uninstall.cjs");
    const { installPackages, packagesCanRun } = require("../setup/bootstrap/packages.cjs");
    // Nobody wants to wait for the packages just to learn of a typo.
    if (command === "start") startArguments(args);
    if (command === "uninstall") {
      process.exitCode = await uninstall();
      return;
    }
    // The doctor reports on the packages as they are, unless there are none: then it couldn't start.
    const onlyReports = command === "doctor" && !args.includes("--fix");
    if (!onlyReports || !packagesCanRun()) await installPackages();
    // Like `node --import tsx`: both require and import can load TypeScript.
    await import("tsx");
    process.exitCode = await require("./commands.ts").main(command, args);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}
