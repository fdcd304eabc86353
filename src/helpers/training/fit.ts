import { CompiledModel } from "../compiled";
import type { Batch } from "../dataset";
import type { History } from "../history/history";
import { displayedHistory } from "../show/history-view";
import * as tf from "../tf";
import { releaseUnreachable } from "../tf/memory";
import { runEpoch, type Logs, type Step } from "./epoch";
import { requireCompiled, testing } from "./evaluate";
import { reportProgress } from "./progress";

/** Functions that are called while the model trains; `logs` holds loss and metrics by Keras's names. */
export interface Callback {
  onTrainBegin?(): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  /** Finds the model as it is after this batch; for that the steps are taken one by one, which costs a tenth of the time. */
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
  readonly validationData?: tf.data.Dataset<Batch>;
  readonly callbacks?: readonly Callback[];
  /** 1 (the default) shows progress, 0 is silent. */
  readonly verbose?: 0 | 1;
}

/** A run that is under way, so that a second call for the same model can end the first. */
interface Run {
  /** Another call has asked it to end at once. */
  superseded: boolean;
  /** Settles when it has ended, well or not. */
  ended: Promise<unknown>;
}

/** Shared by every copy of this module, since the helpers are loaded anew after an edit. */
const runsKey = Symbol.for("cnn-helpers.running-fits");
const running = ((globalThis as { [runsKey]?: WeakMap<tf.LayersModel, Run> })[runsKey] ??= new WeakMap());

/**
 * Trains a compiled model, as `model.fit(dataset, epochs=…, validation_data=…)` in Keras.
 *
 * In a notebook one live display shows epoch, batch, time to go and the curves so far; in a terminal there is a line
 * per epoch. Calling it again goes on from the weights that the model has. If an earlier call still trains the same
 * model (its cell was interrupted), that one is stopped first. No tensor is left behind.
 *
 * @returns Keras's History with the series `loss`, `accuracy`, and with validation data `val_loss`, `val_accuracy`
 * @throws when the model is not compiled, the dataset does not know its size, or `epochs` is not a whole number from 1
 */
export async function fit(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<Batch>,
  options: FitOptions,
): Promise<History> {
  requireCompiled(model, "fit");
  if (!Number.isInteger(dataset.size) || dataset.size < 1) {
    throw new Error(
      `fit: expected a dataset of a known number of batches, found the size ${dataset.size}. Make it with fromTensorSlices(…).batch(…) or fromGenerator(…).`,
    );
  }
  if (!Number.isInteger(options.epochs) || options.epochs < 1) {
    throw new Error(`fit: expected epochs to be a whole number from 1, found ${options.epochs}.`);
  }
  const earlier = running.get(model);
  if (earlier !== undefined) earlier.superseded = true;
  const run: Run = { superseded: false, ended: Promise.resolve() };
  const result =
    earlier === undefined
      ? train(model, dataset, options, run)
      : earlier.ended.then(() => train(model, dataset, options, run));
  run.ended = result.catch(() => undefined);
  running.set(model, run);
  try {
    return await result;
  } finally {
    if (running.get(model) === run) running.delete(model);
  }
}

/** The models of which it was said that they train as slowly as in tfjs. */
const said = new WeakSet<tf.LayersModel>();

/** Says once why a model's step does not run as one graph. That the backend cannot is said where it is chosen. */
function sayObstacle(model: tf.LayersModel, { obstacle }: CompiledModel): void {
  if (obstacle === undefined || said.has(model) || tf.getBackend() !== "tensorflow") return;
  said.add(model);
  console.log(`fit: this model trains op by op, as in tfjs, since ${obstacle}.`);
}

async function train(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<Batch>,
  options: FitOptions,
  run: Run,
): Promise<History> {
  model.stopTraining = false;
  // As tfjs's own fit does. Who interrupts a cell looks for models in training, to stop them at their batch.
  const training = model as unknown as { isTraining: boolean };
  training.isTraining = true;
  try {
    return await trainEpochs(model, dataset, options, run);
  } finally {
    training.isTraining = false;
  }
}

function training(compiled: CompiledModel): Step {
  return {
    onBatch: (xs, ys) => compiled.trainOnBatch(xs, ys),
    onRows: (xs, ys, batches) => compiled.trainOnRows(xs, ys, batches),
    // About 0.25 s for the article's model.
    stepsThatPay: 200,
  };
}

async function trainEpochs(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<Batch>,
  options: FitOptions,
  run: Run,
): Promise<History> {
  const { epochs, validationData, callbacks = [], verbose = 1 } = options;
  const history = displayedHistory({ epoch: [], history: {} });
  const progress = verbose === 0 ? undefined : await reportProgress(epochs, dataset.size, history);
  await releaseUnreachable();
  const compiled = CompiledModel.of(model);
  for (const callback of callbacks) await callback.onTrainBegin?.();
  for (let epoch = 0; epoch < epochs && !model.stopTraining && !run.superseded; epoch++) {
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch);
    const logs = await runEpoch(dataset, training(compiled), {
      stepsInAll: epochs * dataset.size,
      oneByOne: callbacks.some((callback) => callback.onBatchEnd !== undefined),
      async afterBatch(batch, batchLogs, means) {
        for (const callback of callbacks) await callback.onBatchEnd?.(batch, batchLogs);
        await progress?.batchEnd(batch + 1, means);
        return !model.stopTraining && !run.superseded;
      },
    });
    if (validationData !== undefined) {
      const validation = await runEpoch(validationData, testing(compiled), {
        stepsInAll: epochs * validationData.size,
        afterBatch: async () => !run.superseded,
      });
      for (const [name, value] of Object.entries(validation)) logs[`val_${name}`] = value;
    }
    if (run.superseded) break;
    history.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (history.history[name] ??= []).push(value);
    await progress?.epochEnd();
    if (verbose !== 0) sayObstacle(model, compiled);
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs);
  }
  await progress?.trainEnd();
  for (const callback of callbacks) await callback.onTrainEnd?.();
  return history;
}
