import path from "node:path";
import { SetupError } from "../setup/bootstrap/errors.cjs";
import { setUp, setUpForUnitTests } from "../setup/index";

type PackagesModule = typeof import("../setup/bootstrap/packages.cjs");
type Command = (args: string[]) => Promise<number>;

/**
 * The npm scripts. Each loads only what it needs, with `require`: `import()` would load second copies of the modules.
 */
const COMMANDS: Readonly<Record<string, Command>> = {
  start: async (args) => {
    const { start, startOptions } = require("../setup/jupyter/start") as typeof import("../setup/jupyter/start");
    // Before the set-up, so that nobody waits for it just to learn of a typo.
    const options = startOptions(args);
    await setUp();
    return start(options);
  },
  doctor: async (args) => {
    refuseArguments(
      "doctor",
      args.filter((arg) => arg !== "--fix"),
    );
    const { doctor } = require("../setup/doctor/doctor") as typeof import("../setup/doctor/doctor");
    if (!args.includes("--fix")) return doctor();
    const { installPackages } = require("../setup/bootstrap/packages.cjs") as PackagesModule;
    return doctor(async () => {
      await installPackages();
      await setUp();
    });
  },
  update: async (args) => {
    refuseArguments("update", args);
    const { update } = require("../setup/update/update") as typeof import("../setup/update/update");
    return update();
  },
  notebooks: async (args) => {
    await setUp();
    const { runNotebooks } = require("../notebooks") as typeof import("../notebooks");
    return runNotebooks(args);
  },
  bench: async (args) => {
    await setUp();
    const { runBenchmarks } = require("../../benchmarks") as typeof import("../../benchmarks");
    return runBenchmarks(args);
  },
  typecheck: async (args) => {
    refuseArguments("typecheck", args);
    const { typecheckNotebooks } = require("../notebooks") as typeof import("../notebooks");
    return typecheckNotebooks();
  },
  lint: async (args) => {
    refuseArguments(
      "lint",
      args.filter((arg) => arg !== "--fix"),
    );
    const { lint } = require("../checks/lint") as typeof import("../checks/lint");
    return lint({ fix: args.includes("--fix") });
  },
  docs: async (args) => {
    refuseArguments("docs", args);
    await setUp();
    const { docs } = require("../checks/docs") as typeof import("../checks/docs");
    return docs();
  },
  "kernel:pack": async (args) => {
    refuseArguments("kernel:pack", args);
    const { packKernel } = require("../kernel/package/pack") as typeof import("../kernel/package/pack");
    console.log(path.relative(process.cwd(), await packKernel()));
    return 0;
  },
  test: async (args) => {
    await setUp();
    const { runTests } = require("../../test/runner/run") as typeof import("../../test/runner/run");
    return runTests(args);
  },
  soak: async (args) => {
    await setUp();
    const { runSoak } = require("../../test/runner/soak") as typeof import("../../test/runner/soak");
    return runSoak(args);
  },
  "test:unit": async (args) => {
    await setUpForUnitTests();
    const { runTests } = require("../../test/runner/run") as typeof import("../../test/runner/run");
    return runTests(["--project=unit*", ...args]);
  },
  coverage: async (args) => {
    await setUp();
    const { runCoverage } = require("../../test/runner/coverage") as typeof import("../../test/runner/coverage");
    return runCoverage(args);
  },
};

/**
 * Runs one of the npm scripts.
 *
 * @returns the exit code
 * @throws SetupError for an unknown command or argument, and for anything else that the user can fix
 */
export async function main(command: string | undefined, args: string[]): Promise<number> {
  if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
    throw new SetupError(
      `There is no command "${command ?? ""}".`,
      `the commands are ${Object.keys(COMMANDS).join(", ")}`,
      "run one of them with npm, for example: npm start",
    );
  }
  return COMMANDS[command](args);
}

function refuseArguments(command: string, args: string[]): void {
  if (args.length === 0) return;
  throw new SetupError(`npm run ${command} takes no arguments.`, `${args.join(" ")} was given`, `npm run ${command}`);
}
