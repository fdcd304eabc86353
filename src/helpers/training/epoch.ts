import { type Batch, BatchedDataset } from "../dataset";
import type * as tf from "../tf";

/** Loss and metrics by Keras's names, such as `{ loss: 0.0432, accuracy: 0.9871 }`. */
export type Logs = Record<string, number>;

/** What is done with each batch; gives its loss and metrics by tfjs's names. */
export interface Step {
  /** A step on one batch. */
  onBatch(xs: tf.Tensor, ys: tf.Tensor): Logs;
  /** A step on each of several batches in turn, each given by its rows of `xs` and `ys`; as one run of one graph, once that is loaded. */
  onRows(xs: tf.Tensor, ys: tf.Tensor, batches: Int32Array[]): Logs[];
  /** In so many steps, the graph of several saves the time that it takes to load. */
  readonly stepsThatPay: number;
}

/** What {@link runEpoch} has to know beside dataset and step. */
export interface EpochOptions {
  /** How many steps like this epoch's there will be in all, this epoch's among them. */
  readonly stepsInAll: number;
  /** Whether {@link afterBatch} must find the model as it is after its batch, so that no other step may have been taken. */
  readonly oneByOne?: boolean;
  /** Is told the batch's number from 0, its own logs and the means so far; `false` ends the pass. */
  afterBatch?(batch: number, logs: Logs, means: () => Logs): Promise<boolean>;
}

/** How many steps are taken in one go where that pays … */
const STEPS_IN_ONE_GO = 5;
/** … if they take no longer than this: timers, messages and a stop button have to wait for their end. */
const LONGEST_GO_MS = 200;

/**
 * Goes once through a dataset.
 *
 * @returns the means over all examples that were seen, by Keras's names
 */
export async function runEpoch(
  dataset: tf.data.Dataset<Batch>,
  step: Step,
  { stepsInAll, oneByOne = false, afterBatch }: EpochOptions,
): Promise<Logs> {
  const sums: Logs = {};
  let examples = 0;
  const means = () => Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / examples]));
  const several = !oneByOne && stepsInAll >= step.stepsThatPay;
  const goes =
    dataset instanceof BatchedDataset
      ? goesOverRows(dataset, step, several ? STEPS_IN_ONE_GO : 1)
      : goesOverBatches(dataset, step);
  let batch = 0;
  let goesOn = true;
  for await (const taken of goes) {
    for (const { size, logs: byTfjs } of taken) {
      const logs = kerasNames(byTfjs);
      examples += size;
      for (const [name, value] of Object.entries(logs)) sums[name] = (sums[name] ?? 0) + value * size;
      if (afterBatch !== undefined && !(await afterBatch(batch, logs, means))) goesOn = false;
      batch++;
    }
    if (!goesOn) break;
    // Steps are synchronous: timers, messages and a stop button get their turn between two goes.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return means();
}

/** A step that has been taken, on so many examples. */
interface StepTaken {
  readonly size: number;
  readonly logs: Logs;
}

/** Takes the steps of an epoch over any dataset, one at a time, and disposes each batch after its step. */
async function* goesOverBatches(dataset: tf.data.Dataset<Batch>, step: Step): AsyncGenerator<StepTaken[]> {
  const iterator = await dataset.iterator();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const { xs, ys } = next.value;
    const size = xs.shape[0];
    let logs: Logs;
    try {
      logs = step.onBatch(xs, ys);
    } finally {
      xs.dispose();
      ys.dispose();
    }
    yield [{ size, logs }];
  }
}

/** Takes the steps of an epoch over a dataset that lies in memory; its batches are gathered as a part of the steps. */
async function* goesOverRows(dataset: BatchedDataset, step: Step, mostInOneGo: number): AsyncGenerator<StepTaken[]> {
  const batches = [...dataset.indices()];
  let stepMs = Infinity;
  for (let first = 0; first < batches.length;) {
    // Each number of steps has a graph of its own, so it is this one or 1.
    const several = first + mostInOneGo <= batches.length && mostInOneGo * stepMs <= LONGEST_GO_MS;
    const rows = batches.slice(first, first + (several ? mostInOneGo : 1));
    const start = performance.now();
    const logs = step.onRows(dataset.xs, dataset.ys, rows);
    stepMs = (performance.now() - start) / rows.length;
    yield logs.map((log, i) => ({ size: rows[i].length, logs: log }));
    first += rows.length;
  }
}

/** tfjs calls accuracy `acc`. */
function kerasNames(logs: Logs): Logs {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [name === "acc" ? "accuracy" : name, value]));
}
