import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { pythonEnvironment } from "../../../src/setup/python/python";
import { makeCheckout } from "../checkout";
import { resultOf, startNode } from "../processes";

const READY = 'console.log(require("./src/setup/python/venv.ts").isVenvReady());';

test("an environment whose packages couldn't be installed doesn't count as complete", async () => {
  const checkout = makeCheckout();
  const program = `
    const { createVenv, installRequirements, isVenvReady } = require("./src/setup/python/venv.ts");
    const { reportError } = require("./src/setup/bootstrap/errors.cjs");
    console.log(isVenvReady());
    createVenv().then(installRequirements).catch(reportError);`;
  const env = { PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_FIND_LINKS: "" };
  const { stdout, stderr } = await resultOf(startNode(program, { cwd: checkout, env }));
  assert.equal(stdout.trim(), "false", "there was none");
  assert.match(
    stderr,
    /requirements.txt couldn't be installed[^]*package registry can't be reached[^]*check the network/,
  );
  assert.doesNotMatch(stderr, /\n\s+at /);
  const { stdout: after } = await resultOf(startNode(READY, { cwd: checkout }));
  assert.equal(after.trim(), "false");
});

test("pip's settings for other projects don't redirect the installation", () => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, { PIP_TARGET: "/elsewhere", PIP_USER: "1", PIP_REQUIRE_HASHES: "1" });
    Object.assign(process.env, { PIP_INDEX_URL: "https://index.example/simple" });
    const environment = pythonEnvironment();
    assert.deepEqual(
      ["PIP_TARGET", "PIP_USER", "PIP_REQUIRE_HASHES"].filter((name) => name in environment),
      [],
    );
    assert.equal(environment.PIP_INDEX_URL, "https://index.example/simple");
  } finally {
    process.env = before;
  }
});

test("pip takes over where uv doesn't run", async () => {
  const checkout = makeCheckout();
  fs.writeFileSync(path.join(checkout, "requirements.txt"), "six==1.17.0\n");
  // pip has this version already, and doesn't replace the command.
  const breakUv = `
    const uv = require("node:path").join(".venv", "bin", "uv");
    const script = "#!/bin/sh\\necho this machine is not supported >&2\\nexit 1\\n";
    require("node:fs").writeFileSync(uv, script, { mode: 0o755 });`;
  const program = `
    const { createVenv, installRequirements, isVenvReady } = require("./src/setup/python/venv.ts");
    const { installWithUv } = require("./src/setup/python/uv.ts");
    createVenv()
      .then(() => installWithUv("requirements.txt"))
      .then(() => { ${breakUv} })
      .then(installRequirements)
      .then(() => console.log(isVenvReady()));`;
  const { stdout, stderr } = await resultOf(startNode(program, { cwd: checkout }));
  assert.equal(stdout.trim(), "true", stderr);
  const log = fs.readFileSync(path.join(checkout, "build", "logs", "uv-install.log"), "utf8");
  assert.match(log, /this machine is not supported/);
});
