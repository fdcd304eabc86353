/** Held while node_modules or .venv of this checkout is changed. */
export const CHECKOUT_LOCK: string;
/** Brings node_modules in step with package-lock.json, if it is not. @throws SetupError if npm fails */
export function installPackages(): Promise<void>;
/** Runs npm in the checkout. */
export function npm(args: readonly string[]): Promise<{ code: number; output: string }>;
/** In what node_modules differs from package-lock.json; `undefined` when they are in step. */
export function packagesFault(): string | undefined;
/** Whether there are packages at all, so that TypeScript can be run. */
export function packagesCanRun(): boolean;
