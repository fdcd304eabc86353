import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, test } from "vitest";

const ROOT = path.resolve(__dirname, "../../..");
const FALLBACK_LINE =
  /^TensorFlow runs on WebAssembly because native TensorFlow isn't available \((.*)\)\. Everything works, but .*doctor/;

interface Ending {
  readonly code: number;
  readonly lines: string[];
  readonly stderr: string;
}

/**
 * Runs a script in a process of its own, in which `tf` is src/helpers/tf.
 *
 * @param options.environment on top of this process's; `undefined` unsets a variable
 * @param options.preload a script that is loaded first
 */
function runScript(
  script: string,
  options: { environment?: Record<string, string | undefined>; preload?: string } = {},
): Promise<Ending> {
  const preload = options.preload === undefined ? [] : ["--require", options.preload];
  const env = { ...process.env, TFJS_BACKEND: undefined, ...options.environment };
  const code = `const tf = require("./src/helpers/tf/index.ts"); (async () => { ${script} })();`;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...preload, "--import", "tsx", "--eval", code],
      { cwd: ROOT, env },
      (error, stdout, stderr) => {
        resolve({
          code: error === null ? 0 : Number(error.code),
          lines: stdout.split("\n").filter((line) => line !== ""),
          stderr,
        });
      },
    );
  });
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cnn-helpers-test-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Makes `require("@tensorflow/tfjs-node")` fail, as where its addon is missing. */
const withoutNative = path.join(folder, "without-native.cjs");
fs.writeFileSync(
  withoutNative,
  `const Module = require("node:module");
   const load = Module._load;
   Module._load = function (request, ...rest) {
     if (request === "@tensorflow/tfjs-node")
       throw new Error("libtensorflow.so.2: cannot open shared object file\\nRequire stack: …");
     return load.call(this, request, ...rest);
   };`,
);

describe("the choice of the backend", { concurrent: true }, () => {
  test("is WebAssembly where native TensorFlow can't be loaded, and one line says why", async () => {
    const { code, lines, stderr } = await runScript(
      "await tf.ready(); console.log(tf.getBackend()); console.log(tf.tensor1d([1, 2]).square().dataSync().join());",
      { preload: withoutNative },
    );
    assert.equal(lines.length, 3, lines.join("\n"));
    assert.equal(FALLBACK_LINE.exec(lines[0])?.[1], "libtensorflow.so.2: cannot open shared object file");
    assert.deepEqual([code, ...lines.slice(1), stderr], [0, "wasm", "1,4", ""]);
  });

  test("is an error where native TensorFlow is required and can't be loaded", async () => {
    const { code, lines, stderr } = await runScript("", {
      preload: withoutNative,
      environment: { TFJS_BACKEND: "tensorflow" },
    });
    assert.deepEqual([code, lines], [1, []]);
    assert.match(
      stderr,
      /Native TensorFlow can't be loaded: libtensorflow\.so\.2: cannot open shared object file\. Run `npm run doctor`/,
    );
  });

  test("is native TensorFlow where that can be loaded, silently, and the user's settings come first", async () => {
    const script =
      "const { TF_ENABLE_ONEDNN_OPTS, TF_CPP_MIN_LOG_LEVEL } = process.env;" +
      "await tf.ready(); console.log(tf.getBackend(), TF_ENABLE_ONEDNN_OPTS, TF_CPP_MIN_LOG_LEVEL);";
    const environment = { TF_ENABLE_ONEDNN_OPTS: undefined, TF_CPP_MIN_LOG_LEVEL: "3" };
    const { code, lines, stderr } = await runScript(script, { environment });
    assert.equal(code, 0);
    if (lines[0] === "tensorflow 1 3") assert.deepEqual([lines.length, stderr], [1, ""]);
    else
      assert.deepEqual([FALLBACK_LINE.test(lines[0]), lines.slice(1)], [true, ["wasm 1 3"]], lines.join("\n") + stderr);
  });

  test("rejects unknown names", async () => {
    const { code, lines, stderr } = await runScript("", { environment: { TFJS_BACKEND: "webgl" } });
    assert.deepEqual([code, lines], [1, []]);
    assert.match(
      stderr,
      /TFJS_BACKEND: expected "tensorflow" or "wasm", found "webgl"\. Set one of the two, or unset it\./,
    );
  });
});

describe("WebAssembly", () => {
  test("takes over what was computed while it started, and leaves the process's own listeners alone", async () => {
    const { code, lines, stderr } = await runScript(
      `process.on("unhandledRejection", (reason) => console.log("heard", reason.message)); // while the module starts
       const x = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
       const early = x.square();
       console.log(tf.getBackend(), early.dataSync().join());
       await tf.ready();
       tf.tidy(() => {
         x.assign(x.add(early));
         console.log(tf.getBackend(), x.dataSync().join(), early.sum().dataSync()[0]);
       });
       tf.dispose([x, early]);
       const listeners = ["unhandledRejection", "uncaughtException"].map((event) => process.listenerCount(event));
       console.log(tf.memory().numTensors, ...listeners);
       Promise.reject(new Error("of a cell"));
       await new Promise((resolve) => setTimeout(resolve, 20));
       console.log("alive", tf.scalar(2).dataSync()[0]);`,
      { environment: { TFJS_BACKEND: "wasm" } },
    );
    assert.match(lines[0], FALLBACK_LINE);
    assert.deepEqual(
      [code, ...lines.slice(1), stderr],
      [0, "cpu 1,4,9", "wasm 2,6,12 14", "0 1 0", "heard of a cell", "alive 2", ""],
    );
  });
});
