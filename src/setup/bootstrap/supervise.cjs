"use strict";
// Usage: node supervise.cjs GRACE_MS COMMAND [ARGUMENTS]
//
// Runs the command in its own process group and stops it as soon as standard input closes. That happens when the
// process at the other end closes it or dies, even of kill -9, so the command can't outlive its starter. The command
// gets SIGTERM and is killed GRACE_MS later, or at a second request to stop; with 0 it is killed at once. When this
// process exits, nothing that the stopped command had started is left.
const { spawn } = require("node:child_process");
const os = require("node:os");
const { descendants, isRunning, signalAll } = require("../../shared/process-tree.cjs");

/** How long to wait for what has been killed to be gone. */
const END_TIMEOUT_MS = 2000;
const POLL_MS = 10;

const [graceMs, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
let stopping = false;
/** What the command has started; once the command has ended, nobody can tell. */
const started = new Set();

child.on("error", (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(127);
});
child.on("exit", (code, signal) => {
  const exit = () => process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0));
  if (!stopping) return exit();
  signalGroup("SIGKILL");
  signalAll(started, "SIGKILL");
  const deadline = Date.now() + END_TIMEOUT_MS;
  setInterval(() => {
    if (![...started].some(isRunning) || Date.now() > deadline) exit();
  }, POLL_MS);
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
  noteStarted();
  signalGroup("SIGTERM");
  setTimeout(killAll, Number(graceMs)).unref();
}

function killAll() {
  noteStarted();
  signalAll(started, "SIGKILL");
  signalGroup("SIGKILL");
}

/** Includes descendants in other process groups, such as Jupyter's kernels. */
function noteStarted() {
  for (const pid of descendants(child.pid)) started.add(pid);
}

function signalGroup(name) {
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}
