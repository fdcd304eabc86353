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
