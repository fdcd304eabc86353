/** The bytes that this user may still write on the file system of `folder`, which needn't exist yet. */
export function freeBytes(folder: string): number;

/**
 * Checks that there is enough disk space.
 *
 * @param purpose what the space is for
 * @param alternative what the user can do instead of freeing up space, if anything
 * @throws SetupError if there is less than `bytes` free where `folder` is or will be
 */
export function requireFreeSpace(folder: string, bytes: number, purpose: string, alternative?: string): void;

/** Runs `work`, and tells whether the file system of `folder` was full at any time: npm ignores that. */
export function watchDisk<T>(folder: string, work: () => Promise<T>): Promise<{ result: T; wasFull: boolean }>;

/** For example "1.5 GB". */
export function gigabytes(bytes: number): string;
