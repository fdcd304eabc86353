import { VENV_PYTHON } from "../shared/paths";
import { withLock } from "./bootstrap/lock.cjs";
import { CHECKOUT_LOCK } from "./bootstrap/packages.cjs";
import { writeKernelspec } from "./jupyter/kernelspec";
import { registerPapermillTranslator } from "./python/papermill";
import { createVenv, installRequirements, isVenvReady } from "./python/venv";
import { checkCache, installNative, installNativeFromCache } from "./tensorflow/native";

/**
 * Sets up everything that notebooks need: `.venv` with JupyterLab, the kernelspec in it, and native TensorFlow. Skips
 * what is already there. The npm packages have been installed by then (src/cli/bootstrap.cjs).
 *
 * @throws SetupError with what is missing, why, and what to do; it can then be called again
 */
export async function setUp(): Promise<void> {
  await withLock(CHECKOUT_LOCK, async () => {
    checkCache();
    const venvReady = isVenvReady();
    if (!venvReady) await createVenv();
    // Both wait for the network, so they run side by side.
    await allSettled([...(venvReady ? [] : [installRequirements()]), installNative(VENV_PYTHON)]);
    writeKernelspec();
    registerPapermillTranslator();
  });
}

/** Sets up what unit tests need: native TensorFlow, if the user's cache has it. */
export async function setUpForUnitTests(): Promise<void> {
  await withLock(CHECKOUT_LOCK, installNativeFromCache);
}

/** Waits for all of them even if one fails, so that none keeps running after the error message. */
async function allSettled(tasks: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) {
    if (result.status === "rejected") throw result.reason;
  }
}
