import type { RunOptions } from "./run.cjs";

export interface CommandStep extends RunOptions {
  /** What the command does, for example "Installing JupyterLab". */
  title: string;
  /** What to say if it fails, for example "pip couldn't install JupyterLab." */
  failure: string;
  /** The name of the log in build/logs that keeps its output if it fails. */
  log: string;
  command: string;
  args: readonly string[];
}

/**
 * Runs a command as one step with progress.
 *
 * @returns what it wrote
 * @throws SetupError with the likely cause if its exit code isn't 0
 */
export function runStep(step: CommandStep): Promise<string>;
