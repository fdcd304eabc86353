import fs from "node:fs";
import path from "node:path";
import { TENSORFLOW_ENVIRONMENT } from "../helpers/tf/environment";
import { KERNEL_NAME, ROOT, VENV } from "./paths";

/** What to run for a kernel, after `node`; Jupyter puts the connection file's path in. */
export type KernelCommand = readonly [script: string, ...args: string[]];

/** tslab's own kernel, as its package has it. */
export const UNMODIFIED_TSLAB: KernelCommand = [
  path.join(ROOT, "node_modules", "tslab", "bin", "tslab"),
  "kernel",
  "--config-path={connection_file}",
];

/** The kernel that the notebooks run on. */
export const PROJECT_KERNEL: KernelCommand = UNMODIFIED_TSLAB;

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
  command: KernelCommand = PROJECT_KERNEL,
  displayName = "TypeScript",
): void {
  const folder = path.join(KERNELSPECS, name);
  const file = path.join(folder, "kernel.json");
  const content = `${JSON.stringify(kernelspec(command, displayName), null, 1)}\n`;
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === content) return;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(`${file}.tmp`, content);
  fs.renameSync(`${file}.tmp`, file);
}

/** The content of a `kernel.json`: https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs */
export function kernelspec(command: KernelCommand, displayName: string) {
  return {
    argv: [process.execPath, ...command],
    display_name: displayName,
    language: "typescript",
    env: TENSORFLOW_ENVIRONMENT,
  };
}
