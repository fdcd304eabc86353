import fs from "node:fs";
import path from "node:path";
import { freeBytes, gigabytes } from "../bootstrap/disk.cjs";
import { causeOf } from "../bootstrap/errors.cjs";
import { step } from "../bootstrap/progress.cjs";
import { run, writeLog } from "../bootstrap/run.cjs";
import { PIP_OPTIONS, pythonEnvironment } from "../python/python";
import { BackendUnavailable } from "./backend-unavailable";
import { COMPILER_REMEDY, type CxxCompiler } from "./cxx-compiler";

/** Zig, which has Clang and a C++ library inside: https://pypi.org/project/ziglang/ */
const ZIG = "ziglang==0.17.1";
/** The wheel, what is unpacked from it, and the C++ library that it compiles. */
const BYTES_NEEDED = 800_000_000;

/**
 * Calls `use` with a C++ compiler from PyPI, for machines that have none: nobody needs to be root for that. It's large,
 * so it's removed afterwards.
 *
 * @param python an interpreter with pip
 * @param cache where it is unpacked
 * @throws BackendUnavailable if it can't be downloaded, or there isn't enough disk space
 */
export async function withZig(
  python: string,
  cache: string,
  use: (compiler: CxxCompiler) => Promise<void>,
): Promise<void> {
  if (freeBytes(cache) < BYTES_NEEDED) {
    throw new BackendUnavailable(
      `there is no C++ compiler, and ${cache} has less than the ${gigabytes(BYTES_NEEDED)} that Zig needs`,
      COMPILER_REMEDY,
    );
  }
  const folder = path.join(cache, "zig");
  fs.rmSync(folder, { recursive: true, force: true });
  try {
    const { code, output } = await step("There is no C++ compiler: downloading Zig (100 MB)", () =>
      run(python, ["-m", "pip", "install", ...PIP_OPTIONS, "--no-cache-dir", "--target", folder, ZIG], {
        env: pythonEnvironment(),
      }),
    );
    if (code !== 0) {
      const log = writeLog("zig", output);
      throw new BackendUnavailable(
        `there is no C++ compiler, and Zig couldn't be downloaded: ${causeOf(output)?.why ?? `see ${log}`}`,
        COMPILER_REMEDY,
      );
    }
    await use({
      command: python,
      args: ["-m", "ziglang", "c++"],
      env: { ...pythonEnvironment(), PYTHONPATH: folder, ZIG_GLOBAL_CACHE_DIR: path.join(folder, "cache") },
      version: ZIG,
      time: "about a minute",
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
