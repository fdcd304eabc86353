/** A fault that the user can mend. Its message is all that is shown: what is wrong, why, and what to do. */
export class SetupError extends Error {
  constructor(what: string, why: string, remedy: string);
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** The `why` of a full disk. */
export const DISK_FULL: string;

/** The well-known cause (disk full, no network, certificate, permission) that a tool's output or an error code names. */
export function causeOf(output: string): { why: string; remedy: string } | undefined;

/**
 * The error for a tool (npm, pip …) that failed.
 * @param output what the tool wrote
 * @param log the file in which that can be read
 */
export function commandError(what: string, output: string, log: string): SetupError;

/** Writes an error to standard error: a {@link SetupError} as its message, a programming error with its stack. */
export function reportError(error: unknown): void;
