/** An error that the user can fix. Only its message is shown: what went wrong, why, and what to do. */
export class SetupError extends Error {
  constructor(what: string, why: string, remedy: string);
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** The `why` of a full-disk error. */
export const DISK_FULL: string;

/** The cause (disk full, no network, certificate, permissions) that a tool's output or an error code points to. */
export function causeOf(output: string): { why: string; remedy: string } | undefined;

/**
 * The error for a tool (npm, pip …) that failed.
 *
 * @param output what the tool wrote
 * @param log the file that holds the output
 */
export function commandError(what: string, output: string, log: string): SetupError;

/** Prints an error on standard error: a {@link SetupError} as its message, any other error with its stack. */
export function reportError(error: unknown): void;
