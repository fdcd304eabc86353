/**
 * The folder for downloads and compiled files that all of a user's checkouts share:
 * `$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS.
 */
export function userCache(): string;
