import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { jupyterEnvironment } from "../setup/jupyter/jupyter-lab";
import { VENV_PYTHON } from "../shared/paths";

/** What went wrong while a notebook ran, as its kernel reported it. */
export interface Failure {
  /** The code cell, counted from 1. */
  readonly cell: number;
  /** `error`: the cell failed; `stderr`: it succeeded but wrote to standard error; `dead`: the kernel died. */
  readonly kind: "error" | "stderr" | "dead";
  /** The error's class, if the kernel reports it. */
  readonly name: string;
  readonly message: string;
  /** The kernel's traceback, line by line; unmodified tslab sends none. */
  readonly traceback: readonly string[];
}

/** The files that an execution writes. */
export interface Targets {
  /** The executed copy, always written; after a failure it ends with the failing cell's output. */
  readonly notebook: string;
  /** Its HTML rendering, if wanted; written only if every cell ran. */
  readonly html?: string;
}

type Event =
  | { readonly event: "cell"; readonly cell: number; readonly of: number }
  | ({ readonly event: "failure" } & Failure)
  | { readonly event: "end" };

/**
 * Runs every code cell of a notebook in order, in the kernel that the notebook names, started in the notebook's folder.
 * Stops at the first cell that fails, writes to standard error, leaves a rejected promise behind, or kills the kernel.
 * The kernel never outlives this process, however this process ends.
 *
 * @param onCell called before each cell with its number (from 1) and the number of cells
 * @returns the failure, or `undefined` if every cell ran
 * @throws if the kernel can't be started
 */
export async function executeNotebook(
  file: string,
  targets: Targets,
  onCell: (cell: number, of: number) => void = () => {},
): Promise<Failure | undefined> {
  const files = [targets.notebook, ...(targets.html ? [targets.html] : [])];
  for (const target of files) fs.mkdirSync(path.dirname(target), { recursive: true });
  const python = spawn(VENV_PYTHON, [path.join(__dirname, "execute.py"), file, ...files], {
    // Nobody writes to its standard input: the system closes the pipe when this process ends, and Python then stops the
    // kernel. Detached, so that the terminal's Ctrl-C reaches this process first.
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: jupyterEnvironment(),
  });
  const ended = once(python, "close");
  const log: string[] = [];
  python.stderr.on("data", (text) => log.push(String(text)));

  let failure: Failure | undefined;
  let isComplete = false;
  for await (const line of readline.createInterface({ input: python.stdout })) {
    const event = JSON.parse(line) as Event;
    if (event.event === "cell") onCell(event.cell, event.of);
    else if (event.event === "failure") failure = event;
    else isComplete = true;
  }
  await ended;
  if (!isComplete) {
    const reason = log.join("").trim().split("\n").at(-1);
    throw new Error(`${path.basename(file)} could not be run: ${reason || "Python exited without an error message"}`);
  }
  return failure;
}
