import path from "node:path";
import { userCache } from "../../shared/cache-folder";
import { causeOf } from "../bootstrap/errors.cjs";
import { withLock } from "../bootstrap/lock.cjs";
import { npm } from "../bootstrap/packages.cjs";
import { step } from "../bootstrap/progress.cjs";
import { writeLog } from "../bootstrap/run.cjs";
import { compileAddon } from "./addon";
import { acceptOwnInstallation, installFromCache, isInCache, isInstalled, remove } from "./addon-installation";
import { WayClosed } from "./backend-unavailable";
import { COMPILER_REMEDY, findCompiler } from "./cxx-compiler";
import { installTensorflow, tensorflowFolder } from "./tensorflow";
import { type Wheel, wheelForThisMachine } from "./wheel";

/**
 * Sets up native TensorFlow for tfjs-node: from PyPI's wheel and a compiler, else by tfjs-node's own installation.
 * Where both ways are closed it says what that costs and returns: the helpers then use WebAssembly.
 * The caller holds the checkout's lock.
 *
 * @param python an interpreter with pip
 * @throws SetupError if the disk is full, or the wheel is not the file that was pinned
 */
export async function installNative(python: string): Promise<void> {
  const wheel = wheelForThisMachine();
  const cache = userCache();
  if (isInstalled(wheel, cache)) return;
  const closed: WayClosed[] = [];
  for (const way of [() => fromWheel(wheel, cache, python), fromOwnInstallation]) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof WayClosed)) throw error;
      closed.push(error);
    }
  }
  console.error(
    [
      "Native TensorFlow could not be set up. All works without it, on WebAssembly; training takes about 7 times as long.",
      ...closed.flatMap(({ why, remedy }) => [`  Why:   ${why}`, `  To do: ${remedy}`]),
      "  The next command tries again.",
    ].join("\n"),
  );
}

/** Uses native TensorFlow if an earlier set-up has left it in the user's cache. Needs neither Python nor a compiler. */
export async function installNativeFromCache(): Promise<void> {
  const wheel = wheelForThisMachine();
  const cache = userCache();
  if (wheel === undefined || isInstalled(wheel, cache) || !isInCache(wheel, cache)) return;
  try {
    await installFromCache(wheel, cache);
  } catch (error) {
    if (!(error instanceof WayClosed)) throw error;
  }
}

async function fromWheel(wheel: Wheel | undefined, cache: string, python: string): Promise<void> {
  if (wheel === undefined) {
    throw new WayClosed(
      `PyPI has no TensorFlow for this system (${process.platform}, ${process.arch})`,
      "use Linux with glibc, or a Mac with Apple silicon",
    );
  }
  await withLock(path.join(cache, "setup.lock"), async () => {
    if (isInCache(wheel, cache)) return;
    const compiler = await findCompiler();
    // Before the download: without a compiler it would be in vain.
    if (compiler === undefined) {
      const { CXX } = process.env;
      throw new WayClosed(CXX ? `the compiler CXX=${CXX} does not run` : "no C++ compiler was found", COMPILER_REMEDY);
    }
    await installTensorflow(wheel, python, cache);
    await compileAddon(wheel, compiler, tensorflowFolder(wheel, cache), cache);
  });
  await installFromCache(wheel, cache);
}

/** tfjs-node's install script: Google's prebuilt TensorFlow 2.9 and addon. */
async function fromOwnInstallation(): Promise<void> {
  remove();
  const { code, output } = await step("Trying tfjs-node's own installation", () =>
    npm(["rebuild", "@tensorflow/tfjs-node", "--ignore-scripts=false", "--foreground-scripts"]),
  );
  if (code !== 0) {
    remove();
    const log = writeLog("tfjs-node-install", output);
    throw new WayClosed(
      `tfjs-node's own installation failed${causeOf(output) ? `: ${causeOf(output)?.why}` : ""}`,
      `see ${log}`,
    );
  }
  await acceptOwnInstallation();
}
