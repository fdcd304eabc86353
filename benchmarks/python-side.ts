import fs from "node:fs";
import path from "node:path";
import { commandError } from "../src/setup/bootstrap/errors.cjs";
import { step } from "../src/setup/bootstrap/progress.cjs";
import { run, writeLog } from "../src/setup/bootstrap/run.cjs";
import { findPython, pythonEnvironment } from "../src/setup/python/python";
import { writeAtomically } from "../src/shared/atomic-write";
import { BUILD } from "../src/shared/paths";

const ENVIRONMENT = path.join(BUILD, "bench-venv");
const REQUIREMENTS = path.join(__dirname, "requirements.txt");
const STAMP = path.join(ENVIRONMENT, "installed.txt");

/** The interpreter of the rivals' environment. */
export const BENCH_PYTHON = path.join(ENVIRONMENT, "bin", "python");

/**
 * Makes the rivals' Python environment and installs Keras, TensorFlow and PyTorch into it, unless it is there for
 * these requirements already.
 *
 * @throws SetupError when there is no fitting Python or pip fails
 */
export async function installRivals(): Promise<void> {
  const requirements = fs.readFileSync(REQUIREMENTS, "utf8");
  if (fs.existsSync(STAMP) && fs.readFileSync(STAMP, "utf8") === requirements) return;
  const python = await findPython();
  const env = pythonEnvironment();
  await succeed(
    "Making the environment for Keras and PyTorch",
    python.path,
    ["-m", "venv", "--clear", ENVIRONMENT],
    env,
  );
  await succeed(
    "Installing Keras, TensorFlow and PyTorch",
    BENCH_PYTHON,
    ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r", REQUIREMENTS],
    env,
  );
  writeAtomically(STAMP, requirements);
}

async function succeed(title: string, command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { code, output } = await step(title, () => run(command, args, { env }));
  if (code !== 0) throw commandError(`${title} failed.`, output, writeLog("bench-install", output));
}
