"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { requireFreeSpace, watchDisk } = require("./disk.cjs");
const { DISK_FULL, SetupError, commandError } = require("./errors.cjs");
const { withLock } = require("./lock.cjs");
const { step } = require("./progress.cjs");
const { run, writeLog } = require("./run.cjs");

const ROOT = path.resolve(__dirname, "..", "..", "..");
const MODULES = path.join(ROOT, "node_modules");
/** npm writes this file last, so an interrupted installation has none. */
const INSTALLED = path.join(MODULES, ".package-lock.json");
const CHECKOUT_LOCK = path.join(ROOT, "build", "setup.lock");
const BYTES_NEEDED = 700_000_000;
/** Seconds that the registry gets to respond. */
const PING_TIMEOUT_S = 12;
const FAILURE = "npm couldn't install the packages.";

async function installPackages() {
  if (packagesFault() === undefined) return;
  await withLock(CHECKOUT_LOCK, async () => {
    if (packagesFault() === undefined) return;
    requireFreeSpace(MODULES, BYTES_NEEDED, "the npm packages");
    await step("Installing the npm packages (600 MB)", async () => {
      const reachable = await registryResponds();
      // Without a network, npm's cache may still have everything. Asking the registry anyway would take minutes.
      const offline = reachable.code === 0 ? [] : ["--offline"];
      const { result, wasFull } = await watchDisk(ROOT, () =>
        npm([
          ...["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
          ...offline,
        ]),
      );
      // npm ignores a full disk and leaves empty files behind. Without this file the next start installs again.
      if (result.code !== 0 || wasFull) fs.rmSync(INSTALLED, { force: true });
      if (wasFull) {
        writeLog("npm-ci", result.output);
        throw new SetupError(FAILURE, DISK_FULL, "free up disk space (df -h shows where), then run the command again");
      }
      if (result.code !== 0) {
        const output = offline.length === 0 ? result.output : `${reachable.output}\n${result.output}`;
        throw commandError(FAILURE, output, writeLog("npm-ci", output));
      }
    });
    const fault = packagesFault();
    if (fault === undefined) return;
    fs.rmSync(INSTALLED, { force: true });
    throw new SetupError(FAILURE, `npm reported success, but ${fault}`, "run the command again");
  });
}

/** Asks the registry for a sign of life. A mirror that knows no ping responds too, with an HTTP error. */
async function registryResponds() {
  const limit = ["--fetch-retries=0", `--fetch-timeout=${PING_TIMEOUT_S * 1000}`];
  const { code, output } = await npm(["ping", ...limit, "--loglevel=error"]);
  return { code: /\bE[45]\d\d\b/.test(output) ? 0 : code, output };
}

function npm(args) {
  // npm tells its scripts where it is installed; a bare `node src/cli/bootstrap.cjs` looks for npm on the path.
  const itself = process.env.npm_execpath ?? "";
  const options = { cwd: ROOT };
  return path.basename(itself) === "npm-cli.js"
    ? run(process.execPath, [itself, ...args], options)
    : run("npm", args, options);
}

function packagesFault() {
  const installed = readPackages(INSTALLED);
  if (installed === undefined) return "node_modules is missing or incomplete";
  const wanted = readPackages(path.join(ROOT, "package-lock.json")) ?? {};
  for (const [location, entry] of Object.entries(wanted)) {
    if (location === "" || entry.optional || entry.link) continue;
    const found = installed[location];
    if (found === undefined) return `${location} is not installed`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${location} is ${found.version}, package-lock.json asks for ${entry.version}`;
    }
    if (isEmpty(path.join(ROOT, location, "package.json"))) return `${location} is damaged`;
  }
  return undefined;
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether a file is missing or has no content. */
function isEmpty(file) {
  return (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

function packagesCanRun() {
  return fs.existsSync(path.join(MODULES, "tsx", "package.json"));
}

module.exports = { CHECKOUT_LOCK, installPackages, npm, packagesCanRun, packagesFault };
