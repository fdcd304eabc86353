"use strict";
// Usage: node supervise.cjs GRACE_MS COMMAND [ARGUMENTS]
//
// Runs the command in its own process group and stops it as soon as standard input closes. That happens when the
// process
// at the other end closes it or dies, even of kill -9, so the command can't outlive its starter. The command gets
// SIGTERM
// and is killed GRACE_MS later, or at a second request to stop; with 0 it is killed at once.
const { spawn } = require("node:child_process");
const { signalDescendants } = require("../../shared/process-tree.cjs");

const [graceMs, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
let stopping = false;

child.on("error", (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(127);
});
child.on("exit", (code, signal) => {
  if (stopping) signalGroup("SIGKILL");
  process.exit(code ?? 128 + (require("node:os").constants.signals[signal] ?? 0));
});

process.stdin.on("end", stop).on("error", stop).resume();
process.on("SIGTERM", stop);
// The starter gets Ctrl-C too, and decides what to do about it.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});

function stop() {
  if (stopping || Number(graceMs) === 0) {
    stopping = true;
    return killAll();
  }
  stopping = true;
  signalGroup("SIGTERM");
  setTimeout(killAll, Number(graceMs)).unref();
}

/** Includes descendants in other process groups, such as Jupyter's kernels. */
function killAll() {
  signalDescendants(child.pid, "SIGKILL");
  signalGroup("SIGKILL");
}

function signalGroup(name) {
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}
