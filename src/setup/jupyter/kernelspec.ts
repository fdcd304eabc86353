import fs from "node:fs";
import path from "node:path";
import { TENSORFLOW_ENVIRONMENT } from "../../helpers/tf/environment";
import { writeAtomically } from "../../shared/atomic-write";
import { KERNEL_NAME, ROOT, VENV } from "../../shared/paths";

/** A kernel that Jupyter can start. */
export interface Kernel {
  /** What `node` runs; Jupyter puts the connection file's path in. */
  readonly command: readonly [script: string, ...args: string[]];
  /** How it is interrupted: by SIGINT, or by a message of the protocol. */
  readonly interruptMode: "signal" | "message";
  /** Whether it takes the keys for CurveZMQ that jupyter_client hands out. */
  readonly encrypts: boolean;
}

/** tslab's own kernel, as its package has it. */
export const UNMODIFIED_TSLAB: Kernel = {
  command: [path.join(ROOT, "node_modules", "tslab", "bin", "tslab"), "kernel", "--config-path={connection_file}"],
  interruptMode: "signal",
  encrypts: false,
};

/** This project's kernel. */
export const OWN_KERNEL: Kernel = {
  command: [path.join(ROOT, "src", "kernel", "main.cjs"), "--connection-file", "{connection_file}"],
  interruptMode: "message",
  encrypts: true,
};

/** The one that the notebooks run on. */
export const PROJECT_KERNEL = OWN_KERNEL;

export const KERNELSPECS = path.join(VENV, "share", "jupyter", "kernels");

/**
 * Describes a kernel to Jupyter, inside `.venv`; the user's own kernels are not touched. The kernel runs on the Node that
 * runs this.
 *
 * @param name the folder's name, and what a notebook's `kernelspec.name` says
 * @param displayName what JupyterLab shows
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
export function kernelspec({ command, interruptMode, encrypts }: Kernel, displayName: string) {
  return {
    argv: [process.execPath, ...command],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: interruptMode,
    env: TENSORFLOW_ENVIRONMENT,
    metadata: encrypts ? { supported_encryption: ["curve"] } : {},
  };
}
