import fs from "node:fs";
import path from "node:path";
import { DefaultReporter, type TestCase, type TestModule, type TestSuite } from "vitest/node";

/** What Vitest itself may need to end a test that only waits. */
const GRACE_MS = 5000;
/** Notes of what runs, one file for each process, by its id. running.ts writes them. */
const NOTES = path.resolve("build", "running-tests", String(process.pid));

/**
 * Vitest's reporter, plus what it lacks: kills and names tests that hang, even in an endless loop; names the test whose
 * process died; says why tests were skipped, and which passed only at their second attempt, with the error of the
 * first; ends in the line `N passed, N failed`, with `, N skipped` if any were.
 */
export default class Reporter extends DefaultReporter {
  private watchdog?: NodeJS.Timeout;
  private readonly killed = new Set<string>();

  override onTestRunStart(...args: Parameters<DefaultReporter["onTestRunStart"]>): void {
    fs.rmSync(NOTES, { recursive: true, force: true });
    fs.mkdirSync(NOTES, { recursive: true });
    this.watchdog = setInterval(() => this.killHung(), 1000);
    super.onTestRunStart(...args);
  }

  override onTestRunEnd(...[modules, errors, reason]: Parameters<DefaultReporter["onTestRunEnd"]>): void {
    clearInterval(this.watchdog);
    // Vitest doesn't say whose process died. The notes do.
    const otherErrors = errors.filter(
      ({ message }) => !message.startsWith("[vitest-pool]: Worker forks emitted error"),
    );
    super.onTestRunEnd(modules, otherErrors, reason);
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const withState = (state: string) => tests.filter((test) => test.result().state === state);
    const skipped = withState("skipped");
    // With -t most tests are skipped. Those aren't worth a line.
    const listed = this.ctx.config.testNamePattern ? [] : skipped;
    for (const test of listed) this.log(`skipped: ${fileOf(test.module)} > ${test.fullName}: ${skipReason(test)}`);
    for (const test of tests.filter((test) => test.diagnostic()?.flaky)) {
      const [error] = test.result().errors ?? [];
      this.log(`passed at the second attempt: ${fileOf(test.module)} > ${test.fullName}: ${error?.message}`);
    }

    const broken = modules
      .flatMap((module) => [module, ...module.children.allSuites()])
      .filter((group) => group.errors().length > 0);
    const lost = modules.filter((module) => ["queued", "pending"].includes(module.state())).map(fileOf);
    for (const file of lost) {
      const note = readNotes().find((note) => note.file === file);
      const what = this.killed.has(file) ? "hung and was killed" : "its process died";
      this.log(`failed: ${file} > ${note?.test ?? "before its start"}: ${what}`);
    }
    fs.rmSync(NOTES, { recursive: true });
    const failed = withState("failed").length + broken.length + lost.length + otherErrors.length;
    const counts = `${withState("passed").length} passed, ${failed} failed`;
    this.log(skipped.length > 0 ? `\n${counts}, ${skipped.length} skipped` : `\n${counts}`);
  }

  private killHung(): void {
    for (const { pid, file, deadline } of readNotes()) {
      try {
        if (Date.now() > deadline + GRACE_MS && process.kill(pid, "SIGKILL")) this.killed.add(file);
      } catch {
        // It died by itself.
      }
    }
  }
}

function readNotes(): { pid: number; file: string; test: string; deadline: number }[] {
  return fs.readdirSync(NOTES).flatMap((pid) => {
    try {
      const note = JSON.parse(fs.readFileSync(path.join(NOTES, pid), "utf8")) as [string, string, number];
      return [{ pid: Number(pid), file: note[0], test: note[1], deadline: note[2] }];
    } catch {
      return []; // It is being written or removed.
    }
  });
}

function fileOf(module: TestModule): string {
  return path.relative("", module.moduleId);
}

/** The note of `context.skip(note)`, or what `needs` says of the test or of a group around it. */
function skipReason(test: TestCase): string {
  const result = test.result();
  if (result.state === "skipped" && result.note) return result.note;
  for (let group: TestCase | TestSuite | TestModule = test; ; group = group.parent) {
    if (group.type !== "test" && group.errors().length > 0) return "its set-up failed";
    if (group.meta().missing) return String(group.meta().missing);
    if (group.type === "module") return "no reason given";
  }
}
