import fs from "node:fs";
import path from "node:path";
import { TENSORFLOW_ENVIRONMENT } from "../../helpers/tf/environment";
import { type Kernel, kernelspec, ownKernel } from "../../kernel/kernelspec";
import { writeAtomically } from "../../shared/atomic-write";
import { KERNEL_NAME, ROOT, VENV } from "../../shared/paths";

/** The kernel in tslab's package. */
export const UNMODIFIED_TSLAB: Kernel = {
  command: [path.join(ROOT, "node_modules", "tslab", "bin", "tslab"), "kernel", "--config-path={connection_file}"],
  interruptMode: "signal",
  encrypts: false,
  debugs: false,
};

/** This project's kernel. */
export const OWN_KERNEL = ownKernel(path.join(ROOT, "src", "kernel", "main.cjs"));

/** The kernel that runs the notebooks. */
export const PROJECT_KERNEL = OWN_KERNEL;

export const KERNELSPECS = path.join(VENV, "share", "jupyter", "kernels");

/**
 * Installs a kernelspec in `.venv`; the user's own kernels aren't touched.
 *
 * @param name the kernelspec's name, which notebooks refer to as `kernelspec.name`
 * @param displayName the name that JupyterLab shows
 */
export function writeKernelspec(
  name: string = KERNEL_NAME,
  kernel: Kernel = PROJECT_KERNEL,
  displayName = "TypeScript",
): void {
  const file = path.join(KERNELSPECS, name, "kernel.json");
  const content = `${JSON.stringify(projectKernelspec(kernel, displayName), null, 1)}\n`;
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === content) return;
  writeAtomically(file, content);
}

/** A kernelspec with TensorFlow's settings in its environment. */
export function projectKernelspec(kernel: Kernel, displayName: string): ReturnType<typeof kernelspec> {
  return kernelspec(kernel, displayName, TENSORFLOW_ENVIRONMENT);
}
