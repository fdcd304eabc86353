import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { addonFolder } from "../../../src/setup/tensorflow/addon";
import { isInCache } from "../../../src/setup/tensorflow/addon-installation";
import { isTensorflowInCache, tensorflowFolder } from "../../../src/setup/tensorflow/tensorflow";
import { type Wheel, wheelForThisMachine } from "../../../src/setup/tensorflow/wheel";
import { userCache } from "../../../src/shared/cache-folder.cjs";
import { VENV_PYTHON } from "../../../src/shared/paths";
import { needs } from "../../needs";
import { makeCheckout, temporaryFolder } from "../checkout";
import { resultOf, startNode } from "../processes";

const wheel = wheelForThisMachine();
const notCached =
  wheel !== undefined && isInCache(wheel, userCache())
    ? false
    : "needs native TensorFlow in the user's cache (npm start puts it there)";

/** Nothing can be downloaded: no index for pip, no host for tfjs-node's own installation. */
const OFFLINE = {
  PIP_INDEX_URL: "http://127.0.0.1:9/simple",
  PIP_FIND_LINKS: "",
  TFJS_NODE_CDN_STORAGE: "http://127.0.0.1:9/",
  npm_config_registry: "http://127.0.0.1:9/",
};

async function inCheckout(checkout: string, program: string, env: NodeJS.ProcessEnv = {}) {
  return resultOf(startNode(program, { cwd: checkout, env: { npm_execpath: undefined, ...env } }));
}

const INSTALL =
  'require("./src/setup/tensorflow/native.ts").installNative("python3").then(() => console.log("went on"));';
const INSTALL_FROM_CACHE =
  'require("./src/setup/tensorflow/native.ts").installNativeFromCache().then(() => console.log("went on"));';
const BACKEND =
  'require("./src/setup/tensorflow/probe-backend.ts").probeBackend().then((one) => console.log(JSON.stringify(one)));';

function nativeFiles(checkout: string): string[] {
  const folder = path.join(checkout, "node_modules", "@tensorflow", "tfjs-node");
  return ["lib", "deps"].filter((name) => fs.existsSync(path.join(folder, name)));
}

test(
  "a second checkout gets native TensorFlow from the user's cache, without downloading or compiling",
  needs(notCached),
  async () => {
    const checkout = makeCheckout();
    const { code, stderr } = await inCheckout(checkout, INSTALL, { ...OFFLINE, CXX: "no-such-compiler" });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /couldn't be installed/);
    const { stdout } = await inCheckout(checkout, BACKEND);
    assert.deepEqual(JSON.parse(stdout), { name: "tensorflow", tensorflowVersion: wheel?.version });
  },
);

test("links into an emptied cache don't count as an installation", needs(notCached), async () => {
  const checkout = makeCheckout();
  await inCheckout(checkout, INSTALL_FROM_CACHE);
  assert.deepEqual(nativeFiles(checkout), ["lib", "deps"]);
  const isInstalled = (cache: string) => `
    const { wheelForThisMachine } = require("./src/setup/tensorflow/wheel.ts");
    const { isInstalled } = require("./src/setup/tensorflow/addon-installation.ts");
    console.log(isInstalled(wheelForThisMachine(), ${JSON.stringify(cache)}));`;
  assert.match((await inCheckout(checkout, isInstalled(userCache()))).stdout, /true/);
  const libraries = path.join(checkout, "node_modules", "@tensorflow", "tfjs-node", "deps", "lib");
  for (const name of fs.readdirSync(libraries)) {
    fs.rmSync(path.join(libraries, name));
    fs.symlinkSync("/no/such/library", path.join(libraries, name));
  }
  assert.match((await inCheckout(checkout, isInstalled(userCache()))).stdout, /false/);
});

test("without a compiler and a network, the command continues and gives reasons, remedies and the cost", async () => {
  const checkout = makeCheckout();
  const cache = temporaryFolder();
  const { code, stdout, stderr } = await inCheckout(checkout, INSTALL, {
    ...OFFLINE,
    CXX: "no-such-compiler",
    XDG_CACHE_HOME: cache,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /went on/);
  assert.match(stderr, /Native TensorFlow couldn't be installed.*WebAssembly[^]*as long/);
  assert.match(stderr, /the compiler CXX=no-such-compiler doesn't run[^]*To do: .*(apt install g\+\+|xcode-select)/);
  assert.match(stderr, /tfjs-node's own install script failed/);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.deepEqual(nativeFiles(checkout), []);
  const { stdout: backend } = await inCheckout(checkout, BACKEND);
  assert.equal((JSON.parse(backend) as { name: string }).name, "wasm");
});

test("a failing compiler is reported with its first error, and the next way is tried", needs(notCached), async () => {
  const checkout = makeCheckout();
  const cache = temporaryFolder();
  // TensorFlow is there, the addon is not; the compiler answers --version and refuses everything else.
  const tensorflow = tensorflowFolder(wheel as Wheel, path.join(cache, "typescript-cnn-workbook"));
  fs.mkdirSync(path.dirname(tensorflow), { recursive: true });
  fs.symlinkSync(tensorflowFolder(wheel as Wheel, userCache()), tensorflow);
  const compiler = path.join(cache, "compiler");
  const script =
    '#!/bin/sh\n[ "$1" = --version ] && echo "compiler 1.0" && exit\necho "x.cc:1: error: not today" >&2\nexit 1\n';
  fs.writeFileSync(compiler, script, { mode: 0o755 });
  const { code, stderr } = await inCheckout(checkout, INSTALL, { ...OFFLINE, CXX: compiler, XDG_CACHE_HOME: cache });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /compiler 1\.0 can't compile tfjs-node's addon: x\.cc:1: error: not today/);
  assert.match(stderr, /own install script failed/);
  assert.deepEqual(fs.readdirSync(path.dirname(tensorflow)), [path.basename(tensorflow)]);
});

test("libraries that don't load are removed again, so that WebAssembly can be used", needs(notCached), async () => {
  const checkout = makeCheckout();
  const cache = path.join(temporaryFolder(), "typescript-cnn-workbook");
  const libraries = tensorflowFolder(wheel as Wheel, cache);
  fs.mkdirSync(libraries, { recursive: true });
  const names = Object.values((wheel as Wheel).libraries);
  for (const name of names) fs.writeFileSync(path.join(libraries, name), "no library");
  const sizes = Object.fromEntries(names.map((name) => [name, "no library".length]));
  fs.writeFileSync(path.join(libraries, "sizes.json"), JSON.stringify(sizes));
  const addon = addonFolder(wheel as Wheel, userCache());
  fs.cpSync(addon, path.join(cache, path.basename(addon)), { recursive: true });
  const { code } = await inCheckout(checkout, INSTALL_FROM_CACHE, { XDG_CACHE_HOME: path.dirname(cache) });
  assert.equal(code, 0);
  assert.deepEqual(nativeFiles(checkout), []);
});

test("for the unit tests, an empty cache isn't an error, and nothing is downloaded", async () => {
  const checkout = makeCheckout();
  const cache = temporaryFolder();
  const { code, stdout, stderr } = await inCheckout(checkout, INSTALL_FROM_CACHE, {
    ...OFFLINE,
    XDG_CACHE_HOME: cache,
  });
  assert.deepEqual([code, stdout.trim(), stderr], [0, "went on", ""]);
  assert.deepEqual(fs.readdirSync(cache), []);
});

test("a library that was cut short is not taken for an installation", () => {
  const cache = temporaryFolder();
  const machine: Wheel = { ...(wheel as Wheel), version: "0.0.0" };
  const libraries = tensorflowFolder(machine, cache);
  fs.mkdirSync(libraries, { recursive: true });
  for (const name of Object.values(machine.libraries)) fs.writeFileSync(path.join(libraries, name), "a library");
  const sizes = Object.fromEntries(Object.values(machine.libraries).map((name) => [name, "a library".length]));
  fs.writeFileSync(path.join(libraries, "sizes.json"), JSON.stringify(sizes));
  assert.equal(isTensorflowInCache(machine, cache), true);
  fs.truncateSync(path.join(libraries, machine.libraries.main), 4);
  assert.equal(isTensorflowInCache(machine, cache), false);
});

test(
  "on a machine without a C++ compiler, Zig compiles the addon, and nothing of it stays",
  needs(process.env.ZIG_TEST ? false : "needs ZIG_TEST=1, because it takes three minutes and downloads 400 MB"),
  async () => {
    const checkout = makeCheckout();
    const cache = temporaryFolder();
    const bin = temporaryFolder();
    for (const [name, file] of [
      ["node", process.execPath],
      ["python3", fs.realpathSync(VENV_PYTHON)],
    ])
      fs.symlinkSync(file, path.join(bin, name));
    const { code, stdout, stderr } = await inCheckout(checkout, INSTALL, {
      PATH: bin,
      XDG_CACHE_HOME: cache,
      CXX: undefined,
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout + stderr, /There is no C\+\+ compiler: downloading Zig/);
    assert.deepEqual(JSON.parse((await inCheckout(checkout, BACKEND, { XDG_CACHE_HOME: cache })).stdout), {
      name: "tensorflow",
      tensorflowVersion: wheel?.version,
    });
    assert.deepEqual(
      fs.readdirSync(path.join(cache, "typescript-cnn-workbook")).filter((name) => name === "zig"),
      [],
    );
  },
);
