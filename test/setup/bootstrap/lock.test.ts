import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "vitest";
import { withLock } from "../../../src/setup/bootstrap/lock.cjs";
import { temporaryFolder } from "../checkout";
import { outputMatching, resultOf, startNode } from "../processes";

const folder = temporaryFolder();

/** A process that takes the lock, says so, and holds it for a while. */
function holder(lock: string, log: string, milliseconds: number) {
  return startNode(`
    const fs = require("node:fs");
    require("./src/setup/bootstrap/lock.cjs").withLock(${JSON.stringify(lock)}, async () => {
      fs.appendFileSync(${JSON.stringify(log)}, "in\\n");
      console.log("holds the lock");
      await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
      fs.appendFileSync(${JSON.stringify(log)}, "out\\n");
    });`);
}

test("four processes that start at once work one after the other", async () => {
  const lock = path.join(folder, "four.lock");
  const log = path.join(folder, "four.log");
  const results = await Promise.all([1, 2, 3, 4].map(() => resultOf(holder(lock, log, 200))));
  assert.deepEqual(
    results.map(({ code }) => code),
    [0, 0, 0, 0],
  );
  assert.equal(fs.readFileSync(log, "utf8"), "in\nout\n".repeat(4));
  assert.equal(fs.existsSync(lock), false, "the lock is gone after the last one");
});

test("the lock of a killed process is taken over", async () => {
  const lock = path.join(folder, "killed.lock");
  const child = holder(lock, path.join(folder, "killed.log"), 600_000);
  await outputMatching(child, /holds the lock/);
  const ended = resultOf(child);
  child.kill("SIGKILL");
  await ended;
  assert.ok(fs.existsSync(lock), "the dead owner has left its lock");
  assert.equal(await withLock(lock, async () => "taken over"), "taken over");
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => name.startsWith("killed.lock")),
    [],
  );
});

test("another machine's lock is respected while its owner is alive, and taken over when it goes silent", async () => {
  const lock = path.join(folder, "elsewhere.lock");
  fs.writeFileSync(lock, JSON.stringify({ pid: 1, host: `not-${os.hostname()}`, id: "x" }));
  let entered = false;
  const waiting = withLock(lock, async () => (entered = true));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal(entered, false);
  const longAgo = new Date(Date.now() - 10 * 60_000);
  fs.utimesSync(lock, longAgo, longAgo);
  await waiting;
  assert.equal(entered, true);
});

test("an empty lock file, which may be being written, isn't taken over at once", async () => {
  const lock = path.join(folder, "empty.lock");
  fs.writeFileSync(lock, "");
  let entered = false;
  const waiting = withLock(lock, async () => (entered = true));
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(entered, false);
  fs.rmSync(lock);
  await waiting;
});

test("an empty lock file, which a full disk leaves, is taken over after a few seconds", async () => {
  const lock = path.join(folder, "left.lock");
  fs.writeFileSync(lock, "");
  const fiveSecondsAgo = new Date(Date.now() - 5_000);
  fs.utimesSync(lock, fiveSecondsAgo, fiveSecondsAgo);
  assert.equal(await withLock(lock, async () => "taken over"), "taken over");
});

test("the lock is released when the work fails", async () => {
  const lock = path.join(folder, "failing.lock");
  await assert.rejects(
    withLock(lock, () => Promise.reject(new Error("no luck"))),
    /no luck/,
  );
  assert.equal(fs.existsSync(lock), false);
});
