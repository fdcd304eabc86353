import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { jupyterEnvironment } from "../setup/jupyter/jupyter-lab";
import { VENV_PYTHON } from "../shared/paths";

/** How the execution of a notebook went wrong, as the kernel tells it. */
export interface Failure {
  /** The code cell, counted from 1. */
  readonly cell: number;
  /** `error`: the cell failed; `stderr`: it ended well, with text on standard error; `dead`: the kernel is gone. */
  readonly kind: "error" | "stderr" | "dead";
  /** The error's class, where the kernel tells it. */
  readonly name: string;
  readonly message: string;
  /** The kernel's own report, line by line; empty from an unmodified tslab. */
  readonly traceback: readonly string[];
}

/** What comes out of an execution besides the notebook itself. */
export interface Targets {
  /** The executed copy, written whatever happens; after a failure it ends with the failing cell's output. */
  readonly notebook: string;
  /** Its HTML rendering, written when every cell ran. */
  readonly html: string;
}

type Event =
  | { readonly event: "cell"; readonly cell: number; readonly of: number }
  | ({ readonly event: "failure" } & Failure)
  | { readonly event: "end" };

/**
 * Runs every code cell of a notebook, in order, in the kernel that it names, started in the notebook's folder.
 * Stops at the first cell that fails, writes to standard error, leaves a rejected promise, or ends the kernel. The
 * kernel ends with this process, however this process ends.
 *
 * @param onCell Called before each cell with its number, from 1, and their count.
 * @returns The failure, or `undefined` when every cell ran.
 * @throws Error if the kernel cannot be started.
 */
export async function executeNotebook(
  file: string,
  targets: Targets,
  onCell: (cell: number, of: number) => void = () => {},
): Promise<Failure | undefined> {
  for (const target of Object.values(targets)) fs.mkdirSync(path.dirname(target), { recursive: true });
  const python = spawn(VENV_PYTHON, [path.join(__dirname, "execute.py"), file, targets.notebook, targets.html], {
    // Its input is a pipe that nobody writes to: the system closes it when this process ends, and Python then ends the
    // kernel. In a session of its own it does not get the terminal's Ctrl-C first.
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
    throw new Error(`${path.basename(file)} could not be run: ${reason || "Python ended without a word"}`);
  }
  return failure;
}
