/**
 * Runs `work` while holding a lock file, so that two set-ups at the same time take turns. Waits for as long as the
 * owner is alive, and says so. The lock of a dead owner (its process is gone, or it sent no heartbeat for a minute) is
 * taken over.
 */
export function withLock<T>(file: string, work: () => Promise<T>): Promise<T>;
