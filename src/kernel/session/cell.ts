import { getEventListeners } from "node:events";
import { promiseHooks } from "node:v8";
import { CellError } from "./realm";

/** A message that runs user code, usually a cell, with everything that it starts: timers, promises, output. */
export class Cell {
  private abort: AbortController | undefined;
  private fail: ((reason: unknown) => void) | undefined;
  /** It has ended; what it started may still be running. */
  ended = false;
  /** It was interrupted. */
  interrupted = false;
  /** It was interrupted, and nothing of it needs a moment to stop by itself: its timers don't fire any more. */
  halted = false;

  /**
   * @param request the number of the message
   * @param count the execution count; undefined for a message that isn't a cell
   * @param id the cell's id in its notebook, which stays the same when it runs again; not every client sends it
   * @param isInteractive whether somebody sits at the client, who can answer and click; a tool that runs notebooks says
   *   that nobody does
   */
  constructor(
    readonly request: number,
    readonly count?: number,
    readonly id?: string,
    readonly isInteractive = false,
  ) {}

  /** The name of the cell in error messages, and of its script in stack traces. */
  get label(): string {
    return cellLabel(this.count);
  }

  /** Aborted when the cell is interrupted. */
  get signal(): AbortSignal {
    this.abort ??= new AbortController();
    return this.abort.signal;
  }

  /** Whether any code listens to the signal, and so promises to stop at a good place. */
  get hasListeners(): boolean {
    return this.abort !== undefined && getEventListeners(this.abort.signal, "abort").length > 0;
  }

  /** Marks the cell as interrupted and aborts its signal. */
  interrupt(): void {
    if (this.interrupted) return;
    this.interrupted = true;
    this.abort?.abort(new Interrupted());
  }

  /**
   * Runs `work` in promise jobs of the cell. Its outcome, or the reason given to `stop` before, is passed to one of the
   * two functions, once and not through a promise: an interrupt may terminate any code, including the kernel's own, and
   * drop the jobs that are waiting.
   */
  run<T>(work: () => Promise<T> | T, succeeded: (value: T) => void, failed: (reason: unknown) => void): void {
    const ends =
      <V>(how: (value: V) => void) =>
      (value: V): void => {
        if (this.ended) return;
        how(value);
        this.ended = true;
        this.fail = undefined;
      };
    this.fail = ends(failed);
    void runInJob(this, work).then(ends(succeeded), this.fail);
  }

  /** Ends the cell with an error; false if it has already ended. */
  stop(reason: unknown): boolean {
    if (this.ended) return false;
    this.fail?.(reason);
    return true;
  }
}

/** Thrown where a cell is waiting when it is interrupted, and reported as its error. */
export class Interrupted extends CellError {
  override readonly name = "Interrupted";
  constructor(options?: ErrorOptions) {
    super("The cell was interrupted.", options);
  }
}

/** The name of the cell with execution count `count`. */
export const cellLabel = (count: number | undefined): string => (count === undefined ? "In [ ]" : `In [${count}]`);

/*
 * Which cell's code is running. Every promise remembers the cell in which it was created, and its jobs run for that
 * cell. Node's AsyncLocalStorage isn't used because up to Node 22 it pushes an id for each job onto a stack of Node's
 * own; a job that is terminated never pops it, and Node then ends the process. For the same reason all user code runs
 * in promise jobs, including the code of timers.
 */
const CELL = Symbol("cell");
interface Tagged {
  [CELL]?: Cell;
}
let current: Cell | undefined;
let latest: Cell | undefined;

promiseHooks.createHook({
  init(promise) {
    // Not enumerable, for printed promises don't show it.
    if (current) Reflect.defineProperty(promise, CELL, { value: current });
  },
  before(promise) {
    current = (promise as Tagged)[CELL];
  },
  after() {
    current = undefined;
  },
});

/** Runs `work` for `cell` in a promise job of its own. */
export function runInJob<T>(cell: Cell, work: () => Promise<T> | T): Promise<T> {
  const outer = current;
  current = cell;
  const result = Promise.resolve().then(work);
  current = outer;
  return result;
}

/** Makes `cell` the one to which output belongs if nobody knows which cell caused it. */
export function setLatestCell(cell: Cell): Cell {
  latest = cell;
  return cell;
}

/** The cell whose code is running, possibly in one of its timers or after an await. */
export function currentCell(): Cell | undefined {
  return current ?? latest;
}

/** The cell that created `promise`. */
export function cellOf(promise: Promise<unknown>): Cell | undefined {
  return (promise as Tagged)[CELL] ?? latest;
}
