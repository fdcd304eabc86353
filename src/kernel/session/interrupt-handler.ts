import promises from "node:timers/promises";
import { HANDLED_INTERRUPT, INTERRUPT_LOCK, LOCK_OWNER, type Shared } from "../protocol";
import { currentCell, Interrupted, type Cell } from "./cell";
import { noteAwait, placeOf } from "./errors";
import { isThenable, whenSettled } from "./realm";
import { stopTraining, trainingEnds, type Trainable } from "./training";

/** Node's own, taken before timers are bound to cells. */
const sleep = promises.setTimeout;
/** How long work that knows about the interrupt gets to stop by itself, such as a `fit` after its current batch. */
const STOP_GRACE_MS = 700;
/** How often to check whether it has stopped. */
const POLL_MS = 10;
/** How long to wait for a training that doesn't stop. */
const MAX_BATCH_MS = 60_000;

/** Ends what cells are waiting for. The awaits of a cell go through `wait` and `iterate`. */
export class InterruptHandler {
  private readonly waiting = new Map<(reason: Interrupted) => void, Cell | undefined>();

  constructor(
    private readonly shared: Shared,
    private readonly reportHandled: () => void,
  ) {}

  /** An `await` of a cell: the value or an interrupt, whichever comes first. */
  readonly wait = (value: unknown): unknown => {
    const cell = currentCell();
    if (cell?.interrupted) throw new Interrupted();
    if (!isThenable(value)) return value;
    const place = placeOf(this.wait);
    return new Promise((resolve, reject) => {
      const fail = (reason: unknown): void => {
        noteAwait(reason, place);
        reject(reason as Error);
      };
      const settle = (how: (value: unknown) => void) => (result: unknown) => {
        this.waiting.delete(fail);
        if (cell?.interrupted) fail(new Interrupted());
        else how(result);
      };
      this.waiting.set(fail, cell);
      whenSettled(value, settle(resolve), settle(fail));
    });
  };

  /** A `for await` of a cell. */
  readonly iterate = (iterable: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<unknown> => {
    const { wait } = this;
    return {
      [Symbol.asyncIterator]() {
        const inner = (
          Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : syncIterator(iterable)
        ) as AsyncIterator<unknown>;
        return {
          next: async () => (await wait(inner.next())) as IteratorResult<unknown>,
          return: async (value: unknown) => (await inner.return?.(value)) ?? { done: true, value },
        };
      },
    };
  };

  /**
   * Handles interrupt `number`: ends the cells in `running` and what earlier cells have left running.
   * @returns false if there is nothing to do: it has been handled, or the wire is about to terminate JavaScript and
   *   will ask again
   */
  handleInterrupt(number: number, running: ReadonlySet<Cell>): boolean {
    const { nobody, session } = LOCK_OWNER;
    if (Atomics.load(this.shared, HANDLED_INTERRUPT) >= number) return false;
    if (Atomics.compareExchange(this.shared, INTERRUPT_LOCK, nobody, session) !== nobody) return false;
    try {
      this.interrupt(running);
      Atomics.store(this.shared, HANDLED_INTERRUPT, number);
    } finally {
      Atomics.store(this.shared, INTERRUPT_LOCK, nobody);
    }
    this.reportHandled();
    return true;
  }

  /** May be terminated anywhere and called again. */
  private interrupt(running: ReadonlySet<Cell>): void {
    const cells = new Set([...running, ...[...this.waiting.values()].filter((cell) => cell !== undefined)]);
    const current = currentCell();
    if (current) cells.add(current);
    if (running.size === 0 && this.waiting.size === 0 && [...cells].every((cell) => cell.interrupted)) return;
    const patient = [...cells].some((cell) => cell.hasListeners);
    const trainings = stopTraining();
    for (const cell of cells) cell.interrupt();
    // At once: a timer that is due by now could loop for ever, and this interrupt counts as handled.
    if (!patient && trainings.length === 0) for (const cell of cells) cell.halted = true;
    void this.end(cells, running, trainings, patient);
  }

  /**
   * Listeners of a cell's signal (`patient`) and running tfjs trainings get a moment to stop by themselves; then every
   * await of the cells fails.
   */
  private async end(
    cells: ReadonlySet<Cell>,
    running: ReadonlySet<Cell>,
    trainings: readonly Trainable[],
    patient: boolean,
  ): Promise<void> {
    if (patient || trainings.length > 0) {
      for (const end = Date.now() + STOP_GRACE_MS; Date.now() < end && [...running].some((cell) => !cell.ended);)
        await sleep(POLL_MS);
    }
    for (const reject of [...this.waiting.keys()]) reject(new Interrupted());
    this.waiting.clear();
    await sleep(0); // What the cells do about it still belongs to them.
    for (const cell of cells) cell.stop(new Interrupted());
    await trainingEnds(trainings, MAX_BATCH_MS);
    if (!patient) for (const cell of cells) cell.halted = true;
  }
}

/** Awaits each element, like JavaScript's `for await` over a plain iterable. */
async function* syncIterator(iterable: Iterable<unknown>): AsyncGenerator<unknown> {
  for (const value of iterable) yield await value;
}
