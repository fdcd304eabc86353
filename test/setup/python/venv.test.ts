import assert from "node:assert/strict";
import { test } from "vitest";
import { makeCheckout } from "../checkout";
import { resultOf, startNode } from "../processes";

const READY = 'console.log(require("./src/setup/python/venv.ts").isVenvReady());';

test("an environment whose packages could not be installed is not taken for whole", async () => {
  const checkout = makeCheckout();
  const program = `
    const { createVenv, installRequirements, isVenvReady } = require("./src/setup/python/venv.ts");
    const { reportError } = require("./src/setup/bootstrap/errors.cjs");
    console.log(isVenvReady());
    createVenv().then(installRequirements).catch(reportError);`;
  const env = { PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_FIND_LINKS: "" };
  const { stdout, stderr } = await resultOf(startNode(program, { cwd: checkout, env }));
  assert.equal(stdout.trim(), "false", "there was none");
  assert.match(stderr, /pip couldn't install[^]*package registry can't be reached[^]*check the network/);
  assert.doesNotMatch(stderr, /\n\s+at /);
  const { stdout: after } = await resultOf(startNode(READY, { cwd: checkout }));
  assert.equal(after.trim(), "false");
});
