import fs from "node:fs";
import path from "node:path";
import { SetupError } from "./errors.cjs";

/** The bytes that this user may still write on the file system of `folder`, which needn't exist yet. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(existingParent(folder));
  return bavail * bsize;
}

/**
 * Checks that there is enough disk space.
 *
 * @param purpose what the space is for
 * @param alternative what the user can do instead of freeing up space, if anything
 * @throws SetupError if there is less than `bytes` free where `folder` is or will be
 */
export function requireFreeSpace(folder: string, bytes: number, purpose: string, alternative?: string): void {
  const free = freeBytes(folder);
  if (free >= bytes) return;
  throw new SetupError(
    `Not enough disk space for ${purpose}.`,
    `${folder} needs ${gigabytes(bytes)}, and ${gigabytes(free)} are free`,
    `free up disk space${alternative === undefined ? "" : `, or ${alternative}`}, then run the command again`,
  );
}

/** For example "1.5 GB". */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function existingParent(folder: string): string {
  return fs.existsSync(folder) ? folder : existingParent(path.dirname(folder));
}
