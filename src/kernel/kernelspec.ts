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

/** This kernel, started by a script. */
export function ownKernel(script: string): Kernel {
  return {
    command: [script, "--connection-file", "{connection_file}"],
    interruptMode: "message",
    encrypts: true,
    debugs: true,
  };
}

/**
 * The content of a `kernel.json`: https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
 * The kernel runs on the same Node as this process.
 *
 * @param displayName the name that JupyterLab shows
 * @param env added to the kernel's environment
 */
export function kernelspec(
  { command, interruptMode, encrypts, debugs }: Kernel,
  displayName: string,
  env?: Readonly<Record<string, string>>,
) {
  return {
    argv: [process.execPath, ...command],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: interruptMode,
    ...(env && { env }),
    metadata: { ...(encrypts && { supported_encryption: ["curve"] }), ...(debugs && { debugger: true }) },
  };
}
