/** The command line of `npm start`. */
export const USAGE: string;

export interface StartArguments {
  readonly port: number | undefined;
  /** As the user wrote it. */
  readonly notebook: string | undefined;
  readonly browser: boolean;
}

/**
 * Parses the command line of `npm start`.
 *
 * @throws SetupError for an unknown option, an invalid port, or an option that npm kept for itself
 */
export function startArguments(args: readonly string[], environment?: NodeJS.ProcessEnv): StartArguments;
