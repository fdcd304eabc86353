/** The process numbers of everything that descends from the process `root`, parents first. */
export function descendants(root: number): number[];

/** Sends `signal` to everything that descends from the process `root`. */
export function signalDescendants(root: number, signal: NodeJS.Signals): void;
