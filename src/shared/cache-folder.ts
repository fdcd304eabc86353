import os from "node:os";
import path from "node:path";

/**
 * The folder for downloads and compiled files that all of a user's checkouts share:
 * `$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS.
 */
export function userCache(): string {
  const { XDG_CACHE_HOME } = process.env;
  // The XDG Base Directory Specification says to ignore a relative path.
  const base =
    XDG_CACHE_HOME !== undefined && path.isAbsolute(XDG_CACHE_HOME)
      ? XDG_CACHE_HOME
      : process.platform === "darwin"
        ? path.join(os.homedir(), "Library", "Caches")
        : path.join(os.homedir(), ".cache");
  return path.join(base, "typescript-cnn-workbook");
}
