/**
 * `npm run uninstall`: removes caches, environments, packages and everything else that set-up and the commands have
 * written, and prints what it removed. Notebooks and data stay.
 *
 * @returns the exit code
 */
export function uninstall(): Promise<number>;
