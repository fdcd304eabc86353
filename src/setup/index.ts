import { VENV_PYTHON } from "../shared/paths";
import { withLock } from "./bootstrap/lock.cjs";
import { CHECKOUT_LOCK } from "./bootstrap/packages.cjs";
import { writeKernelspec } from "./jupyter/kernelspec";
import { createVenv, installRequirements, isVenvReady } from "./python/venv";
import { installNative, installNativeFromCache } from "./tensorflow/native";

export { jupyterEnvironment, startJupyterLab, type JupyterLab } from "./jupyter/jupyter-lab";
export {
  OWN_KERNEL,
  PROJECT_KERNEL,
  UNMODIFIED_TSLAB,
  kernelspec,
  writeKernelspec,
  type Kernel,
} from "./jupyter/kernelspec";

/**
 * Makes everything that notebooks need: `.venv` with JupyterLab, the kernelspec in it, native TensorFlow. What is
 * there already is not done again. The npm packages are there when TypeScript runs (bootstrap.cjs).
 *
 * @throws SetupError with what is missing, why and what to do; the call can be repeated after that
 */
export async function setUp(): Promise<void> {
  await withLock(CHECKOUT_LOCK, async () => {
    const venvReady = isVenvReady();
    if (!venvReady) await createVenv();
    // The network is waited for once, not twice.
    await allDone([venvReady ? undefined : installRequirements(), installNative(VENV_PYTHON)]);
    writeKernelspec();
  });
}

/** Makes what the unit tests need, which is next to nothing: native TensorFlow, if the user's cache has it already. */
export async function setUpForUnitTests(): Promise<void> {
  await withLock(CHECKOUT_LOCK, installNativeFromCache);
}

/** Waits for all of them, also when one fails, so that none goes on behind an error message. */
async function allDone(works: (Promise<void> | undefined)[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === "rejected") throw result.reason;
  }
}
