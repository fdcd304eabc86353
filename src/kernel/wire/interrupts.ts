import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import type { ToSession } from "../threads";
import { signalDescendants } from "./processes";

/** Milliseconds in which a session whose event loop turns answers. */
const PATIENCE = 80;

/** Stops what the session's thread is doing, whatever that is. */
export class Interrupts {
  private number = 0;
  private answered = 0;
  private inspector: Session | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly post: (message: ToSession) => void) {}

  /** The session says that it has dealt with interrupt `number`. */
  acknowledge(number: number): void {
    this.answered = Math.max(this.answered, number);
  }

  /** Interrupts the session; settles when it has taken notice. */
  interrupt(): Promise<void> {
    const number = ++this.number;
    this.running = this.running.then(() => this.insist(number));
    return this.running;
  }

  /**
   * A session that awaits something reads the message. One that is in a loop has its JavaScript terminated from
   * here, and reads the message then. One that waits inside a system call, for a child process, gets the child
   * interrupted, then killed. The message is repeated because terminating may hit the very code that reads it.
   */
  private async insist(number: number): Promise<void> {
    const steps = [
      () => this.terminate(),
      () => this.terminate(),
      () => signalDescendants("SIGINT"),
      () => this.terminate(),
      () => signalDescendants("SIGKILL"),
    ];
    for (let step = 0; ; step++) {
      this.post({ kind: "interrupt", number });
      await sleep(PATIENCE);
      if (this.answered >= number) return;
      if (step < steps.length) steps[step]();
      else this.terminate();
    }
  }

  private terminate(): void {
    if (!this.inspector) {
      this.inspector = new Session();
      this.inspector.connectToMainThread();
    }
    this.inspector.post("Runtime.terminateExecution");
  }
}
