import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { withLock } from "../bootstrap/lock.cjs";
import { runStep } from "../bootstrap/run-step.cjs";
import { PIP_OPTIONS, findPython, pythonEnvironment } from "./python";

/**
 * Creates a separate Python environment for tools that notebooks don't need, unless it exists and matches the
 * requirements.
 *
 * @param folder the environment's folder
 * @param requirements the path of a requirements file
 * @param what the tools' names, for messages
 * @returns the folder with the tools' commands
 * @throws SetupError if no suitable Python is found or pip fails
 */
export async function installPythonTools(folder: string, requirements: string, what: string): Promise<string> {
  const commands = path.join(folder, "bin");
  await withLock(`${folder}.lock`, async () => {
    const stamp = path.join(folder, "installed.txt");
    const wanted = fs.readFileSync(requirements, "utf8");
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
    const python = await findPython();
    const env = pythonEnvironment();
    await runStep({
      title: `Creating the Python environment for ${what}`,
      failure: `The Python environment for ${what} couldn't be created.`,
      log: "python-tools",
      command: python.path,
      args: ["-m", "venv", "--clear", folder],
      env,
    });
    await runStep({
      title: `Installing ${what}`,
      failure: `pip couldn't install ${what}.`,
      log: "python-tools",
      command: path.join(commands, "python"),
      args: ["-m", "pip", "install", ...PIP_OPTIONS, "-r", requirements],
      env,
    });
    writeAtomically(stamp, wanted);
  });
  return commands;
}
