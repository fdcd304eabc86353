import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Descriptors of this process; see `redirectOutput`. */
export interface OutputPipes {
  /** Whatever is written to descriptor 1, by native code and child processes too, can be read here without blocking. */
  readonly stdout: number;
  /** The same for descriptor 2. */
  readonly stderr: number;
  /** Leads to the standard error stream that the kernel was started with; writing throws while that takes nothing. */
  readonly log: number;
}

/**
 * Redirects descriptors 1 and 2 into named pipes. Node has no `dup2`, but a file that is opened gets the lowest free
 * descriptor, which is the one that has just been closed. So this must run before there are other threads.
 * @throws Error if the system can't do that; output of child processes then goes where the kernel's own goes
 */
export function redirectOutput(): OutputPipes {
  // Node's streams have to be attached to the original descriptors: attached to the pipes, they would make these
  // non-blocking for child processes too, which then lose output.
  void [process.stdout, process.stderr];
  fs.fstatSync(0); // Throws if descriptor 0 is free: it would be taken in place of 1.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kernel-output-"));
  try {
    const pipes = ["stdout", "stderr", "log"].map((name) => path.join(folder, name));
    execFileSync("mkfifo", ["-m", "600", ...pipes], { stdio: "ignore" });
    const log = openLog(pipes[2]);
    return { stdout: redirect(1, pipes[0]), stderr: redirect(2, pipes[1]), log };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Makes `descriptor` write into the named pipe `file`; returns a descriptor that reads from it. */
function redirect(descriptor: number, file: string): number {
  const reader = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  fs.closeSync(descriptor);
  const opened = fs.openSync(file, "w");
  if (opened !== descriptor) throw new Error(`expected descriptor ${descriptor}, found ${opened}`);
  return reader;
}

/**
 * A second descriptor for what descriptor 2 writes to. Writing to it never waits: a reader that has stopped reading
 * must not stop the kernel, so what doesn't fit is an error.
 */
function openLog(pipe: string): number {
  const { O_WRONLY, O_APPEND, O_NONBLOCK } = fs.constants;
  try {
    return fs.openSync("/dev/fd/2", O_WRONLY | O_APPEND | O_NONBLOCK);
  } catch {
    // Sockets can't be opened again: a small process passes the log on, through a named pipe.
    const both = fs.openSync(pipe, "r+"); // While it's open, the other ends open at once.
    const reader = fs.openSync(pipe, "r");
    spawn("cat", { stdio: [reader, 2, "ignore"], detached: true })
      .on("error", () => {})
      .unref();
    const writer = fs.openSync(pipe, O_WRONLY | O_NONBLOCK);
    for (const descriptor of [both, reader]) fs.closeSync(descriptor);
    return writer;
  }
}
