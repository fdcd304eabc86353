/** Held while this checkout's node_modules or .venv is being changed. */
export const CHECKOUT_LOCK: string;
/**
 * Updates node_modules to match package-lock.json, if it doesn't.
 *
 * @throws SetupError if there isn't enough disk space, the registry doesn't respond, or npm fails
 */
export function installPackages(): Promise<void>;
/** Runs npm in the checkout. */
export function npm(args: readonly string[]): Promise<{ code: number; output: string }>;
/** How node_modules differs from package-lock.json; `undefined` if they match. */
export function packagesFault(): string | undefined;
/** Whether any packages are installed, so that TypeScript can run. */
export function packagesCanRun(): boolean;
