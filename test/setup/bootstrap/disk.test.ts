import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { requireFreeSpace } from "../../../src/setup/bootstrap/disk.cjs";
import { SetupError } from "../../../src/setup/bootstrap/errors.cjs";
import { temporaryFolder } from "../checkout";

const folder = temporaryFolder();

test("too little disk space is reported before anything is written, with the numbers", () => {
  const absent = path.join(folder, "not", "there", "yet");
  requireFreeSpace(absent, 1, "a byte");
  assert.throws(
    () => requireFreeSpace(absent, 1e18, "a lot"),
    (error) =>
      error instanceof SetupError &&
      /disk space for a lot/.test(error.message) &&
      /needs 1000000000\.0 GB/.test(error.message),
  );
  assert.equal(fs.existsSync(path.join(folder, "not")), false);
});
