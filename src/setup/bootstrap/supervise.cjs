"use strict";
// Usage: node supervise.cjs grace command [arguments]
//
// Runs the command in a process group of its own and ends it as soon as standard input closes, which happens when the
// process that holds the other end ends it or dies of anything, kill -9 included. So no command outlives its starter.
// With a grace of some milliseconds it is asked to end (SIGTERM) and killed when they are over; with 0 killed at once.
const { spawn } = require("node:child_process");
const { signalDescendants } = require("../../shared/process-tree.cjs");

const [grace, command, ...args] = process.argv.slice(2);
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
// Ctrl-C reaches the starter as well; it decides what that means.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});

function stop() {
  if (stopping) return;
  stopping = true;
  if (Number(grace) === 0) return killAll();
  signalGroup("SIGTERM");
  setTimeout(killAll, Number(grace)).unref();
}

/** Also those in other process groups, as Jupyter's kernels are. */
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
