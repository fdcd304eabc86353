import { execFile } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { writeAtomically } from "../../shared/atomic-write";
import { ROOT, VENV, VENV_PYTHON } from "../../shared/paths";
import { requireFreeSpace } from "../bootstrap/disk.cjs";
import { SetupError, causeOf, commandError } from "../bootstrap/errors.cjs";
import { step } from "../bootstrap/progress.cjs";
import { runStep } from "../bootstrap/run-step.cjs";
import { run, writeLog } from "../bootstrap/run.cjs";
import { PIP_OPTIONS, findPython, pythonEnvironment } from "./python";
import { installWithUv } from "./uv";

const REQUIREMENTS = path.join(ROOT, "requirements.txt");

/** Written last: the requirements, location and Python that the environment was made with. */
const STAMP = path.join(VENV, "installed.json");
const BYTES_NEEDED = 400_000_000;
const INSTALL_FAILURE = "The packages in requirements.txt couldn't be installed.";

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
  await runStep({
    title: "Creating the Python environment",
    failure: "The Python environment (.venv) couldn't be created.",
    log: "venv",
    command: python.path,
    args: ["-m", "venv", "--clear", VENV],
    env: pythonEnvironment(),
  });
}

/**
 * Installs the pinned requirements into `.venv`: with uv, or with pip if uv doesn't work here.
 *
 * @throws SetupError if neither works
 */
export async function installRequirements(): Promise<void> {
  await step("Installing JupyterLab", async () => {
    const { code, output } = await installWithUv(REQUIREMENTS);
    if (code === 0) return;
    writeLog("uv-install", output);
    // pip would fail for the same reason, only later.
    if (causeOf(output) !== undefined) throw commandError(INSTALL_FAILURE, output, writeLog("pip-install", output));
    const pip = await run(VENV_PYTHON, ["-m", "pip", "install", ...PIP_OPTIONS, "-r", REQUIREMENTS], {
      env: pythonEnvironment(),
    });
    if (pip.code !== 0) throw commandError(INSTALL_FAILURE, pip.output, writeLog("pip-install", pip.output));
  });
  const fault = await requirementsFault();
  if (fault !== undefined) {
    throw new SetupError(
      INSTALL_FAILURE,
      `pip reported success, but found ${fault}`,
      "run the command again; if it fails again, look for a setting that sends packages elsewhere (pip config list)",
    );
  }
  writeAtomically(STAMP, stamp());
}

/** How the packages in `.venv` differ from the pinned requirements; `undefined` if they match. */
export async function requirementsFault(): Promise<string | undefined> {
  const pinned = [...pinnedRequirements()];
  const installed = await installedVersions(pinned.map(([name]) => name));
  const wrong = pinned.filter(([name, version]) => installed[name] !== version);
  if (wrong.length === 0) return undefined;
  return wrong.map(([name, version]) => `${name} ${installed[name] ?? "missing"}, not ${version}`).join("; ");
}

/** The name and version in each line of requirements.txt. */
export function pinnedRequirements(): Map<string, string> {
  const lines = fs
    .readFileSync(REQUIREMENTS, "utf8")
    .split("\n")
    .filter((line) => /^[^#\s]/.test(line));
  return new Map(lines.map((line) => line.trim().split("==") as [string, string]));
}

async function installedVersions(names: string[]): Promise<Record<string, string | null>> {
  const program = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
def found(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
print(json.dumps({name: found(name) for name in sys.argv[1:]}))`;
  const { stdout } = await promisify(execFile)(VENV_PYTHON, ["-c", program, ...names], { env: pythonEnvironment() });
  return JSON.parse(stdout) as Record<string, string | null>;
}

function stamp(): string {
  const requirements = crypto.createHash("sha256").update(fs.readFileSync(REQUIREMENTS)).digest("hex");
  // The real path contains Python's minor version, so a system upgrade that removes it is noticed.
  return JSON.stringify({ requirements, place: VENV, python: fs.realpathSync(VENV_PYTHON) });
}
