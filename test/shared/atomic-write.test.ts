import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { makeFolderAtomically, writeAtomically } from "../../src/shared/atomic-write";
import { temporaryFolder } from "../setup/checkout";

const folder = temporaryFolder();

test("a file is replaced as a whole, and missing folders are created", () => {
  const file = path.join(folder, "new", "folder", "file");
  writeAtomically(file, "first");
  writeAtomically(file, "second");
  assert.equal(fs.readFileSync(file, "utf8"), "second");
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ["file"]);
});

test("a failed write leaves the old file and nothing else", () => {
  const file = path.join(folder, "taken");
  fs.mkdirSync(file);
  assert.throws(() => writeAtomically(file, "content"));
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => name.startsWith("taken")),
    ["taken"],
  );
});

test("a folder appears once it is complete, not before", async () => {
  const target = path.join(folder, "whole");
  await makeFolderAtomically(target, async (temporary) => {
    fs.writeFileSync(path.join(temporary, "first"), "1");
    assert.equal(fs.existsSync(target), false);
    fs.writeFileSync(path.join(temporary, "second"), "2");
  });
  assert.deepEqual(fs.readdirSync(target).sort(), ["first", "second"]);
});

test("a failure leaves neither the folder nor a part of it", async () => {
  const target = path.join(folder, "half");
  const failing = makeFolderAtomically(target, async (temporary) => {
    fs.writeFileSync(path.join(temporary, "first"), "1");
    throw new Error("interrupted");
  });
  await assert.rejects(failing, /interrupted/);
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => name.startsWith("half")),
    [],
  );
});

test("the next attempt drops what an interrupted one left", async () => {
  const target = path.join(folder, "again");
  fs.mkdirSync(`${target}.tmp`);
  fs.writeFileSync(path.join(`${target}.tmp`, "half-written"), "");
  await makeFolderAtomically(target, async (temporary) => fs.writeFileSync(path.join(temporary, "file"), ""));
  assert.deepEqual(fs.readdirSync(target), ["file"]);
});

test("a failure keeps the folder that was there", async () => {
  const target = path.join(folder, "kept");
  await makeFolderAtomically(target, async (temporary) => fs.writeFileSync(path.join(temporary, "file"), "old"));
  await assert.rejects(
    makeFolderAtomically(target, async () => {
      throw new Error("interrupted");
    }),
  );
  assert.equal(fs.readFileSync(path.join(target, "file"), "utf8"), "old");
});
