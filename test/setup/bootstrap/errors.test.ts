import assert from "node:assert/strict";
import { test } from "vitest";
import { SetupError, commandError } from "../../../src/setup/bootstrap/errors.cjs";
import { resultOf, startNode } from "../processes";

test("a message has three lines: what, why and what to do", () => {
  const lines = new SetupError("What.", "why", "do this").message.split("\n");
  assert.deepEqual(lines, ["What.", "  Why:   why", "  To do: do this"]);
});

const OUTPUTS: readonly [tool: string, output: string, why: RegExp][] = [
  [
    "npm without network",
    "npm error code ENOTFOUND\nnpm error network request to https://r.example/x failed",
    /package registry can't be reached/,
  ],
  [
    "pip without network",
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('…: Connection refused')'\n" +
      "ERROR: No matching distribution found for plotly",
    /package registry can't be reached/,
  ],
  ["a full disk", "OSError: [Errno 28] No space left on device", /disk is full/],
  ["a foreign folder", "npm error code EACCES", /isn't writable/],
  ["a proxy's certificate", "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]", /certificate/],
  [
    "anything else",
    "Collecting plotly\nERROR: Cannot install plotly==1 and narwhals==9\n[notice] a new pip is there",
    /Cannot install plotly/,
  ],
  ["silence", "", /gave no reason/],
];

for (const [tool, output, why] of OUTPUTS) {
  test(`the cause is found in a tool's output: ${tool}`, () => {
    const error = commandError("It failed.", output, "build/logs/x.log");
    assert.match(error.why, why);
    assert.match(error.remedy, /build\/logs\/x\.log/);
  });
}

test("a user's error is shown without a stack, a programming error with one", async () => {
  const shown = async (value: string) => {
    const { stderr } = await resultOf(
      startNode(`
      const { SetupError, reportError } = require("./src/setup/bootstrap/errors.cjs");
      reportError(${value});`),
    );
    return stderr;
  };
  assert.doesNotMatch(await shown('new SetupError("What.", "why", "do")'), /\n\s+at /);
  assert.match(await shown('Object.assign(new Error("ENOSPC: write"), { code: "ENOSPC" })'), /disk is full/);
  assert.match(await shown('new TypeError("x is not a function")'), /x is not a function[^]*\n\s+at /);
});
