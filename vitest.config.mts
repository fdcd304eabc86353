import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const MINUTE_MS = 60_000;
const SOURCES = path.resolve("src") + path.sep;
const TESTS = path.resolve("test") + path.sep;
const NATIVE = "?native";

/**
 * Vite compiles the test files. What they import loads as it does for users: through Node and tsx, one instance each,
 * whether it is imported or required.
 */
const nativeImports = {
  name: "native-imports",
  enforce: "pre" as const,
  resolveId(id: string, importer?: string) {
    if (!importer?.startsWith(TESTS) || !/^[\w@]/.test(id) || isBuiltin(id) || id.startsWith("vitest"))
      return undefined;
    return createRequire(importer).resolve(id) + NATIVE;
  },
  load(id: string) {
    const file = id.startsWith(SOURCES) ? id : id.endsWith(NATIVE) ? id.slice(0, -NATIVE.length) : undefined;
    if (file === undefined) return undefined;
    return `const loaded = module.exports = require(${JSON.stringify(file)});
      if (loaded?.__esModule) exports.default = loaded.default;`;
  },
};

interface Options {
  /** Files that belong to another project. */
  readonly exclude?: string[];
  /** Files run after all others. */
  readonly afterOthers?: boolean;
  /** Files of a process share what it has loaded. Only for files that leave no state behind. */
  readonly shareProcess?: boolean;
  /** The tests drive other programs, such as a browser: one that fails runs once more, and the report says so. */
  readonly otherPrograms?: boolean;
}

/** Some test files, and the minutes that each test may take. */
function project(name: string, include: string[], minutes: number, options: Options = {}) {
  const timeout = minutes * MINUTE_MS;
  return {
    extends: true as const,
    test: {
      name,
      include,
      exclude: options.exclude,
      isolate: !options.shareProcess,
      retry: options.otherPrograms ? 1 : 0,
      testTimeout: timeout,
      hookTimeout: timeout,
      provide: { outsideTestsLimitMs: 3 * timeout },
      // Two files at the same time: kernels and notebooks wait more than they compute.
      maxWorkers: 2,
      sequence: { groupOrder: options.afterOthers ? 1 : 0 },
    },
  };
}

const all = (folder: string) => `test/${folder}/**/*.test.ts`;
const SLOW = "test/**/*.slow.test.ts";
/** Unit tests that need another backend than the rest, or collect garbage, slow in a full process. */
const OWN_PROCESS = [
  "test/helpers/compiled/fallback.test.ts",
  "test/helpers/tf/memory.test.ts",
  "test/helpers/tf/wasm.test.ts",
];

/** In the order in which they run: what is quick and basic first, then what takes longest. */
const projects = [
  project("unit", [all("helpers"), all("kernel/unit"), all("shared")], 1, {
    exclude: [SLOW, ...OWN_PROCESS],
    shareProcess: true,
  }),
  project("unit-isolated", OWN_PROCESS, 1),
  project("slow", [SLOW], 15),
  project("kernel", [all("kernel")], 10, { exclude: [all("kernel/unit")], otherPrograms: true }),
  project("notebooks", [all("notebooks")], 5, { otherPrograms: true }),
  project("setup", [all("setup"), all("cli"), all("runner"), all("benchmarks"), all("checks")], 5, {
    otherPrograms: true,
  }),
  project("browser", [all("browser")], 5, { afterOthers: true, otherPrograms: true }),
];

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project }: TestSpecification) => projects.findIndex(({ test }) => test.name === project.name);
    return files.sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  plugins: [nativeImports],
  test: {
    projects,
    pool: "forks",
    server: { deps: { inline: [/\?native$/] } },
    execArgv: ["--require", "tsx/cjs"],
    // A run that a test makes isn't one of the user's.
    env: { RUNS_FILE: path.resolve("build", "test", "runs.jsonl") },
    setupFiles: ["test/runner/running.ts"],
    reporters: ["./test/runner/reporter.ts"],
    sequence: { sequencer: InOrder },
    maxConcurrency: 2,
    restoreMocks: true,
    // What a test writes is shown if it fails.
    silent: "passed-only",
    slowTestThreshold: 2000,
  },
});
