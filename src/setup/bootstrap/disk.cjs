"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { SetupError } = require("./errors.cjs");

const POLL_MS = 100;
/** npm and pip need a few megabytes for their own files; below this the disk counts as full. */
const FULL_BYTES = 8_000_000;

function freeBytes(folder) {
  const { bavail, bsize } = fs.statfsSync(existingParent(folder));
  return bavail * bsize;
}

function requireFreeSpace(folder, bytes, purpose, alternative) {
  const free = freeBytes(folder);
  if (free >= bytes) return;
  throw new SetupError(
    `Not enough disk space for ${purpose}.`,
    `${folder} needs ${gigabytes(bytes)}, and ${gigabytes(free)} are free`,
    `free up disk space${alternative === undefined ? "" : `, or ${alternative}`}, then run the command again`,
  );
}

async function watchDisk(folder, work) {
  let wasFull = false;
  const look = () => (wasFull ||= freeBytes(folder) < FULL_BYTES);
  const timer = setInterval(look, POLL_MS);
  try {
    const result = await work();
    look();
    return { result, wasFull };
  } finally {
    clearInterval(timer);
  }
}

function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function existingParent(folder) {
  return fs.existsSync(folder) ? folder : existingParent(path.dirname(folder));
}

module.exports = { freeBytes, gigabytes, requireFreeSpace, watchDisk };
