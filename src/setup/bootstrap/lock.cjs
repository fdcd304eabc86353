"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { step } = require("./progress.cjs");

const HEARTBEAT_MS = 5_000;
/** An owner on another machine or in another container counts as dead after this long without a heartbeat. */
const HEARTBEAT_TIMEOUT_MS = 60_000;
/** A lock file without an owner is being written right now, unless it's older than this. */
const WRITE_TIMEOUT_MS = 3_000;
const POLL_MS = 200;

async function withLock(file, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const token = JSON.stringify({ pid: process.pid, host: os.hostname(), id: crypto.randomUUID() });
  if (!tryToAcquire(file, token)) {
    await step("Waiting for another set-up to finish", async ({ note }) => {
      while (!tryToAcquire(file, token)) {
        note(`process ${ownerOf(file)?.pid ?? "unknown"}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    });
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (read(file) === token) fs.rmSync(file, { force: true });
  }
}

function tryToAcquire(file, token) {
  for (;;) {
    try {
      fs.writeFileSync(file, token, { flag: "wx" });
      return true;
    } catch (error) {
      if (error.code === "EEXIST") {
        if (!removeIfDead(file, token)) return false;
        continue;
      }
      // A full disk leaves an empty file.
      fs.rmSync(file, { force: true });
      throw error;
    }
  }
}

/** Two processes may find the same dead owner; the rename lets only one of them remove its lock. */
function removeIfDead(file, token) {
  const content = read(file);
  if (content === undefined) return true;
  if (isAlive(file)) return false;
  const aside = `${file}.${JSON.parse(token).id}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error.code === "ENOENT") return true;
    throw error;
  }
  const moved = read(aside);
  // Another process was faster and this is its new lock: put it back.
  if (moved !== content) fs.renameSync(aside, file);
  else fs.rmSync(aside, { force: true });
  return true;
}

function isAlive(file) {
  let silence;
  try {
    silence = Date.now() - fs.statSync(file).mtimeMs;
  } catch {
    return false;
  }
  if (silence > HEARTBEAT_TIMEOUT_MS) return false;
  const owner = ownerOf(file);
  if (owner === undefined) return silence < WRITE_TIMEOUT_MS;
  if (owner.host !== os.hostname()) return true;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function ownerOf(file) {
  try {
    return JSON.parse(read(file) ?? "");
  } catch {
    return undefined;
  }
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function touch(file) {
  const now = new Date();
  fs.utimes(file, now, now, () => {});
}

module.exports = { withLock };
