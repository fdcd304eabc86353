import fs from "node:fs";
import path from "node:path";
import { TENSORFLOW_ENVIRONMENT } from "../../helpers/tf/environment";
import { writeAtomically } from "../../shared/atomic-write";
import { KERNEL_NAME, ROOT, VENV } from "../../shared/paths";

/** A kernel that Jupyter can start. */
export interface Kernel {
  /** The arguments for `node`; Jupyter fills in the connection file's path. */
  readonly command: readonly [script: string, ...args: string[]];
  /** How Jupyter interrupts it: with SIGINT or with a protocol message. */
  readonly interruptMode: "signal" | "message";
  /** Whether it supports the CurveZMQ keys that jupyter_client hands out. */
  readonly encrypts: boolean;
  /** Whether it has a debugger; JupyterLab asks only here. */
  readonly debugs: boolean;
}

/** The kernel in tslab's package. */
export const UNMODIFIED_TSLAB: Kernel = {
  command: [path.join(ROOT, "node_modules", "tslab", "bin", "tslab"), "kernel", "--config-path={connection_file}"],
  interruptMode: "signal",
  encrypts: false,
  debugs: false,
};

/** This project's kernel. */
export const OWN_KERNEL: Kernel = {
  command: [path.join(ROOT, "src", "kernel", "main.cjs"), "--connection-file", "{connection_file}"],
  interruptMode: "message",
  encrypts: true,
  debugs: true,
};

/** The kernel that runs the notebooks. */
export const PROJECT_KERNEL = OWN_KERNEL;

export const KERNELSPECS = path.join(VENV, "share", "jupyter", "kernels");

/**
 * Installs a kernelspec in `.venv`; the user's own kernels aren't touched. The kernel runs on the same Node as this
 * process.
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
  const content = `${JSON.stringify(kernelspec(kernel, displayName), null, 1)}\n`;
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === content) return;
  writeAtomically(file, content);
}

/** The content of a `kernel.json`: https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs */
export function kernelspec({ command, interruptMode, encrypts, debugs }: Kernel, displayName: string) {
  return {
    argv: [process.execPath, ...command],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: interruptMode,
    env: TENSORFLOW_ENVIRONMENT,
    metadata: { ...(encrypts && { supported_encryption: ["curve"] }), ...(debugs && { debugger: true }) },
  };
}
