import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * The folder for what is downloaded or compiled once per user and shared by all checkouts:
 * `$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS.
 */
export function userCache(): string {
  const { XDG_CACHE_HOME } = process.env;
  // A relative path is to be ignored: XDG Base Directory Specification.
  const base =
    XDG_CACHE_HOME !== undefined && path.isAbsolute(XDG_CACHE_HOME)
      ? XDG_CACHE_HOME
      : process.platform === "darwin"
        ? path.join(os.homedir(), "Library", "Caches")
        : path.join(os.homedir(), ".cache");
  return path.join(base, "typescript-cnn-workbook");
}

/**
 * Makes a folder that is either whole or not there: `fill` writes into a folder of another name, which is then renamed.
 * What an interrupted attempt left is thrown away first, so the caller holds a lock.
 */
export async function makeWhole(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${folder}.tmp`;
  fs.rmSync(temporary, { recursive: true, force: true });
  fs.mkdirSync(temporary, { recursive: true });
  try {
    await fill(temporary);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(temporary, folder);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}
