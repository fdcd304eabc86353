"use strict";
// Plain JavaScript: set-up needs it before the packages that load TypeScript are installed.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");

function descendants(root) {
  const children = new Map();
  for (const [pid, parent] of processTable()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found = [];
  const visit = (parent) => {
    for (const pid of children.get(parent) ?? []) {
      found.push(pid);
      visit(pid);
    }
  };
  visit(root);
  return found;
}

function signalDescendants(root, signal) {
  signalAll(descendants(root), signal);
}

function signalAll(pids, signal) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It has ended meanwhile, or isn't ours.
      if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
    }
  }
}

function isRunning(pid) {
  try {
    if (process.platform === "linux") return !/^[ZX]/.test(statusFields(pid)[0]);
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** [process, parent] of every process on the machine. */
function processTable() {
  if (process.platform === "win32") return []; // Windows ends the children with their console.
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => line.trim().split(/\s+/).map(Number));
  }
  const pids = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return [[Number(pid), Number(statusFields(pid)[1])]];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

/** State, parent, … of a process. @throws Error if there is no such process */
function statusFields(pid) {
  // "pid (name) state parent …"; the name may hold spaces and brackets.
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

module.exports = { descendants, isRunning, signalAll, signalDescendants };
