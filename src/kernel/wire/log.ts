import { writeSync } from "node:fs";

let descriptor = 2;

/** Makes the log go to another file descriptor. */
export function setLogDescriptor(log: number): void {
  descriptor = log;
}

/** Writes a line to the log of whoever started the kernel; a thread's `console` would wait for the main thread. */
export function log(line: string): void {
  try {
    writeSync(descriptor, `[typescript kernel] ${line}\n`);
  } catch {
    // Nobody reads the log any more.
  }
}

/** The message of an error, for the log or a reply. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
