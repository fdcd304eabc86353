"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { step } = require("./progress.cjs");

const HEARTBEAT_MS = 5_000;
/** An owner on another machine or in another container cannot be asked; without a heartbeat for so long it is dead. */
const SILENCE_MS = 60_000;
const POLL_MS = 200;

async function withLock(file, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const token = JSON.stringify({ pid: process.pid, host: os.hostname(), id: crypto.randomUUID() });
  if (!tryToTake(file, token)) {
    await step("Waiting for another set-up to finish", async ({ note }) => {
      while (!tryToTake(file, token)) {
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

function tryToTake(file, token) {
  for (;;) {
    try {
      fs.writeFileSync(file, token, { flag: "wx" });
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!removeIfDead(file, token)) return false;
  }
}

/** Two may find the same dead owner; the rename lets only one of them remove it. */
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
  // Another one was quicker and this is its new lock: it goes back.
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
  if (silence > SILENCE_MS) return false;
  const owner = ownerOf(file);
  // A file that cannot be read is being written at this moment.
  if (owner === undefined || owner.host !== os.hostname()) return true;
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
