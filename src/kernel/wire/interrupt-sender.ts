import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { signalDescendants } from "../../shared/process-tree.cjs";
import { HANDLED_INTERRUPT, INTERRUPT_LOCK, LOCK_OWNER, type Shared, type ToSession } from "../protocol";

/** How long a session whose event loop is turning takes to handle an interrupt, at most. */
const RESPONSE_MS = 80;
/**
 * When it's clear that the session is inside native code, which nothing can interrupt. Everything else ends within half
 * of that, on a busy machine too.
 */
const STUCK_MS = 1500;
/**
 * And how many attempts that takes at least, so that a computer that stood still for a moment, such as one that was
 * asleep, isn't taken for native code.
 */
const STUCK_ATTEMPTS = 8;
/** An interrupt that comes this soon after the user was told so isn't an answer to that. */
const REACTION_MS = 300;
/** How many times the wire waits that long while the session is handling an interrupt; user code may run there too. */
const MAX_LOCK_WAITS = 25;

/** Stops what the session's thread is doing, whatever that is. */
export class InterruptSender {
  private sent = 0;
  private escalation = Promise.resolve();
  private wake: (() => void) | undefined;
  /** JavaScript of the session is being terminated. */
  private terminating = false;
  private stuckSince = Infinity;

  /**
   * @param stand the debugger, which may have stopped the session
   * @param reportStuck called when the session doesn't react, because it's inside native code
   */
  constructor(
    private readonly post: (message: ToSession) => void,
    private readonly shared: Shared,
    private readonly stand: { readonly isStopped: boolean; terminate(terminated: () => void): void },
    private readonly reportStuck: () => void,
  ) {}

  /** Resolves when the session has handled all interrupts; requests that come later must not be interrupted by them. */
  get settled(): Promise<void> {
    return this.escalation;
  }

  /** Whether the user has had the time to read that the session is stuck. */
  get isKnownToBeStuck(): boolean {
    return Date.now() - this.stuckSince > REACTION_MS;
  }

  /** To be called when the session reports that it has handled an interrupt. */
  sessionHandledInterrupt(): void {
    this.wake?.();
  }

  /** Interrupts the session; resolves when it has handled the interrupt. */
  interrupt(): Promise<void> {
    if (this.handled) {
      this.sent++;
      this.escalation = this.escalation.then(() => this.escalate());
    }
    this.notify(false);
    return this.escalation;
  }

  /**
   * A session that awaits something reads the message. If it is in a loop, its JavaScript is terminated from here, and
   * it reads the message then. If it is inside a system call, waiting for a child process, the child is interrupted,
   * then killed.
   */
  private async escalate(): Promise<void> {
    const inspector = new Session();
    let connected = false;
    const terminate = (): void => {
      if (this.terminating) return;
      this.terminating = true;
      // Called when the termination is over: whatever was running has ended.
      const terminated = (): void => {
        this.terminating = false;
        this.wake?.();
      };
      // Nobody else can connect to a session that stands still.
      if (this.stand.isStopped) return this.stand.terminate(terminated);
      if (!connected) inspector.connectToMainThread();
      connected = true;
      inspector.post("Runtime.terminateExecution", terminated);
    };
    const steps = [
      terminate,
      terminate,
      () => signalDescendants(process.pid, "SIGINT"),
      terminate,
      () => signalDescendants(process.pid, "SIGKILL"),
    ];
    const start = Date.now();
    // A session that stands still reads no message, and nothing more of its cell is to run.
    if (!this.stand.isStopped) await this.waitUntil(() => this.handled);
    for (let step = 0; await this.acquire(); step++) {
      if (this.stuckSince === Infinity && step >= STUCK_ATTEMPTS && Date.now() - start > STUCK_MS) {
        this.stuckSince = Date.now();
        this.reportStuck();
      }
      (steps[step] ?? terminate)();
      this.notify(true); // An idle session has to run something before it can be terminated.
      await this.waitUntil(() => !this.terminating);
      if (this.terminating) continue;
      Atomics.store(this.shared, INTERRUPT_LOCK, LOCK_OWNER.nobody);
      this.notify(true);
      await this.waitUntil(() => this.handled);
    }
    this.stuckSince = Infinity;
    inspector.disconnect();
  }

  /** Acquires the lock for the wire; false when the session has handled the interrupt. */
  private async acquire(): Promise<boolean> {
    const { nobody, session, wire } = LOCK_OWNER;
    for (let waits = 0; waits < MAX_LOCK_WAITS && !this.handled; waits++) {
      if (Atomics.compareExchange(this.shared, INTERRUPT_LOCK, nobody, wire) !== session) break;
      await this.waitUntil(() => this.handled);
    }
    const needed = !this.handled;
    Atomics.store(this.shared, INTERRUPT_LOCK, needed ? wire : nobody);
    return needed;
  }

  private get handled(): boolean {
    return Atomics.load(this.shared, HANDLED_INTERRUPT) >= this.sent;
  }

  private notify(terminated: boolean): void {
    this.post({ kind: "interrupt", number: this.sent, terminated });
  }

  /** Waits until `condition` holds, for `RESPONSE_MS` at most. */
  private async waitUntil(condition: () => boolean): Promise<void> {
    const end = Date.now() + RESPONSE_MS;
    for (let left = RESPONSE_MS; left > 0 && !condition(); left = end - Date.now()) {
      await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), sleep(left)]);
    }
  }
}
