import { execFile } from "node:child_process";
import { promisify } from "node:util";

const CANDIDATES = ["g++", "clang++", "c++"];

/** A C++ compiler. */
export interface CxxCompiler {
  readonly command: string;
  /** What comes before the compiler's own arguments. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The first line of `--version`, such as "g++ (Debian 12.2.0-14) 12.2.0". */
  readonly version: string;
  /** How long it takes, if that's long. */
  readonly time?: string;
}

/** How to install a compiler. */
export const COMPILER_REMEDY =
  process.platform === "darwin" ? "xcode-select --install" : "sudo apt install g++ (Fedora: sudo dnf install gcc-c++)";

/** The first C++ compiler that runs: `$CXX` if it is set, else g++, clang++ or c++. */
export async function findCxxCompiler(): Promise<CxxCompiler | undefined> {
  const { CXX } = process.env;
  for (const command of CXX ? [CXX] : CANDIDATES) {
    try {
      const { stdout } = await promisify(execFile)(command, ["--version"]);
      return { command, version: stdout.split("\n")[0].trim() };
    } catch {
      // Not this one.
    }
  }
  return undefined;
}
