"use strict";
// The first file of every npm script. On a fresh clone there are no packages yet, so this file and those that it
// loads are plain JavaScript; it brings the packages in and hands over to cli.ts.
const { unsupportedNode, unsupportedPlatform } = require("../setup/bootstrap/prerequisites.cjs");

const fault = unsupportedNode(process.versions.node) || unsupportedPlatform(process.platform);
if (fault === undefined) {
  main(process.argv.slice(2));
} else {
  console.error(fault);
  process.exitCode = 1;
}

/** npm, when it is ended, ends the shell between it and us, but not us. */
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
    const { installPackages, packagesCanRun } = require("../setup/bootstrap/packages.cjs");
    // The doctor reports on the packages as they are; without any it could not even start.
    if (command !== "doctor" || !packagesCanRun()) await installPackages();
    // As `node --import tsx` would: TypeScript loads through require and import alike.
    await import("tsx");
    process.exitCode = await require("./commands.ts").main(command, args);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}
