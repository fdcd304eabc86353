import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { makeWhole, userCache } from "../../src/shared/cache-folder";
import { requireFreeSpace } from "../../src/setup/bootstrap/disk";
import { SetupError } from "../../src/setup/bootstrap/errors.cjs";
import { temporaryFolder } from "../setup/checkout";

const folder = temporaryFolder();

function cacheWith(value: string | undefined): string {
  const before = process.env.XDG_CACHE_HOME;
  if (value === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = value;
  try {
    return userCache();
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
}

test("the cache is where XDG_CACHE_HOME says, if that is absolute, else in the home", () => {
  assert.ok(cacheWith("/somewhere/else").startsWith("/somewhere/else/"));
  assert.ok(cacheWith(undefined).startsWith(os.homedir()));
  assert.equal(cacheWith("relative/path"), cacheWith(undefined));
});

test("a folder appears when it is whole, not before", async () => {
  const target = path.join(folder, "whole");
  await makeWhole(target, async (temporary) => {
    fs.writeFileSync(path.join(temporary, "first"), "1");
    assert.equal(fs.existsSync(target), false);
    fs.writeFileSync(path.join(temporary, "second"), "2");
  });
  assert.deepEqual(fs.readdirSync(target).sort(), ["first", "second"]);
});

test("a failure half-way leaves neither the folder nor the half", async () => {
  const target = path.join(folder, "half");
  const failing = makeWhole(target, async (temporary) => {
    fs.writeFileSync(path.join(temporary, "first"), "1");
    throw new Error("interrupted");
  });
  await assert.rejects(failing, /interrupted/);
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => name.startsWith("half")),
    [],
  );
});

test("what an interrupted attempt left is no part of the next one", async () => {
  const target = path.join(folder, "again");
  fs.mkdirSync(`${target}.tmp`);
  fs.writeFileSync(path.join(`${target}.tmp`, "half-written"), "");
  await makeWhole(target, async (temporary) => fs.writeFileSync(path.join(temporary, "file"), ""));
  assert.deepEqual(fs.readdirSync(target), ["file"]);
});

test("too little room is said before anything is written, with the figures", () => {
  const absent = path.join(folder, "not", "there", "yet");
  requireFreeSpace(absent, 1, "a byte");
  assert.throws(
    () => requireFreeSpace(absent, 1e18, "a lot"),
    (error) =>
      error instanceof SetupError &&
      /room for a lot/.test(error.message) &&
      /1000000000\.0 GB are needed/.test(error.message),
  );
  assert.equal(fs.existsSync(path.join(folder, "not")), false);
});
