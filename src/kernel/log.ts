import { writeSync } from "node:fs";

let descriptor = 2;

/** Makes the log go to another file descriptor. */
export function setLogDescriptor(log: number): void {
  descriptor = log;
}

/** Writes a line to the log of whoever started the kernel; a thread's `console` would wait for the main thread. */
export function log(line: string): void {
  writeToLog(descriptor, `[typescript kernel] ${line}\n`);
}

/** Writes `text` to the log with this descriptor, unless nobody reads it, or not fast enough. */
export function writeToLog(log: number, text: string): void {
  try {
    writeSync(log, text);
  } catch {
    // A kernel whose log is full or closed goes on without it.
  }
}

/** The message of an error, for the log or a reply. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
