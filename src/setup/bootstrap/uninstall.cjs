"use strict";
// Plain JavaScript: it removes the packages that load TypeScript.
const fs = require("node:fs");
const path = require("node:path");
const { userCache } = require("../../shared/cache-folder.cjs");
const { withLock } = require("./lock.cjs");
const { step } = require("./progress.cjs");

const ROOT = path.resolve(__dirname, "..", "..", "..");
const CHECKOUT_LOCK = path.join(ROOT, "build", "setup.lock");

/** What set-up and the commands have written, and what it is. */
function written() {
  return [
    [userCache(), "TensorFlow's libraries and downloads, shared by all of your checkouts"],
    [path.join(ROOT, ".venv"), "the Python environment with JupyterLab and the kernelspec"],
    [path.join(ROOT, "node_modules"), "the npm packages"],
    [path.join(ROOT, "build"), "executed notebooks, saved runs, logs"],
  ];
}

async function uninstall() {
  const found = written().filter(([folder]) => fs.existsSync(folder));
  await withLock(CHECKOUT_LOCK, () =>
    step("Removing what was installed", async () => {
      for (const [folder, what] of found) {
        const megabytes = Math.round(bytesIn(folder) / 1e6);
        await fs.promises.rm(folder, { recursive: true, force: true });
        console.log(`Removed ${folder} (${megabytes} MB): ${what}`);
      }
    }),
  );
  // The lock was in build.
  fs.rmSync(path.join(ROOT, "build"), { recursive: true, force: true });
  console.log(
    found.length === 0
      ? "There was nothing to remove."
      : `Your notebooks are untouched. To remove them too, delete ${ROOT}. npm start installs everything again.`,
  );
  return 0;
}

function bytesIn(folder) {
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    bytes += entry.isDirectory() ? bytesIn(file) : fs.lstatSync(file).size;
  }
  return bytes;
}

module.exports = { uninstall };
