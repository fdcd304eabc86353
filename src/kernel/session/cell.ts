import { getEventListeners } from "node:events";
import { promiseHooks } from "node:v8";

/** One message that runs user code, most often a cell, and all that it has started: timers, promises, output. */
export class Cell {
  private abort: AbortController | undefined;
  private fail: ((reason: unknown) => void) | undefined;
  /** The names that the cell has assigned at its top. */
  readonly assigned = new Set<string>();
  /** It has ended; what it started may go on. */
  ended = false;
  /** It was interrupted. */
  interrupted = false;
  /** It was interrupted and its work is at an end: its timers do not fire any more. */
  halted = false;

  /**
   * @param request the number of the message
   * @param count the execution count, or nothing for a message that is not a cell
   */
  constructor(
    readonly request: number,
    readonly count?: number,
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

  /** Whether some code has promised to stop at a good place by listening to the signal. */
  get hasListeners(): boolean {
    return this.abort !== undefined && getEventListeners(this.abort.signal, "abort").length > 0;
  }

  /** Marks the cell and tells those who listen to its signal. */
  interrupt(): void {
    if (this.interrupted) return;
    this.interrupted = true;
    this.abort?.abort(new Interrupted());
  }

  /**
   * Runs `work` in promise jobs of the cell. What it comes to, or what `stop` is told first, goes to one of the two functions, once
   * and not by way of a promise: an interrupt may terminate any code, the kernel's own included, and drop the jobs that wait.
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

  /** Ends the cell with an error; false when it has ended. */
  stop(reason: unknown): boolean {
    if (this.ended) return false;
    this.fail?.(reason);
    return true;
  }
}

/** Thrown where a cell waits, and reported for it, when it is interrupted. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor(options?: ErrorOptions) {
    super("The cell was interrupted.", options);
  }
}

/** The name of the cell with execution count `count`. */
export const cellLabel = (count: number | undefined): string => (count === undefined ? "In [ ]" : `In [${count}]`);

/*
 * Which cell's code is running. Every promise remembers the cell in which it was made, and its jobs run for that cell.
 * Node's AsyncLocalStorage would do, but up to Node 22 it pushes an identifier for each job on a stack of Node's own, and
 * a job that is terminated never takes it off: Node then ends the process. For the same reason all user code runs in
 * promise jobs, that of timers too.
 */
const CELL = Symbol("cell");
interface Tagged {
  [CELL]?: Cell;
}
let current: Cell | undefined;
let latest: Cell | undefined;

promiseHooks.createHook({
  init(promise) {
    if (current) (promise as Tagged)[CELL] = current;
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

/** Makes `cell` the one that output belongs to where it is not known what started it. */
export function begin(cell: Cell): Cell {
  latest = cell;
  return cell;
}

/** The cell whose code runs, be it in a timer of it or after an await. */
export function currentCell(): Cell | undefined {
  return current ?? latest;
}

/** The cell that made `promise`. */
export function cellOf(promise: Promise<unknown>): Cell | undefined {
  return (promise as Tagged)[CELL] ?? latest;
}
