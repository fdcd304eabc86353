import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { GUARDED, type Shared, type ToSession } from "../threads";
import { signalDescendants } from "./processes";

/** Milliseconds in which a session whose event loop turns answers. */
const PATIENCE = 80;

/** Stops what the session's thread is doing, whatever that is. */
export class Interrupts {
  private asked = 0;
  private answered = 0;
  private insisting: Promise<void> | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly post: (message: ToSession) => void,
    private readonly shared: Shared,
  ) {}

  /** The session says that it has dealt with interrupt `number`. */
  acknowledge(number: number): void {
    this.answered = Math.max(this.answered, number);
    this.wake?.();
  }

  /** Interrupts the session; settles when it has taken notice. */
  interrupt(): Promise<void> {
    this.post({ kind: "interrupt", number: ++this.asked, terminated: false });
    this.insisting ??= this.insist().finally(() => {
      this.insisting = undefined;
    });
    return this.insisting;
  }

  /**
   * A session that awaits something reads the message. One that is in a loop has its JavaScript terminated from
   * here, and reads the message then. One that waits inside a system call, for a child process, gets the child
   * interrupted, then killed. The message is repeated because terminating may hit the very code that reads it.
   */
  private async insist(): Promise<void> {
    const inspector = new Session();
    let connected = false;
    const terminate = (): void => inspector.post("Runtime.terminateExecution");
    const steps = [terminate, terminate, () => signalDescendants("SIGINT"), terminate, () => signalDescendants("SIGKILL")];
    for (let step = 0; ; step++) {
      await this.answer();
      if (this.answered >= this.asked) break;
      if (Atomics.load(this.shared, GUARDED) === 1) {
        step--;
        continue;
      }
      if (!connected) inspector.connectToMainThread();
      connected = true;
      (steps[step] ?? terminate)();
      this.post({ kind: "interrupt", number: this.asked, terminated: true });
    }
    inspector.disconnect();
  }

  /** Waits for an acknowledgement, but not long. */
  private async answer(): Promise<void> {
    if (this.answered >= this.asked) return;
    await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), sleep(PATIENCE)]);
  }
}
