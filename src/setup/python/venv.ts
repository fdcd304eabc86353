import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { ROOT, VENV, VENV_PYTHON } from "../../shared/paths";
import { requireFreeSpace } from "../bootstrap/disk";
import { commandError } from "../bootstrap/errors.cjs";
import { step } from "../bootstrap/progress.cjs";
import { run, writeLog } from "../bootstrap/run.cjs";
import { findPython, pythonEnvironment } from "./python";

export const REQUIREMENTS = path.join(ROOT, "requirements.txt");

/** Written last: the requirements, location and Python that the environment was made with. */
const STAMP = path.join(VENV, "installed.json");
const BYTES_NEEDED = 400_000_000;

/** Whether `.venv` is complete and matches the current requirements. */
export function isVenvReady(): boolean {
  try {
    return fs.readFileSync(STAMP, "utf8") === stamp();
  } catch {
    return false;
  }
}

/**
 * Creates `.venv` from scratch, with pip but no other packages. The caller holds the checkout's lock.
 *
 * @throws SetupError if there is no suitable Python
 */
export async function createVenv(): Promise<void> {
  const python = await findPython();
  requireFreeSpace(VENV, BYTES_NEEDED, "the Python packages");
  const { code, output } = await step("Creating the Python environment", () =>
    run(python.path, ["-m", "venv", "--clear", VENV], { env: pythonEnvironment() }),
  );
  if (code !== 0)
    throw commandError("The Python environment (.venv) couldn't be created.", output, writeLog("venv", output));
}

/** Installs the pinned requirements into `.venv`. @throws SetupError if pip fails */
export async function installRequirements(): Promise<void> {
  const { code, output } = await step("Installing JupyterLab", () =>
    run(VENV_PYTHON, [...PIP_INSTALL, "-r", REQUIREMENTS], { env: pythonEnvironment() }),
  );
  if (code !== 0) {
    throw commandError(
      "pip couldn't install the packages in requirements.txt.",
      output,
      writeLog("pip-install", output),
    );
  }
  writeAtomically(STAMP, stamp());
}

const PIP_INSTALL = [
  "-m",
  "pip",
  "install",
  "--disable-pip-version-check",
  "--no-input",
  "--progress-bar",
  "off",
  "--retries",
  "2",
];

function stamp(): string {
  const requirements = crypto.createHash("sha256").update(fs.readFileSync(REQUIREMENTS)).digest("hex");
  // The real path contains Python's minor version, so a system upgrade that removes it is noticed.
  return JSON.stringify({ requirements, place: VENV, python: fs.realpathSync(VENV_PYTHON) });
}
