/** The test runner: one process for each test file, a report that a person can read, and a limit to the patience. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../src/shared/paths";

/** A folder of test/, in the order in which they run: what is quick and basic first. */
interface Room {
  readonly name: string;
  /** Files at the same time. Notebooks and kernels wait more than they compute; what opens a browser runs alone. */
  readonly parallel: number;
  /** Minutes after which a file is ended. */
  readonly limit: number;
}

const UNIT: Room = { name: "helpers", parallel: os.availableParallelism(), limit: 3 };
const ROOMS: readonly Room[] = [
  UNIT,
  { name: "benchmarks", parallel: 2, limit: 3 },
  { name: "shared", parallel: 2, limit: 3 },
  { name: "cli", parallel: 1, limit: 3 },
  { name: "compiled", parallel: 2, limit: 6 },
  { name: "kernel", parallel: 2, limit: 6 },
  { name: "notebooks", parallel: 2, limit: 12 },
  { name: "setup", parallel: 1, limit: 6 },
  { name: "browser", parallel: 1, limit: 6 },
];
/** A test that takes longer has a line of its own. */
const SLOW_SECONDS = 2;
const REPORTER = path.join(__dirname, "reporter.cjs");

/** What the reporter says of one test. */
interface TestResult {
  readonly name: string;
  readonly nesting: number;
  readonly passed: boolean;
  /** The reason, if it was skipped. */
  readonly skipped?: string;
  readonly seconds: number;
  readonly onlySubtestsFailed: boolean;
  readonly error?: string;
}

type Message =
  | { readonly type: "start"; readonly name: string; readonly nesting: number }
  | ({ readonly type: "result" } & TestResult)
  | { readonly type: "end" };

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * `npm test`, and `npm run test:unit` with `--unit`, which runs the helpers' tests alone. Further arguments are parts of the
 * paths of test files, such as `notebooks` or `mnist/idx`; only those run.
 *
 * @returns The exit code: 0 if every test passed or was skipped, 1 if one failed, 2 for arguments that name no test.
 */
export async function runTests(args: string[]): Promise<number> {
  let selection: Selection;
  try {
    selection = select(args);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  for (const { parallel, jobs } of groups(selection)) {
    await inParallel(jobs, parallel, async ({ file, room }) => {
      const outcome = await runFile(file, room.limit);
      failures.push(...outcome.failures);
      for (const key of Object.keys(total) as Array<keyof Count>) total[key] += outcome.count[key];
    });
  }
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join("\n")}`);
  console.log(`\n${summary(total)}`);
  return total.failed === 0 ? 0 : 1;
}

type Selection = ReadonlyArray<{ readonly room: Room; readonly files: readonly string[] }>;

/** @throws Error if an option is unknown or a word names no test file. */
function select(args: string[]): Selection {
  const { values, positionals } = parseArgs({
    args,
    options: { unit: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const all = (values.unit ? [UNIT] : ROOMS).map((room) => ({
    room,
    files: testFiles(path.join(__dirname, room.name)),
  }));
  const shown = (file: string) => path.relative(ROOT, file);
  for (const word of positionals) {
    if (!all.some(({ files }) => files.some((file) => shown(file).includes(word)))) {
      throw new Error(
        `no test file has "${word}" in its path. There are:\n${all.flatMap(({ files }) => files.map((file) => `  ${shown(file)}`)).join("\n")}`,
      );
    }
  }
  const isWanted = (file: string) => positionals.length === 0 || positionals.some((word) => shown(file).includes(word));
  return all.map(({ room, files }) => ({ room, files: files.filter(isWanted) }));
}

/** Rooms that follow each other and run as many files at the same time share one queue, so that no core waits at a border. */
function groups(selection: Selection): { parallel: number; jobs: { file: string; room: Room }[] }[] {
  const found: ReturnType<typeof groups> = [];
  for (const { room, files } of selection) {
    const jobs = files.map((file) => ({ file, room }));
    const last = found[found.length - 1];
    if (last?.parallel === room.parallel) last.jobs.push(...jobs);
    else found.push({ parallel: room.parallel, jobs });
  }
  return found;
}

function testFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => path.join(folder, file));
}

async function inParallel<T>(items: readonly T[], count: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

/** Runs one file, printing slow and failed tests as they end and a line for the file when it has. */
async function runFile(file: string, limit: number): Promise<{ count: Count; failures: string[] }> {
  const shown = path.relative(ROOT, file);
  const start = Date.now();
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const skips: string[] = [];
  const fail = (name: string, error: string) => {
    count.failed++;
    failures.push(`${shown} › ${name}`);
    console.log(`✗ ${shown} › ${name}\n${indent(withoutNodeFrames(error))}`);
  };

  const { output, problem } = await runProcess(
    file,
    limit * 60_000,
    ({ name, passed, skipped, seconds, error = "" }) => {
      if (skipped !== undefined) {
        count.skipped++;
        skips.push(`${name}: ${skipped}`);
      } else if (passed) {
        count.passed++;
        if (seconds >= SLOW_SECONDS) console.log(`  ${shown} › ${name} (${seconds.toFixed(1)} s)`);
      } else {
        fail(name, error);
      }
    },
  );
  if (problem !== undefined) fail(problem.where, problem.what);
  if (count.failed > 0 && output.trim()) console.log(`  What ${shown} wrote:\n${indent(output.trim())}`);

  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${count.failed > 0 ? "✗" : "✓"} ${shown}  ${summary(count)}  (${seconds} s)`);
  for (const skip of skips) console.log(`  skipped › ${skip}`);
  return { count, failures };
}

interface ProcessOutcome {
  /** Everything that the file wrote to its standard streams. */
  readonly output: string;
  /** What went wrong outside of any test. */
  readonly problem?: { readonly where: string; readonly what: string };
}

/** Runs the file's tests in a process of their own. @param onResult Called for each test that has no tests within. */
function runProcess(file: string, limit: number, onResult: (result: TestResult) => void): Promise<ProcessOutcome> {
  const child = spawn(
    process.execPath,
    ["--require", require.resolve("tsx/cjs"), `--test-reporter=${REPORTER}`, file],
    { cwd: ROOT, stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += String(text)));

  let running: string[] = [];
  let last: TestResult | undefined;
  let isComplete = false;
  child.on("message", (message: Message) => {
    if (message.type === "end") isComplete = true;
    if (message.type === "start") running.push(message.name);
    if (message.type !== "result") return;
    running = running.filter((name) => name !== message.name);
    // Node reports a test after those within it.
    const hasTestsWithin = last !== undefined && message.nesting < last.nesting;
    const isOwnFailure = !message.passed && !message.onlySubtestsFailed;
    if (!hasTestsWithin || isOwnFailure) onResult(message);
    last = message;
  });

  let isTooLong = false;
  const timer = setTimeout(() => {
    isTooLong = true;
    child.kill("SIGKILL");
  }, limit);
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      let what: string | undefined;
      if (isTooLong) what = `not done after ${limit / 60_000} minutes; ended`;
      else if (last === undefined && code === 0) what = "the file has no test";
      else if (!isComplete) what = `the process ended early, with ${signal ?? `exit code ${code}`}`;
      const where =
        running.length > 0 ? running.join(" › ") : last === undefined ? "at its start" : `after "${last.name}"`;
      resolve({ output, problem: what === undefined ? undefined : { where, what } });
    });
  });
}

function summary({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** A stack without the lines within Node itself, which tell nothing of the test. */
function withoutNodeFrames(stack: string): string {
  return stack.replace(/\n\s+at [^\n]*\bnode:[^\n]*/g, "");
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}
