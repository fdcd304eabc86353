import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, test } from "vitest";
import { BUILD } from "../../src/shared/paths";
import { isRunning } from "../../src/shared/process-tree.cjs";
import { resultOf, startNode, until } from "../setup/processes";

const CONFIG = "--config=test/runner/fixtures/vitest.config.mjs";
const NOTES = path.join(BUILD, "running-tests");
let stdout = "";
let output = "";
let exitCode: number | null;

beforeAll(async () => {
  const result = await resultOf(runTests(CONFIG));
  ({ stdout, code: exitCode } = result);
  output = stdout + result.stderr;
});

function runTests(...args: string[]) {
  const run = 'require("./test/runner/run.ts").runTests';
  const report = "(error) => (console.error(error.message), 1)";
  const program = `${run}(${JSON.stringify(args)}).catch(${report}).then((code) => (process.exitCode = code));`;
  return startNode(program, { env: { NO_COLOR: "1", FORCE_COLOR: undefined } });
}

const failed = (file: string, what: string) =>
  assert.ok(output.includes(`failed: test/runner/fixtures/${file}.bad.ts > ${what}`), output);

test("a test in an endless loop is killed and named", () => failed("loops", "loops for ever: hung and was killed"));
test("a file that hangs while it loads is killed and named", () =>
  failed("loads", "loading the file: hung and was killed"));
test("a test that waits forever is ended and named, and the next one runs", () => {
  assert.match(output, /waits for ever\n.*Test timed out in 1000ms/);
  assert.match(output, /✓ passes after the wait/);
});
test("a test whose process is killed is named", () => failed("dies", "kills its own process: its process died"));
test("a test that exits with code 0 is named", () => failed("exits", "ends its process with code 0: its process died"));
test("a file without tests fails", () => assert.match(output, /empty\.bad\.ts[^]*No test suite found/));
test("a group whose set-up fails is a failure", () => {
  assert.match(output, /group\.bad\.ts > a group whose set-up fails\nError: no set-up/);
});
test("an unhandled rejection is a failure", () => assert.match(output, /Error: nobody handles this/));
test("a skipped test says why", () => {
  assert.match(output, /skipped: .*skips\.bad\.ts > a group > is skipped: needs a gramophone\n/);
  assert.match(output, /skipped: .*skips\.bad\.ts > skips itself: the moon isn't full\n/);
  assert.match(output, /skipped: .*group\.bad\.ts > a group whose set-up fails > does not run: its set-up failed\n/);
});
test("a test that passes at its second attempt is named, with its first error", () => {
  assert.match(output, /\npassed at the second attempt: .*retries\.bad\.ts > passes the second time: too early\n/);
});
test("the last line counts, and the exit code says that tests failed", () => {
  assert.match(stdout, /\n3 passed, 9 failed, 3 skipped\n$/);
  assert.equal(exitCode, 1);
});

test("a word that matches no test file is rejected, with a list of the files", async () => {
  const { code, stderr } = await resultOf(runTests("mnist/idx", "nonsense"));
  assert.equal(code, 1);
  assert.match(stderr, /No test file has "nonsense" in its path\.[^]*test\/helpers\/mnist\/idx\.test\.ts\n/);
});

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  test(`everything ends when the runner gets ${signal}, a test in an endless loop too`, async () => {
    const runner = runTests(CONFIG, "-t", "loops for ever");
    await until(() => processOf("loops for ever") !== undefined);
    const looping = processOf("loops for ever") as number;
    assert.ok(isRunning(looping));
    const ended = resultOf(runner);
    runner.kill(signal);
    await ended;
    await until(() => !isRunning(looping));
  });
}

/** The process that runs a test, by the runner's notes. */
function processOf(test: string): number | undefined {
  const notes = fs.readdirSync(NOTES, { recursive: true, encoding: "utf8" }).filter((note) => note.includes(path.sep));
  const running = notes.filter((note) => fs.readFileSync(path.join(NOTES, note), "utf8").includes(`"${test}"`));
  return running.map((note) => Number(path.basename(note))).find(isRunning);
}
