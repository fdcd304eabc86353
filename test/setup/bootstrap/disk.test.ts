import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "vitest";
import { requireFreeSpace, watchDisk } from "../../../src/setup/bootstrap/disk.cjs";
import { SetupError } from "../../../src/setup/bootstrap/errors.cjs";
import { needs } from "../../needs";
import { temporaryFolder } from "../checkout";

const folder = temporaryFolder();
const noMounts = !canMount() && "needs Linux and the right to mount a small disk (root)";

function canMount(): boolean {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), "mount-test-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place], { stdio: "ignore" });
    execFileSync("umount", [place]);
    return true;
  } catch {
    return false;
  } finally {
    fs.rmdirSync(place);
  }
}

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

test("a disk that is full for half a second is noticed", needs(noMounts), async () => {
  const disk = path.join(folder, "disk");
  fs.mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=20m", "tmpfs", disk]);
  try {
    const fill = path.join(disk, "fill");
    const write = async (bytes: number) => {
      fs.writeFileSync(fill, Buffer.alloc(bytes));
      await new Promise((resolve) => setTimeout(resolve, 500));
      fs.rmSync(fill);
      return bytes;
    };
    assert.deepEqual(await watchDisk(disk, () => write(1_000_000)), { result: 1_000_000, wasFull: false });
    assert.deepEqual(await watchDisk(disk, () => write(19_000_000)), { result: 19_000_000, wasFull: true });
  } finally {
    execFileSync("umount", [disk]);
  }
});
