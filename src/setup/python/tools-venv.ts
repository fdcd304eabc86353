import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { commandError } from "../bootstrap/errors.cjs";
import { withLock } from "../bootstrap/lock.cjs";
import { step } from "../bootstrap/progress.cjs";
import { run, writeLog } from "../bootstrap/run.cjs";
import { findPython, pythonEnvironment } from "./python";

/**
 * Makes a Python environment of its own for tools that notebooks don't need, unless it is there for these requirements
 * already.
 *
 * @param folder Where it goes.
 * @param requirements The path of a requirements file.
 * @param what The tools' names, for messages.
 * @returns The folder with the tools' commands.
 * @throws SetupError if no suitable Python is found or pip fails
 */
export async function installPythonTools(folder: string, requirements: string, what: string): Promise<string> {
  const commands = path.join(folder, "bin");
  await withLock(`${folder}.lock`, async () => {
    const stamp = path.join(folder, "installed.txt");
    const wanted = fs.readFileSync(requirements, "utf8");
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
    const python = await findPython();
    await succeed(`Making the Python environment for ${what}`, python.path, ["-m", "venv", "--clear", folder]);
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
    await succeed(`Installing ${what}`, path.join(commands, "python"), [...pip, "-r", requirements]);
    writeAtomically(stamp, wanted);
  });
  return commands;
}

async function succeed(title: string, command: string, args: string[]): Promise<void> {
  const { code, output } = await step(title, () => run(command, args, { env: pythonEnvironment() }));
  if (code !== 0) throw commandError(`${title} failed.`, output, writeLog("python-tools", output));
}
