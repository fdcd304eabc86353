/** The kernel's comms, through which a widget talks to its views. Other kernels, and scripts, have none. */

export interface CommMessage {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

export interface Comm {
  readonly id: string;
  onMessage(listener: (message: CommMessage) => unknown): void;
  onClose(listener: () => unknown): void;
  send(data: object, metadata?: object, buffers?: readonly Uint8Array[]): void;
  close(): void;
}

export interface KernelComms {
  open(target: string, data: object, metadata: object, buffers: readonly Uint8Array[]): Comm;
  registerTarget(target: string, opened: (comm: Comm) => unknown): void;
}

interface Kernel {
  readonly comms?: KernelComms;
  readonly interactive?: boolean;
}

const kernel = (): Kernel | undefined => (globalThis as { Jupyter?: Kernel }).Jupyter;

export function kernelComms(): KernelComms | undefined {
  return kernel()?.comms;
}

/** Whether somebody can use a widget while the cell runs. */
export function isInteractive(): boolean {
  return kernelComms() !== undefined && kernel()?.interactive === true;
}
