import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds that the command has to end by itself when it is asked to, before it is killed. Without it: none. */
  grace?: number;
}

/**
 * Starts a command that cannot outlive this process. Closing `stdin` of what is returned ends the command and all
 * below it. `exit` comes when it has ended; exit code 127: no such command.
 */
export function supervised(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): ChildProcessByStdio<Writable, Readable, Readable>;

/** Runs a command to its end and keeps what it writes. The command ends with this process. */
export function run(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<{ code: number; output: string }>;

/** Keeps a tool's output as `build/logs/<name>.log`. Returns the file's path, relative to the working directory. */
export function writeLog(name: string, text: string): string;
