import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "vitest";
import { runNotebook } from "../../src/notebooks/run";
import { KERNEL_NAME } from "../../src/shared/paths";
import { installUnmodifiedTslab, makeFolder, notebookOf, writeNotebook } from "./workspace";

interface Fault {
  readonly what: string;
  readonly cells: readonly string[];
  /** The failing cell, from 1. */
  readonly cell: number;
  /** Its failing line, from 1; a dead kernel tells none. */
  readonly line?: number;
  readonly message: RegExp;
}

const FINE = "const radius: number = 2;";

const FAULTS: readonly Fault[] = [
  {
    what: "a type error",
    cells: [FINE, "// area\n\nconst area: string = radius ** 2;"],
    cell: 2,
    line: 3,
    message: /Type 'number' is not assignable to type 'string'/,
  },
  {
    what: "a syntax error",
    cells: [FINE, "const shape = {\n  radius,\n;"],
    cell: 2,
    line: 3,
    message: /expected/,
  },
  {
    what: "a throw",
    cells: [
      FINE,
      "interface Options {\n  scale: number;\n}\n// Below lines without JavaScript.\n" +
        "throw new RangeError(`radius ${radius}`);",
      FINE,
    ],
    cell: 2,
    line: 5,
    message: /^RangeError: radius 2$/,
  },
  {
    what: "a throw after an await",
    cells: [FINE, "await null;\n\nif (radius > 1)\n  throw new Error('late');"],
    cell: 2,
    line: 4,
    message: /late/,
  },
  {
    what: "a rejected promise",
    cells: [FINE, "\nawait Promise.reject(new Error('no data'));"],
    cell: 2,
    line: 2,
    message: /no data/,
  },
  {
    what: "a rejected promise that nobody awaits",
    cells: [FINE, "// forgotten\nvoid Promise.reject(new Error('no data'));\nconsole.log('done');", FINE],
    cell: 2,
    line: 2,
    message: /no data/,
  },
  {
    what: "a promise of the last cell that is rejected a moment later",
    cells: [FINE, "const timer = setTimeout(() => {\n  void Promise.reject(new Error('afterwards'));\n}, 100);"],
    cell: 2,
    line: 2,
    message: /afterwards/,
  },
  {
    what: "text on standard error",
    cells: [FINE, "console.warn('something is odd');"],
    cell: 2,
    message: /something is odd/,
  },
  {
    what: "process.exit",
    cells: [FINE, "process.exit(0);", FINE],
    cell: 2,
    message: /ended (the kernel )?with exit code 0/,
  },
  {
    what: "a killed kernel",
    cells: [
      FINE,
      "process.kill(process.pid, 'SIGKILL');\nawait new Promise((resolve) => setTimeout(resolve, 60_000));",
    ],
    cell: 2,
    message: /the kernel ended with signal 9/,
  },
];

for (const kernel of [KERNEL_NAME, installUnmodifiedTslab()]) {
  describe(`a notebook on the kernel ${kernel} fails at`, { concurrent: true }, () => {
    const folder = makeFolder(`failures-${kernel}`);
    for (const [index, { what, cells, cell, line, message }] of FAULTS.entries()) {
      test(what, { timeout: 60_000 }, async () => {
        const file = writeNotebook(path.join(folder, `${index + 10}-fault.ipynb`), notebookOf(cells, kernel));
        const { failure } = await runNotebook(file, path.join(folder, "executed"));
        assert.ok(failure, "the run ended well");
        assert.match(failure.message, message);
        assert.equal(failure.cell, cell);
        if (line !== undefined) assert.equal(failure.line, line);
      });
    }
  });
}
