import { UsageError } from "../../shared/usage-error";
import { type AnyBatch, BatchedDataset } from "../dataset";
import { exampleCount } from "../dataset/batches";
import type { Logs } from "../history/history";
import { formatShapes } from "../model/summary";
import * as tf from "../tf";
import { describe } from "../tf/checks";
import { inOrder, type ModelData } from "../tf/model-data";
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
  dataset: tf.data.Dataset<tf.TensorContainer>,
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
      ? stepRows(dataset as BatchedDataset<ModelData, ModelData>, step, name, stepsPerExecution, beforeBatch)
      : stepBatches(dataset, step, name, beforeBatch);
  let batch = 0;
  let stopped = false;
  for await (const results of executions) {
    for (const { size, logs: logsByTfjs } of results) {
      const logs = kerasNames(logsByTfjs, step.model);
      for (const name of step.streaming) streaming.add(kerasName(name, logsByTfjs, step.model));
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
  dataset: tf.data.Dataset<tf.TensorContainer>,
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
      const elements = requireBatch(name, step.model, next.value);
      size = exampleCount(elements);
      await beforeBatch?.(batch++);
      logs = step.onBatch(elements);
    } finally {
      tf.dispose(next.value);
    }
    yield [{ size, logs }];
  }
}

/**
 * @returns an element of the dataset `name`
 * @throws UsageError unless it's a batch: a row for each example in every tensor, a tensor for each input and output
 */
function requireBatch(name: string, model: tf.LayersModel, element: tf.TensorContainer): AnyBatch {
  const { xs, ys, sampleWeight } = Object(element) as Partial<AnyBatch>;
  if (xs === undefined || ys === undefined) {
    throw new UsageError(
      `${name}: expected batches { xs, ys }, found ${describe(element)}. ` +
        "Make them with dataset.map((element) => ({ xs: …, ys: … })).",
    );
  }
  const tensors = [
    ...inOrder(`${name}: xs of a batch`, xs, model.inputNames),
    ...inOrder(`${name}: ys of a batch`, ys, model.outputNames),
  ];
  const [{ rank, shape }] = tensors;
  if (rank === 0 || shape[0] === 0 || tensors.some((tensor) => tensor.shape[0] !== shape[0])) {
    const shapes = tensors.map(({ shape }) => `[${shape.join(", ")}]`);
    const [found, targets] = [shapes.slice(0, model.inputNames.length), shapes.slice(model.inputNames.length)];
    throw new UsageError(
      `${name}: expected batches with a row for each example, found xs of shape ${found.join(", ")} ` +
        `and ys of shape ${targets.join(", ")}. Single examples become batches with dataset.batch(100).`,
    );
  }
  if (sampleWeight !== undefined) checkSampleWeight(name, model, sampleWeight, shape[0]);
  return element as AnyBatch;
}

/** @throws UsageError unless there is a weight for each example, and each output has one loss for each */
function checkSampleWeight(name: string, model: tf.LayersModel, sampleWeight: tf.Tensor, examples: number): void {
  inOrder(`${name}: sampleWeight of a batch`, sampleWeight, ["sampleWeight"]);
  if (sampleWeight.rank !== 1 || sampleWeight.shape[0] !== examples || sampleWeight.dtype !== "float32") {
    throw new UsageError(
      `${name}: sampleWeight: expected a float32 tensor of shape [${examples}], a weight for each example, ` +
        `found ${sampleWeight.dtype} of shape [${sampleWeight.shape.join(", ")}].`,
    );
  }
  const output = model.outputs.find(({ shape }) => shape.length > 2);
  if (output === undefined) return;
  throw new UsageError(
    `${name}: sampleWeight: expected a model with outputs of shape [batch, units], ` +
      `found ${formatShapes(output.shape)}. A loss function of your own can do the weighting itself.`,
  );
}

/** Takes an epoch's steps over a dataset in memory; its batches are gathered as part of the steps. */
async function* stepRows(
  dataset: BatchedDataset<ModelData, ModelData>,
  step: Step,
  name: string,
  stepsPerExecution: number,
  beforeBatch?: (batch: number) => Promise<void>,
): AsyncGenerator<StepResult[]> {
  const batches = [...dataset.indices()];
  requireBatch(name, step.model, dataset.data);
  let stepMs = Infinity;
  for (let first = 0; first < batches.length;) {
    // Each number of steps has its own graph, so it is either this one or 1.
    const several = first + stepsPerExecution <= batches.length && stepsPerExecution * stepMs <= MAX_EXECUTION_MS;
    const rows = batches.slice(first, first + (several ? stepsPerExecution : 1));
    await beforeBatch?.(first);
    const start = performance.now();
    const logs = step.onRows(dataset.data, rows);
    stepMs = (performance.now() - start) / rows.length;
    yield logs.map((log, i) => ({ size: rows[i].length, logs: log }));
    first += rows.length;
  }
}

/** tfjs calls accuracy `acc`, or `digit_acc` of the output `digit`, and the first of two of one name `precision_0`. */
function kerasNames(logs: Logs<string>, model: tf.LayersModel): Logs<string> {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [kerasName(name, logs, model), value]));
}

function kerasName(name: string, logs: Logs<string>, { outputNames }: tf.LayersModel): string {
  // A metric of your own may be called top_acc.
  const isOfOutput = outputNames.length > 1 && outputNames.some((output) => name === `${output}_acc`);
  if (name === "acc" || isOfOutput) return `${name}uracy`;
  const first = /^(.+)_0$/.exec(name)?.[1];
  return first !== undefined && `${first}_1` in logs ? first : name;
}
