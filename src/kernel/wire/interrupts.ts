import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { ANSWERED, TURN, TURNS, type Shared, type ToSession } from "../threads";
import { signalDescendants } from "./processes";

/** Milliseconds in which a session whose event loop turns answers. */
const PATIENCE = 80;
/** How often the session may be waited for that long while it deals with an interrupt; code of a cell may run there too. */
const LONGEST_TURN = 25;

/** Stops what the session's thread is doing, whatever that is. */
export class Interrupts {
  private asked = 0;
  private insisting = Promise.resolve();
  private wake: (() => void) | undefined;
  /** JavaScript of the session is being terminated. */
  private terminating = false;

  constructor(
    private readonly post: (message: ToSession) => void,
    private readonly shared: Shared,
  ) {}

  /** The session has dealt with an interrupt. */
  look(): void {
    this.wake?.();
  }

  /** Interrupts the session; settles when it has dealt with it. */
  interrupt(): Promise<void> {
    if (this.answered) {
      this.asked++;
      this.insisting = this.insisting.then(() => this.insist());
    }
    this.ask(false);
    return this.insisting;
  }

  /**
   * A session that awaits something reads the message. One that is in a loop has its JavaScript terminated from
   * here, and reads the message then. One that waits inside a system call, for a child process, gets the child
   * interrupted, then killed.
   */
  private async insist(): Promise<void> {
    const inspector = new Session();
    let connected = false;
    const terminate = (): void => {
      if (this.terminating) return;
      if (!connected) inspector.connectToMainThread();
      connected = this.terminating = true;
      // Called when the termination is over: what was running has ended.
      inspector.post("Runtime.terminateExecution", () => {
        this.terminating = false;
        this.wake?.();
      });
    };
    const steps = [
      terminate,
      terminate,
      () => signalDescendants("SIGINT"),
      terminate,
      () => signalDescendants("SIGKILL"),
    ];
    await this.pause(() => this.answered);
    for (let step = 0; await this.takeTurn(); step++) {
      (steps[step] ?? terminate)();
      this.ask(true); // A session that runs nothing has to run something to be terminated.
      await this.pause(() => !this.terminating);
      if (this.terminating) continue;
      Atomics.store(this.shared, TURN, TURNS.free);
      this.ask(true);
      await this.pause(() => this.answered);
    }
    inspector.disconnect();
  }

  /** Takes the turn to act on the interrupt; false when the session has dealt with it. */
  private async takeTurn(): Promise<boolean> {
    for (let pauses = 0; pauses < LONGEST_TURN && !this.answered; pauses++) {
      if (Atomics.compareExchange(this.shared, TURN, TURNS.free, TURNS.wire) !== TURNS.session) break;
      await this.pause(() => this.answered);
    }
    const needed = !this.answered;
    Atomics.store(this.shared, TURN, needed ? TURNS.wire : TURNS.free);
    return needed;
  }

  private get answered(): boolean {
    return Atomics.load(this.shared, ANSWERED) >= this.asked;
  }

  private ask(terminated: boolean): void {
    this.post({ kind: "interrupt", number: this.asked, terminated });
  }

  /** Waits until something has happened, but not long. */
  private async pause(hasHappened: () => boolean): Promise<void> {
    const end = Date.now() + PATIENCE;
    for (let left = PATIENCE; left > 0 && !hasHappened(); left = end - Date.now()) {
      await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), sleep(left)]);
    }
  }
}
