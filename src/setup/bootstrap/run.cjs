"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const SUPERVISOR = path.join(__dirname, "supervise.cjs");
const LOGS = path.resolve(__dirname, "..", "..", "..", "build", "logs");

function supervised(command, args, options = {}) {
  return spawn(process.execPath, [SUPERVISOR, String(options.graceMs ?? 0), command, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    // In its own process group it survives a kill -9 of the starter's group, and can then stop the command.
    detached: true,
  });
}

function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = supervised(command, args, options);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function writeLog(name, text) {
  fs.mkdirSync(LOGS, { recursive: true });
  const file = path.join(LOGS, `${name}.log`);
  fs.writeFileSync(file, text);
  return path.relative(process.cwd(), file);
}

module.exports = { run, supervised, writeLog };
