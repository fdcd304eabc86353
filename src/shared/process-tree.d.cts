/** The process numbers of everything that descends from the process `root`, parents first. */
export function descendants(root: number): number[];

/** False once a process has ended, even if its parent hasn't asked for its exit code yet. */
export function isRunning(pid: number): boolean;

/** Sends `signal` to those of the processes that are still there. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void;

/** Sends `signal` to everything that descends from the process `root`. */
export function signalDescendants(root: number, signal: NodeJS.Signals): void;
