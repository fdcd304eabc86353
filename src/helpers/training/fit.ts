import type { BatchedDataset } from "../dataset";
import type * as tf from "../tf";
import { releaseUnreachable } from "../tf/memory";
import { evaluate, type Logs } from "./evaluate";
import type { History } from "./history";
import { metricName, requireCompiled } from "./model-state";
import { liveProgress, type ProgressReporter } from "./progress";

/** Functions that are called while the model trains; `logs` holds loss and metrics by Keras's names. */
export interface Callback {
  onTrainBegin?(): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  onBatchEnd?(batch: number, logs: Logs): void | Promise<void>;
  /** `epoch` counts from 0. Set `model.stopTraining = true` to end after this epoch. */
  onEpochEnd?(epoch: number, logs: Logs): void | Promise<void>;
  onTrainEnd?(): void | Promise<void>;
}

/** Settings of {@link fit}. */
export interface FitOptions {
  /** Passes over the dataset, from 1. */
  readonly epochs: number;
  /** Evaluated after each epoch; gives `val_loss`, `val_accuracy`. */
  readonly validationData?: BatchedDataset;
  readonly callbacks?: readonly Callback[];
  /** 1 (the default) shows progress, 0 is silent. */
  readonly verbose?: 0 | 1;
}

/** The runs that are under way, so that a second call for the same model can end the first. */
const running = new WeakMap<tf.LayersModel, Promise<unknown>>();

/**
 * Trains a compiled model, as `model.fit(dataset, epochs=…, validation_data=…)` in Keras.
 *
 * In a notebook one live display shows epoch, batch, time to go and the curves so far; in a terminal there is a line
 * per epoch. Calling it again goes on from the weights that the model has. If an earlier call still trains the same
 * model (its cell was interrupted), that one is stopped first. No tensor is left behind.
 *
 * @returns Keras's History with the series `loss`, `accuracy`, and with validation data `val_loss`, `val_accuracy`
 * @throws when the model is not compiled, or `epochs` is not a whole number from 1
 */
export async function fit(model: tf.LayersModel, dataset: BatchedDataset, options: FitOptions): Promise<History> {
  requireCompiled(model, "fit");
  if (!Number.isInteger(options.epochs) || options.epochs < 1) {
    throw new Error(`fit: expected epochs to be a whole number from 1, found ${options.epochs}.`);
  }
  const earlier = running.get(model);
  if (earlier !== undefined) {
    model.stopTraining = true;
    await earlier.catch(() => undefined);
  }
  const run = train(model, dataset, options);
  running.set(model, run);
  try {
    return await run;
  } finally {
    if (running.get(model) === run) running.delete(model);
  }
}

async function train(model: tf.LayersModel, dataset: BatchedDataset, options: FitOptions): Promise<History> {
  const { epochs, validationData, callbacks = [], verbose = 1 } = options;
  const history: History = { epoch: [], history: {} };
  const progress = verbose === 0 ? undefined : await liveProgress(epochs, dataset.size, history);
  await releaseUnreachable();
  model.stopTraining = false;
  for (const callback of callbacks) await callback.onTrainBegin?.();
  for (let epoch = 0; epoch < epochs && !model.stopTraining; epoch++) {
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch);
    const logs = await trainEpoch(model, dataset, callbacks, progress);
    if (validationData !== undefined) {
      for (const [name, value] of Object.entries(await evaluate(model, validationData))) logs[`val_${name}`] = value;
    }
    history.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (history.history[name] ??= []).push(value);
    await progress?.epochEnd();
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs);
  }
  for (const callback of callbacks) await callback.onTrainEnd?.();
  await progress?.trainEnd();
  return history;
}

/** One pass over the dataset; the means of loss and metrics over its examples. */
async function trainEpoch(
  model: tf.LayersModel,
  dataset: BatchedDataset,
  callbacks: readonly Callback[],
  progress: ProgressReporter | undefined,
): Promise<Logs> {
  const names = model.metricsNames.map(metricName);
  const sums = names.map(() => 0);
  let examples = 0;
  let batch = 0;
  const means = (): Logs => Object.fromEntries(names.map((name, index) => [name, sums[index] / examples]));
  const iterator = await dataset.iterator();
  for (let next = await iterator.next(); !next.done && !model.stopTraining; next = await iterator.next()) {
    const { xs, ys } = next.value;
    const batchSize = xs.shape[0];
    const values = [await model.trainOnBatch(xs, ys)].flat();
    xs.dispose();
    ys.dispose();
    examples += batchSize;
    values.forEach((value, index) => (sums[index] += value * batchSize));
    batch++;
    for (const callback of callbacks) {
      await callback.onBatchEnd?.(batch - 1, Object.fromEntries(names.map((name, index) => [name, values[index]])));
    }
    await progress?.batchEnd(batch, means());
  }
  return means();
}
