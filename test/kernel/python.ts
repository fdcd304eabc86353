import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { withLock } from "../../src/setup/bootstrap/lock.cjs";
import { BUILD, VENV_PYTHON } from "../../src/shared/paths";

const REQUIREMENTS = path.join(__dirname, "protocol", "requirements.txt");
/** The tests' own environment; the project's is not touched. */
const ENVIRONMENT = path.join(BUILD, "kernel-tests");
const PYTHON = path.join(ENVIRONMENT, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/**
 * The Python of an environment that has test/kernel/protocol/requirements.txt on top of the project's packages. It is
 * made if it isn't there yet or the requirements changed; test files that run at the same time wait for it.
 *
 * @throws Error when the project's environment is missing or a package cannot be installed
 */
async function pythonWithTools(): Promise<string> {
  fs.mkdirSync(BUILD, { recursive: true });
  await withLock(`${ENVIRONMENT}.lock`, makeEnvironment);
  return PYTHON;
}

async function makeEnvironment(): Promise<void> {
  const stamp = path.join(ENVIRONMENT, "requirements.sha256");
  const wanted = createHash("sha256")
    .update(fs.readFileSync(REQUIREMENTS))
    .update(fs.realpathSync(VENV_PYTHON))
    .digest("hex");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  fs.rmSync(ENVIRONMENT, { recursive: true, force: true });
  await run(VENV_PYTHON, ["-m", "venv", ENVIRONMENT]);
  // The project's packages are seen through a path file: only what is missing is installed.
  const packages = await run(VENV_PYTHON, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]);
  const own = await run(PYTHON, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]);
  fs.writeFileSync(path.join(own, "project.pth"), `${packages}\n`);
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]);
  fs.writeFileSync(stamp, wanted);
}

/** @returns what the command wrote, without white space at its ends */
async function run(command: string, parameters: string[]): Promise<string> {
  try {
    return (await promisify(execFile)(command, parameters)).stdout.trim();
  } catch (error) {
    throw new Error(
      "The kernel's tests need a Python environment with test/kernel/protocol/requirements.txt; " +
        (error as Error).message,
    );
  }
}

/** unittest, which says where each thread is when the time is up, and ends. */
const RUNNER = `
import faulthandler, sys, unittest
faulthandler.dump_traceback_later(float(sys.argv[1]), exit=True)
unittest.main(module=None, argv=["unittest", "--failfast", "--verbose", *sys.argv[2:]])
`;
/** Less than vitest's limit, so that a test that hangs is reported with the place where it does. */
const TIME_LIMIT_S = 570;
/** How long what Python started may outlive it. */
const GRACE_MS = 10_000;

/**
 * Runs tests of test/kernel with Python's unittest, on a kernel that `node` runs.
 * The first failure ends them: a kernel that hangs would have each of the others wait for it.
 * @param names modules, classes or methods, such as `test_cells.ErrorTests`
 * @throws Error with unittest's report when one of them fails or leaves a process behind
 */
export async function unittest(names: readonly string[], node = process.execPath): Promise<void> {
  const child = spawn(await pythonWithTools(), ["-c", RUNNER, `${TIME_LIMIT_S}`, ...names], {
    cwd: path.join(__dirname, "protocol"),
    env: { ...process.env, KERNEL_NODE: node, PYTHONDONTWRITEBYTECODE: "1" },
  });
  let report = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (report += chunk.toString()));
  const closed = new Promise<void>((resolve) => child.on("close", resolve));
  const code = await new Promise((resolve) => child.on("exit", resolve));
  // Whatever Python started has its output, too.
  const leftBehind = await Promise.race([closed.then(() => false), sleep(GRACE_MS, true, { ref: false })]);
  if (leftBehind) report += `\nA process that the tests started is still running:\n${await run("ps", ["-ef"])}`;
  // Tests that ran: a module without any would pass in silence.
  if (code !== 0 || leftBehind || !/^Ran [1-9]\d* test/m.test(report)) throw new Error(report);
}
