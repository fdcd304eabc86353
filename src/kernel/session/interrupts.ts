import { setTimeout as sleep } from "node:timers/promises";
import { GUARDED, type Shared } from "../threads";
import { currentCell, Interrupted, type Cell } from "./cell";
import { noteAwait, placeOf } from "./errors";
import { stopTraining, trainingEnds } from "./training";

/** Milliseconds in which work that knows of the interrupt may end by itself, such as a `fit` at its batch. */
const GRACE = 700;
/** Milliseconds between two looks whether it did. */
const LOOK = 10;
/** Milliseconds after which a training that does not stop is left alone. */
const LONGEST_BATCH = 60_000;

/** Ends what cells wait for. The awaits of a cell go through `wait` and `iterate`. */
export class Interrupts {
  private readonly waiting = new Map<(reason: Interrupted) => void, Cell | undefined>();

  constructor(private readonly shared: Shared) {}

  /** What an `await` of a cell waits for: the value, or an interrupt, whichever comes first. */
  readonly wait = (value: unknown): unknown => {
    const cell = currentCell();
    if (cell?.interrupted) throw new Interrupted();
    if (!isThenable(value)) return value;
    const place = placeOf(this.wait);
    return new Promise((resolve, reject) => {
      const fail = (reason: unknown): void => {
        noteAwait(reason, place);
        reject(reason);
      };
      const settle = (how: (value: unknown) => void) => (result: unknown) => {
        this.waiting.delete(fail);
        if (cell?.interrupted) fail(new Interrupted());
        else how(result);
      };
      this.waiting.set(fail, cell);
      value.then(settle(resolve), settle(fail));
    });
  };

  /** What a `for await` of a cell goes through. */
  readonly iterate = (iterable: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<unknown> => {
    const { wait } = this;
    return {
      [Symbol.asyncIterator]() {
        const inner = (Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : syncIterator(iterable)) as AsyncIterator<unknown>;
        return {
          next: async () => (await wait(inner.next())) as IteratorResult<unknown>,
          return: async (value) => (await inner.return?.(value)) ?? { done: true, value },
        };
      },
    };
  };

  /**
   * Interrupts `running`, and what cells before them have left running. A listener of the cell's signal, and a
   * running tfjs training, have a moment to come to a good end; then every await of the cells fails.
   */
  async interrupt(running: ReadonlySet<Cell>): Promise<void> {
    const cells = new Set([...running, ...[...this.waiting.values()].filter((cell) => cell !== undefined)]);
    const current = currentCell();
    if (current) cells.add(current);
    if ([...cells].every((cell) => cell.interrupted)) return;
    const patient = [...cells].some((cell) => cell.hasListeners);
    for (const cell of cells) cell.interrupt();
    Atomics.store(this.shared, GUARDED, 1);
    const trainings = stopTraining();
    Atomics.store(this.shared, GUARDED, 0);
    if (patient || trainings.length > 0) {
      for (const end = Date.now() + GRACE; Date.now() < end && ([...running].some((cell) => !cell.ended)); ) await sleep(LOOK);
    }
    for (const reject of [...this.waiting.keys()]) reject(new Interrupted());
    this.waiting.clear();
    for (const cell of cells) cell.stop(new Interrupted());
    await trainingEnds(trainings, LONGEST_BATCH);
    if (!patient) for (const cell of cells) cell.halted = true;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** As JavaScript does for a `for await` over plain iterables: each element is awaited. */
async function* syncIterator(iterable: Iterable<unknown>): AsyncGenerator<unknown> {
  for (const value of iterable) yield await value;
}
