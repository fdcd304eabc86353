import fs from "node:fs";
import path from "node:path";
import { SetupError } from "./errors.cjs";

/** Free bytes for this user on the file system that holds `folder`, which need not exist yet. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(existingParent(folder));
  return bavail * bsize;
}

/**
 * @param purpose what the room is for
 * @param orElse what can be done besides freeing some, if anything
 * @throws SetupError if there is less than `bytes` free where `folder` is or will be
 */
export function requireFreeSpace(folder: string, bytes: number, purpose: string, orElse?: string): void {
  const free = freeBytes(folder);
  if (free >= bytes) return;
  throw new SetupError(
    `There is not enough room for ${purpose}.`,
    `${gigabytes(bytes)} are needed in ${folder}, ${gigabytes(free)} are free`,
    `free some space${orElse === undefined ? "" : `, or ${orElse}`}, then run the command again`,
  );
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function existingParent(folder: string): string {
  return fs.existsSync(folder) ? folder : existingParent(path.dirname(folder));
}
