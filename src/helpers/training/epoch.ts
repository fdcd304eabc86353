import { type Batch, BatchedDataset } from "../dataset";
import type { Logs } from "../history/history";
import type * as tf from "../tf";
import type { Step } from "./steps";

/** What {@link runEpoch} needs to know besides dataset and step. */
export interface EpochOptions {
  /** How many steps like these there will be in all, this epoch's included. */
  readonly totalSteps: number;
  /** {@link afterBatch} needs the model as it is after its batch, so no further step may have been taken. */
  readonly oneByOne?: boolean;
  /** Gets the batch's number from 0, its own logs and the means so far; returns `false` to end the epoch. */
  afterBatch?(batch: number, logs: Logs<string>, means: () => Logs<string>): Promise<boolean>;
}

/** How many steps are taken in one run of a graph where that is worth it; Keras's `steps_per_execution` … */
const STEPS_PER_EXECUTION = 5;
/** … provided that they take no longer than this: timers, messages and a stop button have to wait for them. */
const MAX_EXECUTION_MS = 200;

/**
 * Goes through a dataset once.
 *
 * @returns the means over all examples seen, by Keras's names
 */
export async function runEpoch(
  dataset: tf.data.Dataset<Batch>,
  step: Step,
  { totalSteps, oneByOne = false, afterBatch }: EpochOptions,
): Promise<Logs<string>> {
  const sums: Record<string, number> = {};
  let examples = 0;
  const means = () => Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / examples]));
  const stepsPerExecution = !oneByOne && totalSteps >= step.breakEvenSteps ? STEPS_PER_EXECUTION : 1;
  const executions =
    dataset instanceof BatchedDataset
      ? stepRows(dataset as BatchedDataset, step, stepsPerExecution)
      : stepBatches(dataset, step);
  let batch = 0;
  let stopped = false;
  for await (const results of executions) {
    for (const { size, logs: logsByTfjs } of results) {
      const logs = kerasNames(logsByTfjs);
      examples += size;
      for (const [name, value] of Object.entries(logs)) sums[name] = (sums[name] ?? 0) + value * size;
      if (afterBatch !== undefined && !(await afterBatch(batch, logs, means))) stopped = true;
      batch++;
    }
    if (stopped) break;
    // Steps are synchronous: timers, messages and a stop button get their turn between two executions.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return means();
}

/** The result of one step. */
interface StepResult {
  /** The number of examples in the batch. */
  readonly size: number;
  readonly logs: Logs<string>;
}

/** Takes an epoch's steps over any dataset, one at a time, and disposes each batch after its step. */
async function* stepBatches(dataset: tf.data.Dataset<Batch>, step: Step): AsyncGenerator<StepResult[]> {
  const iterator = await dataset.iterator();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const { xs, ys } = next.value;
    const size = xs.shape[0];
    let logs: Logs<string>;
    try {
      logs = step.onBatch(xs, ys);
    } finally {
      xs.dispose();
      ys.dispose();
    }
    yield [{ size, logs }];
  }
}

/** Takes an epoch's steps over a dataset in memory; its batches are gathered as part of the steps. */
async function* stepRows(dataset: BatchedDataset, step: Step, stepsPerExecution: number): AsyncGenerator<StepResult[]> {
  const batches = [...dataset.indices()];
  let stepMs = Infinity;
  for (let first = 0; first < batches.length;) {
    // Each number of steps has its own graph, so it is either this one or 1.
    const several = first + stepsPerExecution <= batches.length && stepsPerExecution * stepMs <= MAX_EXECUTION_MS;
    const rows = batches.slice(first, first + (several ? stepsPerExecution : 1));
    const start = performance.now();
    const logs = step.onRows(dataset.xs, dataset.ys, rows);
    stepMs = (performance.now() - start) / rows.length;
    yield logs.map((log, i) => ({ size: rows[i].length, logs: log }));
    first += rows.length;
  }
}

/** tfjs calls accuracy `acc`. */
function kerasNames(logs: Logs<string>): Logs<string> {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [name === "acc" ? "accuracy" : name, value]));
}
