import { MAX_BACKLOG, OUTPUT_BACKLOG, type Shared } from "../protocol";

/** Counts the output that is waiting to be sent. The session stops at `MAX_BACKLOG`, until the count is lower. */
export class OutputBacklog {
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly shared: Shared) {}

  get isFull(): boolean {
    return Atomics.load(this.shared, OUTPUT_BACKLOG) >= MAX_BACKLOG;
  }

  /** Adds output that doesn't come from the session, which counts its own. */
  add(length: number): void {
    Atomics.add(this.shared, OUTPUT_BACKLOG, length);
  }

  /** Subtracts output that has been sent, or that won't be. */
  remove(length: number): void {
    Atomics.sub(this.shared, OUTPUT_BACKLOG, length);
    Atomics.notify(this.shared, OUTPUT_BACKLOG);
    if (!this.isFull) for (const listener of this.listeners) listener();
  }

  /** Calls `listener` whenever output has been sent and the backlog isn't full. */
  onRoom(listener: () => void): void {
    this.listeners.push(listener);
  }
}
