import { checkWholeNumber } from "../../shared/checks";
import { CompiledModel } from "../compiled";
import { ownCodeIn } from "../compiled/own-code";
import { type Batch, BatchedDataset } from "../dataset";
import type { DefaultSeries, History, Logs } from "../history/history";
import { displayedHistory } from "../show/history-view";
import * as tf from "../tf";
import { releaseUnreachable } from "../tf/memory";
import { type ActiveFit, supersedeEarlierFit } from "./active-fits";
import { runEpoch } from "./epoch";
import { reportProgress } from "./progress";
import { requireCompiled, testingStep, trainingStep } from "./steps";

/** Functions that are called while the model trains; `logs` holds loss and metrics by Keras's names. */
export interface Callback<Series extends string = DefaultSeries> {
  /** Before the first epoch. */
  onTrainBegin?(): void | Promise<void>;
  /** `epoch` counts from 0. */
  onEpochBegin?(epoch: number): void | Promise<void>;
  /** Sees the model as it is after this batch; for that the steps are taken one by one, which takes a tenth longer. */
  onBatchEnd?(batch: number, logs: Logs<Exclude<Series, `val_${string}`>>): void | Promise<void>;
  /** `epoch` counts from 0. Set `model.stopTraining = true` to end after this epoch. */
  onEpochEnd?(epoch: number, logs: Logs<Series>): void | Promise<void>;
  /** After the last epoch. */
  onTrainEnd?(): void | Promise<void>;
}

/** Options of {@link fit}. */
export interface FitOptions<
  Metric extends string = "accuracy",
  ValidationData extends tf.data.Dataset<Batch> | undefined = tf.data.Dataset<Batch> | undefined,
> {
  /** Passes over the dataset, from 1. */
  readonly epochs: number;
  /** Evaluated after each epoch; gives `val_loss`, `val_accuracy`. */
  readonly validationData?: ValidationData;
  readonly callbacks?: readonly Callback<MeasuredSeries<Metric, ValidationData>>[];
  /** 1 (the default) shows progress, 0 is silent. */
  readonly verbose?: 0 | 1;
  /** `false` trains op by op, as tfjs does, which takes three to four times as long; `true` by default. */
  readonly compiled?: boolean;
}

/** The series of a fit besides `loss`: with validation data there is a `val_` series for each of the others. */
export type MeasuredSeries<Metric extends string, ValidationData> =
  Metric | ([ValidationData] extends [object] ? `val_${"loss" | Metric}` : never);

/**
 * Trains a compiled model, like `model.fit(dataset, epochs=…, validation_data=…)` in Keras.
 *
 * In a notebook one live output shows epoch, batch, time left and the curves so far; in a terminal there is a line per
 * epoch. Calling it again continues from the model's current weights. If an earlier call still trains the same model
 * (its cell was interrupted), that call is stopped first. No tensor is left behind.
 *
 * The steps run as TensorFlow graphs, with the same results as in tfjs. The first step of a fit, and the first one of
 * each epoch after your callbacks have run, runs as tfjs would and is compared with the graph; changes of the layers'
 * fields (`dropout.rate`, `trainable`, your own) and of the learning rate are noticed at the next step. What can't be a
 * graph trains op by op, and `fit` says why unless `verbose` is 0: a step that reads tensors, random numbers or a clock
 * in JavaScript, that changes its own fields, or an optimizer with its own `applyGradients`.
 *
 * One thing isn't noticed in time: a variable of your program that your own loss, metric or layer reads, and that
 * changes in the middle of an epoch without a callback. If a timer or a generator of batches changes it, `fit` notices
 * at the next epoch; if that code itself counts its calls in it, perhaps never. Keep such a number in a field of the
 * layer or in a `tf.variable`, or train with `compiled: false`.
 *
 * A model with other metrics than accuracy names the series that you read: `fit<"mse" | "val_mse">(model, …)`.
 *
 * @returns Keras's History with the series `loss`, `accuracy`, and with validation data `val_loss`, `val_accuracy`
 * @throws Error if the model isn't compiled, the dataset doesn't know its size, or `epochs` isn't a whole number from 1
 * @see notebooks/09-fit.ipynb
 * @example
 * const history = await fit(model, trainSet, { epochs: 3, validationData: testSet });
 * history.history.val_accuracy // one value per epoch
 */
export async function fit<
  Metric extends string = "accuracy",
  ValidationData extends tf.data.Dataset<Batch> | undefined = tf.data.Dataset<Batch> | undefined,
>(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<Batch>,
  options: FitOptions<Metric, ValidationData>,
): Promise<History<MeasuredSeries<Metric, ValidationData>>> {
  requireCompiled(model, "fit");
  requireKnownSize(dataset);
  checkWholeNumber("fit: epochs", options.epochs, 1);
  return supersedeEarlierFit(model, async (active) => {
    model.stopTraining = false;
    // As in tfjs's own fit. The kernel's interrupt looks for models that are training and stops them after the current
    // batch.
    const trainable = model as unknown as { isTraining: boolean };
    trainable.isTraining = true;
    try {
      return await train(model, dataset, options as FitOptions<string>, active);
    } finally {
      trainable.isTraining = false;
    }
  });
}

function requireKnownSize(dataset: tf.data.Dataset<Batch>): void {
  if (!Number.isInteger(dataset.size) || dataset.size < 1) {
    throw new Error(
      `fit: expected a dataset with a known number of batches, found the size ${dataset.size}. ` +
        "Make it with fromTensorSlices(…).batch(…) or fromGenerator(…).",
    );
  }
}

async function train(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<Batch>,
  { epochs, validationData, callbacks = [], verbose = 1, compiled: wanted = true }: FitOptions<string>,
  active: ActiveFit,
): Promise<History<string>> {
  const history = displayedHistory<History<string>>({ epoch: [], history: {} });
  const progress = verbose === 0 ? undefined : await reportProgress(epochs, dataset.size, history);
  await releaseUnreachable();
  const compiled = CompiledModel.of(model);
  const ownCode = ownCodeIn(model);
  const oneByOne = callbacks.some((callback) => callback.onBatchEnd !== undefined);
  const fallbackReason =
    oneByOne && ownCode !== undefined
      ? `${ownCode}, and a callback's onBatchEnd may change what it reads; onEpochEnd may do so without slowing fit`
      : undefined;
  const options = { compiled: wanted && fallbackReason === undefined };
  // What tfjs's own code does depends only on fields, which are watched, so without callbacks nothing can change it.
  const isClosed = ownCode === undefined && callbacks.length === 0 && dataset instanceof BatchedDataset;
  for (const callback of callbacks) await callback.onTrainBegin?.();
  for (let epoch = 0; epoch < epochs && !model.stopTraining && !active.superseded; epoch++) {
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch);
    if (epoch === 0 || !isClosed) compiled.recheck();
    const logs = await runEpoch(dataset, trainingStep(compiled, options), {
      totalSteps: epochs * dataset.size,
      oneByOne,
      async afterBatch(batch, batchLogs, means) {
        for (const callback of callbacks) await callback.onBatchEnd?.(batch, batchLogs);
        await progress?.batchEnd(batch + 1, means);
        return !model.stopTraining && !active.superseded;
      },
    });
    if (validationData !== undefined) {
      const validation = await runEpoch(validationData, testingStep(compiled, options), {
        totalSteps: epochs * validationData.size,
        afterBatch: async () => !active.superseded,
      });
      for (const [name, value] of Object.entries(validation)) logs[`val_${name}`] = value;
    }
    if (active.superseded) break;
    history.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (history.history[name] ??= []).push(value);
    await progress?.epochEnd();
    if (verbose !== 0 && wanted) warnIfNotCompiled(model, fallbackReason ?? compiled.fallbackReason);
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs);
  }
  await progress?.trainEnd();
  for (const callback of callbacks) await callback.onTrainEnd?.();
  return history;
}

/** The models whose fallback reason has been printed. */
const warned = new WeakSet<tf.LayersModel>();

/**
 * Says once why a model's step doesn't run as one graph. If the backend runs no graphs, the helpers have said so
 * already.
 */
function warnIfNotCompiled(model: tf.LayersModel, fallbackReason: string | undefined): void {
  if (fallbackReason === undefined || warned.has(model) || tf.getBackend() !== "tensorflow") return;
  warned.add(model);
  console.log(`fit: this model trains op by op, as in tfjs, because ${fallbackReason}.`);
}
