"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { commandError } = require("./errors.cjs");
const { withLock } = require("./lock.cjs");
const { step } = require("./progress.cjs");
const { run, writeLog } = require("./run.cjs");

const ROOT = path.resolve(__dirname, "..", "..", "..");
const CHECKOUT_LOCK = path.join(ROOT, "build", "setup.lock");

async function installPackages() {
  if (packagesFault() === undefined) return;
  await withLock(CHECKOUT_LOCK, async () => {
    if (packagesFault() === undefined) return;
    const { code, output } = await step("Installing the npm packages (600 MB)", () =>
      npm(["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]),
    );
    if (code !== 0) throw commandError("npm couldn't install the packages.", output, writeLog("npm-ci", output));
  });
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
  // npm writes node_modules/.package-lock.json last, so an interrupted installation has none.
  const installed = readPackages(path.join(ROOT, "node_modules", ".package-lock.json"));
  if (installed === undefined) return "node_modules is missing or incomplete";
  const wanted = readPackages(path.join(ROOT, "package-lock.json")) ?? {};
  for (const [location, entry] of Object.entries(wanted)) {
    if (location === "" || entry.optional || entry.link) continue;
    const found = installed[location];
    if (found === undefined) return `${location} is not installed`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${location} is ${found.version}, package-lock.json asks for ${entry.version}`;
    }
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

function packagesCanRun() {
  return fs.existsSync(path.join(ROOT, "node_modules", "tsx", "package.json"));
}

module.exports = { CHECKOUT_LOCK, installPackages, npm, packagesCanRun, packagesFault };
