import { spawnSync } from "node:child_process";
import fs from "node:fs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * The browser for the tests: the environment's `CHROMIUM`, else the first of the usual names in the search path.
 *
 * @returns The executable's path, or `undefined` where there is none.
 * @throws Error if `CHROMIUM` is set and is no file.
 */
export function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (!fs.existsSync(chosen))
      throw new Error(`CHROMIUM is ${chosen}, which is no file. Give the browser's executable or unset it.`);
    return chosen;
  }
  for (const name of NAMES) {
    const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
    if (found.status === 0) return found.stdout.trim();
  }
  return undefined;
}

/** For a test's `skip`: `false` where a browser was found, else the reason to print. */
export const skipWithoutChromium: string | false =
  findChromium() === undefined ? "needs Chromium: install it or set CHROMIUM to its executable" : false;
