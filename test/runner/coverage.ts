import fs from "node:fs";
import path from "node:path";
import { run } from "../../src/setup/bootstrap/run.cjs";
import { alignedTable } from "../../src/shared/aligned-table";
import { BUILD, ROOT } from "../../src/shared/paths";
import { runTests } from "./run";

const FOLDER = path.join(BUILD, "coverage");
/** What V8 counted, a file for each process. */
const COUNTS = path.join(FOLDER, "counts");

interface Count {
  readonly total: number;
  readonly covered: number;
}

/** What c8 writes: the counts of each source file, by its path. */
type Summary = Readonly<Record<string, { readonly lines: Count; readonly branches: Count }>>;

/**
 * `npm run coverage`: runs tests, then prints which share of the lines and branches of src/ they reached, by folder.
 * Other processes that the tests start count too. build/coverage/index.html shows every file.
 *
 * @param args as for `runTests`
 * @returns the exit code: 0 if no test failed
 */
export async function runCoverage(args: readonly string[]): Promise<number> {
  fs.rmSync(FOLDER, { recursive: true, force: true });
  const exitCode = await runTests(args, { NODE_V8_COVERAGE: COUNTS });
  const c8 = path.join(path.dirname(require.resolve("c8/package.json")), "bin", "c8.js");
  const files = ["--all", "--src=src", "--include=src/**/*.ts", "--exclude=**/*.d.ts"];
  const output = ["--merge-async", `--temp-directory=${COUNTS}`, `--reports-dir=${FOLDER}`];
  const reports = ["--reporter=json-summary", "--reporter=html"];
  const report = await run(process.execPath, [c8, "report", ...files, ...output, ...reports], { cwd: ROOT });
  if (report.code !== 0) throw new Error(`c8 can't make its report: ${report.output}`);
  const summary = JSON.parse(fs.readFileSync(path.join(FOLDER, "coverage-summary.json"), "utf8")) as Summary;
  console.log(`\n${tableByFolder(summary)}`);
  return exitCode;
}

function tableByFolder(summary: Summary): string {
  const files = Object.entries(summary).filter(([file]) => file !== "total");
  const folders = [...new Set(files.map(([file]) => path.dirname(file)))].sort();
  const row = (name: string, counts: readonly Summary[string][]) => [
    name,
    String(counts.length),
    percent(counts.map(({ lines }) => lines)),
    percent(counts.map(({ branches }) => branches)),
  ];
  const rows = folders.map((folder) =>
    row(
      path.relative(ROOT, folder),
      files.filter(([file]) => path.dirname(file) === folder).map(([, count]) => count),
    ),
  );
  const all = row(
    "all",
    files.map(([, count]) => count),
  );
  return alignedTable([["folder", "files", "lines", "branches"], ...rows, all], {
    rightAligned: [1, 2, 3],
    ruled: true,
  });
}

function percent(counts: readonly Count[]): string {
  const [covered, total] = [sum(counts.map((count) => count.covered)), sum(counts.map((count) => count.total))];
  return total === 0 ? "–" : `${((100 * covered) / total).toFixed(1)} %`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
