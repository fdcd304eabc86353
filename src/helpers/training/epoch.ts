import { UsageError } from "../../shared/usage-error";
import { type Batch, BatchedDataset } from "../dataset";
import type { Logs } from "../history/history";
import * as tf from "../tf";
import { checkTensor, describe } from "../tf/checks";
import type { Step } from "./steps";

/** What {@link runEpoch} needs to know besides dataset and step. */
export interface EpochOptions {
  /** The dataset's name in error messages, such as `fit: validationData`. */
  readonly name: string;
  /** How many steps like these there will be in all, this epoch's included; only read for a `BatchedDataset`. */
  readonly totalSteps: number;
  /** {@link afterBatch} needs the model as it is after its batch, so no further step may have been taken. */
  readonly oneByOne?: boolean;
  /** With {@link oneByOne}: called before each step. */
  beforeBatch?(batch: number): Promise<void>;
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
 * @throws UsageError if the dataset yields nothing, or something other than batches
 */
export async function runEpoch(
  dataset: tf.data.Dataset<Batch>,
  step: Step,
  { name, totalSteps, oneByOne = false, beforeBatch, afterBatch }: EpochOptions,
): Promise<Logs<string>> {
  const sums: Record<string, number> = {};
  const streaming = new Set<string>();
  let examples = 0;
  const means = () =>
    Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, streaming.has(name) ? sum : sum / examples]));
  step.reset();
  const stepsPerExecution = !oneByOne && totalSteps >= step.breakEvenSteps ? STEPS_PER_EXECUTION : 1;
  const executions =
    dataset instanceof BatchedDataset
      ? stepRows(dataset as BatchedDataset, step, stepsPerExecution, beforeBatch)
      : stepBatches(dataset, step, name, beforeBatch);
  let batch = 0;
  let stopped = false;
  for await (const results of executions) {
    for (const { size, logs: logsByTfjs } of results) {
      const logs = kerasNames(logsByTfjs);
      for (const name of step.streaming) streaming.add(kerasName(name, logsByTfjs));
      examples += size;
      for (const [name, value] of Object.entries(logs))
        sums[name] = streaming.has(name) ? value : (sums[name] ?? 0) + value * size;
      if (afterBatch !== undefined && !(await afterBatch(batch, logs, means))) stopped = true;
      batch++;
    }
    if (stopped) break;
    // Steps are synchronous: timers, messages and a stop button get their turn between two executions.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (batch === 0) {
    throw new UsageError(
      `${name}: expected at least one batch, found none. ` +
        "Check its filter, or make the dataset again if it can be read only once.",
    );
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
async function* stepBatches(
  dataset: tf.data.Dataset<Batch>,
  step: Step,
  name: string,
  beforeBatch?: (batch: number) => Promise<void>,
): AsyncGenerator<StepResult[]> {
  const iterator = await dataset.iterator();
  let batch = 0;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    let size: number;
    let logs: Logs<string>;
    try {
      checkBatch(name, next.value);
      const { xs, ys } = next.value;
      size = xs.shape[0];
      await beforeBatch?.(batch++);
      logs = step.onBatch(xs, ys);
    } finally {
      tf.dispose(next.value as unknown as tf.TensorContainer);
    }
    yield [{ size, logs }];
  }
}

/** @throws UsageError unless an element of the dataset `name` is a batch: a row for each example in both tensors */
function checkBatch(name: string, element: Batch): void {
  const { xs, ys } = Object(element) as Partial<Batch>;
  if (xs === undefined || ys === undefined) {
    throw new UsageError(
      `${name}: expected batches { xs, ys }, found ${describe(element)}. ` +
        "Make them with dataset.map((element) => ({ xs: …, ys: … })).",
    );
  }
  for (const [part, value] of Object.entries({ xs, ys })) {
    if (!(value instanceof tf.Tensor)) {
      throw new UsageError(
        `${name}: expected one tensor as the ${part} of a batch, found ${describe(value)}. ` +
          "A model with several inputs or outputs trains with TensorFlow.js's own model.fitDataset.",
      );
    }
    checkTensor(`${name}: ${part} of a batch`, value);
  }
  if (xs.rank > 0 && xs.shape[0] > 0 && xs.shape[0] === ys.shape[0]) return;
  throw new UsageError(
    `${name}: expected batches with a row for each example, found xs of shape [${xs.shape.join(", ")}] ` +
      `and ys of shape [${ys.shape.join(", ")}]. Single examples become batches with dataset.batch(100).`,
  );
}

/** Takes an epoch's steps over a dataset in memory; its batches are gathered as part of the steps. */
async function* stepRows(
  dataset: BatchedDataset,
  step: Step,
  stepsPerExecution: number,
  beforeBatch?: (batch: number) => Promise<void>,
): AsyncGenerator<StepResult[]> {
  const batches = [...dataset.indices()];
  let stepMs = Infinity;
  for (let first = 0; first < batches.length;) {
    // Each number of steps has its own graph, so it is either this one or 1.
    const several = first + stepsPerExecution <= batches.length && stepsPerExecution * stepMs <= MAX_EXECUTION_MS;
    const rows = batches.slice(first, first + (several ? stepsPerExecution : 1));
    await beforeBatch?.(first);
    const start = performance.now();
    const logs = step.onRows(dataset.xs, dataset.ys, rows);
    stepMs = (performance.now() - start) / rows.length;
    yield logs.map((log, i) => ({ size: rows[i].length, logs: log }));
    first += rows.length;
  }
}

/** tfjs calls accuracy `acc`, and the first of two metrics of one name `precision_0`. */
function kerasNames(logs: Logs<string>): Logs<string> {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [kerasName(name, logs), value]));
}

function kerasName(name: string, logs: Logs<string>): string {
  if (name === "acc") return "accuracy";
  const first = /^(.+)_0$/.exec(name)?.[1];
  return first !== undefined && `${first}_1` in logs ? first : name;
}
