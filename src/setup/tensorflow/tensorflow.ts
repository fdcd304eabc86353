import fs from "node:fs";
import path from "node:path";
import { makeFolderAtomically } from "../../shared/atomic-write";
import { requireFreeSpace } from "../bootstrap/disk.cjs";
import { commandError } from "../bootstrap/errors.cjs";
import { step } from "../bootstrap/progress.cjs";
import { run, writeLog } from "../bootstrap/run.cjs";
import { pythonEnvironment } from "../python/python";
import { type Wheel, downloadWheel } from "./wheel";

/** The headers that tfjs-node's addon includes, directly or indirectly; the wheel has 280 MB of others. */
const HEADERS = ["tensorflow/c/", "tensorflow/core/platform/", "tsl/platform/", "xla/tsl/c/"];

const BYTES_UNPACKED = 900_000_000;
/** In the unpacked folder: the libraries' sizes in bytes, by name. A library that was cut short crashes its process. */
const SIZES = "sizes.json";

const UNPACK = `
import sys, zipfile
wheel, target, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if name.startswith(tuple(wanted))])
`;

/** The cache folder for an unpacked wheel: the two libraries and `include`. */
export function tensorflowFolder(wheel: Wheel, cache: string): string {
  return path.join(cache, `tensorflow-${wheel.version}-${process.platform}-${process.arch}`);
}

/** Whether a wheel's libraries are in the cache with the sizes that they had when they were unpacked. */
export function isTensorflowInCache(wheel: Wheel, cache: string): boolean {
  const folder = tensorflowFolder(wheel, cache);
  try {
    const sizes = JSON.parse(fs.readFileSync(path.join(folder, SIZES), "utf8")) as Record<string, number>;
    return Object.values(wheel.libraries).every((name) => fs.statSync(path.join(folder, name)).size === sizes[name]);
  } catch {
    return false;
  }
}

/**
 * Downloads and unpacks TensorFlow's libraries into the cache, unless they're there. The caller holds the cache's lock.
 *
 * @param python an interpreter with pip
 * @throws SetupError if there isn't enough disk space, or the wheel is damaged
 * @throws BackendUnavailable if the wheel can't be downloaded
 */
export async function installTensorflow(wheel: Wheel, python: string, cache: string): Promise<void> {
  if (isTensorflowInCache(wheel, cache)) return;
  const folder = tensorflowFolder(wheel, cache);
  fs.rmSync(folder, { recursive: true, force: true });
  requireSpaceForTensorflow(wheel, cache);
  const file = await downloadWheel(wheel, python, cache);
  await step("Unpacking TensorFlow", () =>
    makeFolderAtomically(folder, async (temporary) => {
      const wanted = [
        `tensorflow/${wheel.libraries.main}`,
        `tensorflow/${wheel.libraries.framework}`,
        ...HEADERS.map((header) => `tensorflow/include/${header}`),
      ];
      const { code, output } = await run(python, ["-c", UNPACK, file, temporary, ...wanted], {
        env: pythonEnvironment(),
      });
      if (code !== 0) {
        throw commandError("TensorFlow couldn't be unpacked.", output, writeLog("tensorflow-unpack", output));
      }
      for (const name of fs.readdirSync(path.join(temporary, "tensorflow"))) {
        fs.renameSync(path.join(temporary, "tensorflow", name), path.join(temporary, name));
      }
      fs.rmdirSync(path.join(temporary, "tensorflow"));
      const sizes = Object.values(wheel.libraries).map((name) => [name, fs.statSync(path.join(temporary, name)).size]);
      fs.writeFileSync(path.join(temporary, SIZES), JSON.stringify(Object.fromEntries(sizes)));
    }),
  );
  fs.rmSync(file);
}

/** @throws SetupError if there isn't enough disk space in the cache to download and unpack a wheel */
export function requireSpaceForTensorflow(wheel: Wheel, cache: string): void {
  const alternative = "set XDG_CACHE_HOME to a folder on a larger disk";
  requireFreeSpace(cache, wheel.bytes + BYTES_UNPACKED, "TensorFlow's libraries", alternative);
}
