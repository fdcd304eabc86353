import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds between asking the command to stop and killing it; 0 by default. */
  graceMs?: number;
}

/**
 * Starts a command that can't outlive this process. Closing `stdin` of the returned process stops the command and all
 * its descendants. It exits when the command does, with the same exit code; 127 means there is no such command.
 */
export function supervised(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): ChildProcessByStdio<Writable, Readable, Readable>;

/** Runs a command to its end and returns its output. The command can't outlive this process. */
export function run(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<{ code: number; output: string }>;

/** Saves a tool's output as `build/logs/<name>.log`. Returns the path, relative to the working directory. */
export function writeLog(name: string, text: string): string;
