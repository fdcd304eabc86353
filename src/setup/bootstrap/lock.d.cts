/**
 * Does a piece of work while holding a lock file, so that two set-ups at once do it one after the other. Waits as long as
 * the owner lives, and says so. The lock of an owner that died (its process is gone, or it gave no sign of life for a minute)
 * is taken over.
 */
export function withLock<T>(file: string, work: () => Promise<T>): Promise<T>;
