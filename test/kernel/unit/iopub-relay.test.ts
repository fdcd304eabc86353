import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "vitest";
import { IopubRelay } from "../../../src/kernel/wire/iopub-relay";

test("a new kernel removes the folders of kernels that were killed, and no others", async () => {
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const stale = fs.mkdtempSync(path.join(os.tmpdir(), `kernel-iopub-${ended}-`));
  const used = fs.mkdtempSync(path.join(os.tmpdir(), `kernel-iopub-${process.ppid}-`));
  const relay = new IopubRelay();
  assert.equal(fs.existsSync(stale), false);
  assert.equal(fs.existsSync(used), true);
  await relay.close();
  assert.equal(fs.existsSync(path.dirname(relay.upstream)), false);
  fs.rmSync(used, { recursive: true });
});
