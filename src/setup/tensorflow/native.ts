import fs from "node:fs";
import path from "node:path";
import { userCache } from "../../shared/cache-folder.cjs";
import { causeOf, SetupError } from "../bootstrap/errors.cjs";
import { withLock } from "../bootstrap/lock.cjs";
import { npm } from "../bootstrap/packages.cjs";
import { step } from "../bootstrap/progress.cjs";
import { writeLog } from "../bootstrap/run.cjs";
import { compileAddon } from "./addon";
import { acceptOwnInstallation, installFromCache, isInCache, isInstalled, remove } from "./addon-installation";
import { BackendUnavailable } from "./backend-unavailable";
import { COMPILER_REMEDY, type CxxCompiler, findCxxCompiler } from "./cxx-compiler";
import { installTensorflow, requireSpaceForTensorflow, tensorflowFolder } from "./tensorflow";
import { type Wheel, wheelForThisMachine } from "./wheel";
import { withZig } from "./zig";

/**
 * Installs native TensorFlow for tfjs-node: from PyPI's wheel with a compiler, else with tfjs-node's own script.
 * If neither works it prints why and returns: the helpers then use WebAssembly.
 * The caller holds the checkout's lock.
 *
 * @param python an interpreter with pip
 * @throws SetupError if the disk is full, or the wheel isn't the pinned file
 */
export async function installNative(python: string): Promise<void> {
  const wheel = wheelForThisMachine();
  const cache = userCache();
  if (isInstalled(wheel, cache)) return;
  const failures: BackendUnavailable[] = [];
  for (const install of [() => fromWheel(wheel, cache, python), fromOwnInstallation]) {
    try {
      return await install();
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      failures.push(error);
    }
  }
  console.error(
    [
      "Native TensorFlow couldn't be installed. Everything works without it, on WebAssembly, but training takes about",
      "7 times as long.",
      ...failures.flatMap(({ why, remedy }) => [`  Why:   ${why}`, `  To do: ${remedy}`]),
      "  The next command will try again.",
    ].join("\n"),
  );
}

/**
 * Checks what {@link installNative} will need, so that a problem with the cache is reported before other work starts.
 *
 * @throws SetupError if the cache folder isn't writable or there isn't enough disk space
 */
export function checkCache(): void {
  const wheel = wheelForThisMachine();
  const cache = userCache();
  if (wheel === undefined || isInstalled(wheel, cache) || isInCache(wheel, cache)) return;
  try {
    fs.mkdirSync(cache, { recursive: true });
    fs.accessSync(cache, fs.constants.W_OK);
  } catch (error) {
    throw new SetupError(
      "The cache folder for TensorFlow isn't writable.",
      (error as Error).message,
      `make ${cache} writable, or set XDG_CACHE_HOME to a folder that is, then run the command again`,
    );
  }
  requireSpaceForTensorflow(wheel, cache);
}

/** Installs native TensorFlow if the user's cache has it. Needs neither Python nor a compiler. */
export async function installNativeFromCache(): Promise<void> {
  const wheel = wheelForThisMachine();
  const cache = userCache();
  if (wheel === undefined || isInstalled(wheel, cache) || !isInCache(wheel, cache)) return;
  try {
    await installFromCache(wheel, cache);
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
  }
}

async function fromWheel(wheel: Wheel | undefined, cache: string, python: string): Promise<void> {
  if (wheel === undefined) {
    throw new BackendUnavailable(
      `PyPI has no TensorFlow for this system (${process.platform}, ${process.arch})`,
      "use Linux with glibc, or a Mac with Apple silicon",
    );
  }
  await withLock(path.join(cache, "setup.lock"), async () => {
    if (isInCache(wheel, cache)) return;
    const build = async (compiler: CxxCompiler): Promise<void> => {
      await installTensorflow(wheel, python, cache);
      await compileAddon(wheel, compiler, tensorflowFolder(wheel, cache), cache);
    };
    const compiler = await findCxxCompiler();
    // Checked before the download, which would be useless without a compiler.
    const { CXX } = process.env;
    if (compiler !== undefined) await build(compiler);
    else if (CXX) throw new BackendUnavailable(`the compiler CXX=${CXX} doesn't run`, COMPILER_REMEDY);
    else await withZig(python, cache, build);
  });
  await installFromCache(wheel, cache);
}

/** tfjs-node's install script: Google's prebuilt TensorFlow 2.9 and addon. */
async function fromOwnInstallation(): Promise<void> {
  remove();
  const { code, output } = await step("Trying tfjs-node's own install script", () =>
    npm(["rebuild", "@tensorflow/tfjs-node", "--ignore-scripts=false", "--foreground-scripts"]),
  );
  if (code !== 0) {
    remove();
    const log = writeLog("tfjs-node-install", output);
    throw new BackendUnavailable(
      `tfjs-node's own install script failed${causeOf(output) ? `: ${causeOf(output)?.why}` : ""}`,
      `see ${log}`,
    );
  }
  await acceptOwnInstallation();
}
