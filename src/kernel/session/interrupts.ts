import promises from "node:timers/promises";
import { ANSWERED, TURN, TURNS, type Shared } from "../threads";
import { currentCell, Interrupted, type Cell } from "./cell";
import { noteAwait, placeOf } from "./errors";
import { stopTraining, trainingEnds, type Trainable } from "./training";

/** Node's own, taken before timers are bound to cells. */
const sleep = promises.setTimeout;
/** Milliseconds in which work that knows of the interrupt may end by itself, such as a `fit` at its batch. */
const GRACE = 700;
/** Milliseconds between two looks whether it did. */
const LOOK = 10;
/** Milliseconds after which a training that does not stop is left alone. */
const LONGEST_BATCH = 60_000;

/** Ends what cells wait for. The awaits of a cell go through `wait` and `iterate`. */
export class Interrupts {
  private readonly waiting = new Map<(reason: Interrupted) => void, Cell | undefined>();

  constructor(
    private readonly shared: Shared,
    private readonly answered: () => void,
  ) {}

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
        const inner = (
          Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : syncIterator(iterable)
        ) as AsyncIterator<unknown>;
        return {
          next: async () => (await wait(inner.next())) as IteratorResult<unknown>,
          return: async (value) => (await inner.return?.(value)) ?? { done: true, value },
        };
      },
    };
  };

  /**
   * Deals with interrupt `number`: the cells in `running` end, and what cells before them have left running.
   * @returns false when there is nothing to do: it was dealt with, or JavaScript is about to be terminated and the wire asks again
   */
  take(number: number, running: ReadonlySet<Cell>): boolean {
    if (Atomics.load(this.shared, ANSWERED) >= number) return false;
    if (Atomics.compareExchange(this.shared, TURN, TURNS.free, TURNS.session) !== TURNS.free) return false;
    try {
      this.interrupt(running);
      Atomics.store(this.shared, ANSWERED, number);
    } finally {
      Atomics.store(this.shared, TURN, TURNS.free);
    }
    this.answered();
    return true;
  }

  /** May be broken off at any place and called again. */
  private interrupt(running: ReadonlySet<Cell>): void {
    const cells = new Set([...running, ...[...this.waiting.values()].filter((cell) => cell !== undefined)]);
    const current = currentCell();
    if (current) cells.add(current);
    if (running.size === 0 && this.waiting.size === 0 && [...cells].every((cell) => cell.interrupted)) return;
    const patient = [...cells].some((cell) => cell.hasListeners);
    const trainings = stopTraining();
    for (const cell of cells) cell.interrupt();
    void this.end(cells, running, trainings, patient);
  }

  /**
   * A listener of a cell's signal (`patient`), and a running tfjs training, have a moment to come to a good end; then
   * every await of the cells fails.
   */
  private async end(
    cells: ReadonlySet<Cell>,
    running: ReadonlySet<Cell>,
    trainings: readonly Trainable[],
    patient: boolean,
  ): Promise<void> {
    if (patient || trainings.length > 0) {
      for (const end = Date.now() + GRACE; Date.now() < end && [...running].some((cell) => !cell.ended);)
        await sleep(LOOK);
    }
    for (const reject of [...this.waiting.keys()]) reject(new Interrupted());
    this.waiting.clear();
    await sleep(0); // What the cells do when they are told still belongs to them.
    for (const cell of cells) cell.stop(new Interrupted());
    await trainingEnds(trainings, LONGEST_BATCH);
    if (!patient) for (const cell of cells) cell.halted = true;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** As JavaScript does for a `for await` over plain iterables: each element is awaited. */
async function* syncIterator(iterable: Iterable<unknown>): AsyncGenerator<unknown> {
  for (const value of iterable) yield await value;
}
