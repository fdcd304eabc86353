// Runs in each test file's process before the file. Notes what is running, so that reporter.ts can name it.
import fs from "node:fs";
import path from "node:path";
import v8 from "node:v8";
import { afterAll, afterEach, beforeEach, expect, inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** How long loading a test file, or what happens between two tests, may take. */
    outsideTestsLimitMs: number;
  }
}

const note = path.resolve("build", "running-tests", String(process.ppid), String(process.pid));
const file = path.relative("", expect.getState().testPath ?? "");

function write(test: string, limitMs = inject("outsideTestsLimitMs")): void {
  fs.writeFileSync(note, JSON.stringify([file, test, Date.now() + limitMs]));
}

write("loading the file");
beforeEach(({ task }) => write(task.fullTestName, task.timeout));
afterEach(({ task }) => write(`after "${task.fullTestName}"`));
afterAll(() => {
  fs.rmSync(note);
  // Vitest ends this process before Node would write what was covered.
  if (process.env.NODE_V8_COVERAGE) v8.takeCoverage();
});
