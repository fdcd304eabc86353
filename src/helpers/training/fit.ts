import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { CompiledModel } from "../compiled";
import { ownCodeIn } from "../compiled/own-code";
import { BatchedDataset } from "../dataset";
import type { RunLabel } from "../experiments";
import { recordRun } from "../experiments/runs";
import type { DefaultSeries, History, Logs } from "../history/history";
import { displayedHistory } from "../show/history-view";
import * as tf from "../tf";
import { releaseUnreachable } from "../tf/memory";
import { type ActiveFit, supersedeEarlierFit } from "./active-fits";
import { CallbackList } from "./callback-list";
import { checkClassWeight, type ClassWeight, ClassWeights } from "./class-weight";
import { runEpoch } from "./epoch";
import { type ProgressReporter, reportProgress } from "./progress";
import { requireCompiled, requireDataset, testingStep, trainingStep } from "./steps";
import { splitForValidation } from "./validation-split";

/** Functions that are called while the model trains; `logs` holds loss and metrics by Keras's names. */
export interface Callback<Series extends string = DefaultSeries> {
  /** Gets the model before the training begins. */
  setModel?(model: tf.LayersModel): void;
  /**
   * Gets numbers of the training before it begins, as tfjs's own callbacks do. `steps` is the number of batches in an
   * epoch, and missing if the dataset doesn't know its size.
   */
  setParams?(params: { readonly epochs: number; readonly steps?: number; readonly verbose: number }): void;
  /** Before the first epoch. */
  onTrainBegin?(): void | Promise<void>;
  /** `epoch` counts from 0. */
  onEpochBegin?(epoch: number): void | Promise<void>;
  /** Before a batch, for example to set the learning rate. The steps are taken one by one, in a tenth more time. */
  onBatchBegin?(batch: number): void | Promise<void>;
  /** Sees the model as it is after this batch; for that, too, the steps are taken one by one. */
  onBatchEnd?(batch: number, logs: Logs<Exclude<Series, `val_${string}`>>): void | Promise<void>;
  /** `false` says that the batches' callbacks need only `logs`, so several steps may be taken at once. */
  readonly everyStep?: boolean;
  /**
   * `epoch` counts from 0. Set `model.stopTraining = true` to end after this epoch. A number that is added to `logs`
   * becomes a series of the history.
   */
  onEpochEnd?(epoch: number, logs: Logs<Series>): void | Promise<void>;
  /** After the last epoch. */
  onTrainEnd?(): void | Promise<void>;
}

/** Options of {@link fit}. */
export interface FitOptions<
  Metric extends string = "accuracy",
  ValidationData extends tf.data.Dataset<tf.TensorContainer> | undefined =
    tf.data.Dataset<tf.TensorContainer> | undefined,
  ValidationSplit extends number | undefined = number | undefined,
> {
  /** Passes over the dataset, from 1; with `initialEpoch`, the number of the last one, counted from 1. */
  readonly epochs: number;
  /**
   * The epoch, from 0, at which training goes on with a model that was trained up to it; 0 by default. A seeded dataset
   * of `fromTensorSlices` then yields the batches that this epoch would have had.
   */
  readonly initialEpoch?: number;
  /** Evaluated after each epoch; gives `val_loss`, `val_accuracy`. */
  readonly validationData?: ValidationData;
  /**
   * The fraction of the examples that isn't trained on but evaluated after each epoch, above 0 and below 1, as Keras's
   * `validation_split`: the last examples, before any shuffling. For a dataset of `fromTensorSlices`.
   */
  readonly validationSplit?: ValidationSplit;
  /** Your own functions, Keras's callbacks such as {@link EarlyStopping}, or tfjs's (`tf.callbacks.earlyStopping`). */
  readonly callbacks?: readonly Callback<MeasuredSeries<Metric, ValidationData, ValidationSplit>>[];
  /**
   * What the loss of an example counts, by its class from 0, as in Keras: `{ 3: 5 }` has each 3 count five times.
   * Classes that aren't named count once. The metrics and the validation aren't weighted. Weights of single examples
   * come with the dataset: `fromTensorSlices([xs, ys, sampleWeight])`, or batches `{ xs, ys, sampleWeight }`.
   */
  readonly classWeight?: ClassWeight;
  /** 1 (the default) shows progress, 0 is silent. */
  readonly verbose?: 0 | 1;
  /** `false` trains op by op, as tfjs does, which takes three to four times as long; `true` by default. */
  readonly compiled?: boolean;
  /** A name, tags and parameters for the run's record; see `runs()`. */
  readonly run?: RunLabel;
}

/** The series of a fit besides `loss`: with validation data there is a `val_` series for each of the others. */
export type MeasuredSeries<Metric extends string, ValidationData, ValidationSplit = undefined> =
  | Metric
  | ([ValidationData] extends [object]
      ? `val_${"loss" | Metric}`
      : [ValidationSplit] extends [number]
        ? `val_${"loss" | Metric}`
        : never);

/**
 * Trains a compiled model, like `model.fit(dataset, epochs=…, validation_data=…)` in Keras.
 *
 * In a notebook one live output shows epoch, batch, time left and the curves so far; its Stop button ends training
 * after the batch, and the model keeps what it has learned. In a terminal there is a line per epoch. Calling it again
 * continues from the model's current weights. If an earlier call still trains the same model (its cell was
 * interrupted), that call is stopped first. No tensor is left behind.
 *
 * The steps run as TensorFlow graphs, with the same results as in tfjs. The first step of a fit, and the first one of
 * each epoch after your callbacks have run, runs as tfjs would and is compared with the graph; changes of the layers'
 * fields (`dropout.rate`, `trainable`, your own) and of the learning rate are noticed at the next step. What can't be a
 * graph trains op by op, and `fit` says why unless `verbose` is 0: a step that reads tensors, random numbers or a clock
 * in JavaScript, that changes its own fields, or an optimizer with its own `applyGradients`.
 *
 * The dataset needn't know its size: a filtered one will do, or one from a generator. During the first epoch, `fit`
 * then shows neither the number of batches nor the time left.
 *
 * One thing isn't noticed in time: a variable of your program that your own loss, metric or layer reads, and that
 * changes in the middle of an epoch without a callback. If a timer or a generator of batches changes it, `fit` notices
 * at the next epoch; if that code itself counts its calls in it, perhaps never. Keep such a number in a field of the
 * layer or in a `tf.variable`, or train with `compiled: false`.
 *
 * A model with several inputs or outputs takes batches whose `xs` or `ys` are arrays of tensors, or tensors by the
 * names of its layers. Each output has a loss and metrics of its own: `digit_loss`, `digit_accuracy`.
 *
 * A model with other metrics than accuracy names the series that you read: `fit<"mse" | "val_mse">(model, …)`.
 *
 * @returns Keras's History with the series `loss`, `accuracy`, and with validation data `val_loss`, `val_accuracy`
 * @throws UsageError if the model isn't compiled, a dataset repeats forever, yields no batches or yields something
 *   else, `epochs` isn't a whole number from 1, `classWeight` or sample weights don't fit the model, or
 *   `validationSplit` leaves no batch on one side
 * @see notebooks/09-fit.ipynb
 * @example
 * const history = await fit(model, trainSet, { epochs: 3, validationData: testSet });
 * history.history.val_accuracy // one value per epoch
 */
export async function fit<
  Metric extends string = "accuracy",
  ValidationData extends tf.data.Dataset<tf.TensorContainer> | undefined =
    tf.data.Dataset<tf.TensorContainer> | undefined,
  ValidationSplit extends number | undefined = number | undefined,
>(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<tf.TensorContainer>,
  options: FitOptions<Metric, ValidationData, ValidationSplit>,
): Promise<History<MeasuredSeries<Metric, ValidationData, ValidationSplit>>> {
  requireCompiled(model, "fit");
  requireDataset(dataset, "fit: dataset");
  if (typeof options !== "object" || options === null)
    throw new UsageError(`fit: expected options such as { epochs: 3 }, found ${String(options)}. Pass them last.`);
  if (options.validationData !== undefined) requireDataset(options.validationData, "fit: validationData");
  checkWholeNumber("fit: epochs", options.epochs, 1);
  checkWholeNumber("fit: initialEpoch", options.initialEpoch ?? 0, 0);
  if (options.classWeight !== undefined) checkClassWeight(model, options.classWeight, dataset);
  const [trainingData, validationData] =
    options.validationSplit === undefined
      ? [dataset, options.validationData]
      : splitForValidation(dataset, options.validationSplit, options.validationData);
  return supersedeEarlierFit(model, async (active) => {
    model.stopTraining = false;
    // As in tfjs's own fit. The kernel's interrupt looks for models that are training and stops them after the current
    // batch.
    const trainable = model as unknown as { isTraining: boolean };
    trainable.isTraining = true;
    try {
      const started = new Date();
      const history = await train(model, trainingData, { ...(options as FitOptions<string>), validationData }, active);
      recordRun({ model, dataset: trainingData, epochs: options.epochs, started, history, label: options.run });
      return history;
    } finally {
      trainable.isTraining = false;
    }
  });
}

/** The number of batches in a dataset; undefined if it doesn't know, as after `filter` or from a generator. */
const sizeOf = (dataset: tf.data.Dataset<tf.TensorContainer>): number | undefined =>
  (dataset.size as number | null) ?? undefined;

/** Trains, and shows how far it has come. */
async function train(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<tf.TensorContainer>,
  options: FitOptions<string>,
  active: ActiveFit,
): Promise<History<string>> {
  const { epochs, initialEpoch = 0, verbose = 1 } = options;
  const history = displayedHistory<History<string>>({ epoch: [], history: {} });
  const stop = (): void => void (model.stopTraining = true);
  const progress =
    verbose === 0 || initialEpoch >= epochs
      ? undefined
      : await reportProgress(epochs - initialEpoch, sizeOf(dataset), history, stop);
  const classWeights = options.classWeight && new ClassWeights(model, options.classWeight);
  try {
    await trainEpochs(model, dataset, { ...options, classWeights }, active, history, progress);
    return history;
  } finally {
    classWeights?.dispose();
    await progress?.close();
  }
}

/** Adds each epoch's numbers to `history`. */
async function trainEpochs(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<tf.TensorContainer>,
  {
    epochs,
    initialEpoch = 0,
    validationData,
    callbacks = [],
    classWeights,
    verbose = 1,
    compiled: wanted = true,
  }: FitOptions<string> & { readonly classWeights?: ClassWeights },
  active: ActiveFit,
  history: History<string>,
  progress: ProgressReporter | undefined,
): Promise<void> {
  await releaseUnreachable();
  const compiled = CompiledModel.of(model);
  const ownCode = ownCodeIn(model);
  const list = new CallbackList(callbacks, model, { epochs, steps: sizeOf(dataset), verbose });
  const { oneByOne } = list;
  if (initialEpoch > 0 && dataset instanceof BatchedDataset) dataset.startAt(initialEpoch);
  const fallbackReason =
    list.changesBatches && ownCode !== undefined
      ? `${ownCode}, and a callback's onBatchEnd may change what it reads; onEpochEnd may do so without slowing fit`
      : undefined;
  const options = { compiled: wanted && fallbackReason === undefined };
  // What tfjs's own code does depends only on fields, which are watched, so without your code nothing can change it.
  const isClosed = ownCode === undefined && !list.runsYourCode && dataset instanceof BatchedDataset;
  await list.trainBegin();
  for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining && !active.superseded; epoch++) {
    await list.epochBegin(epoch);
    if (epoch === initialEpoch || !isClosed) compiled.recheck();
    const logs = await runEpoch(dataset, trainingStep(compiled, { ...options, classWeights }), {
      name: "fit: dataset",
      totalSteps: epochs * dataset.size,
      oneByOne,
      beforeBatch: oneByOne ? (batch) => list.batchBegin(batch) : undefined,
      async afterBatch(batch, batchLogs, means) {
        await list.batchEnd(batch, batchLogs);
        await progress?.batchEnd(batch + 1, means);
        return !model.stopTraining && !active.superseded;
      },
    });
    if (validationData !== undefined) {
      const validation = await runEpoch(validationData, testingStep(compiled, options), {
        name: "fit: validationData",
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
    const measured = new Set(Object.keys(logs));
    await list.epochEnd(epoch, logs);
    for (const [name, value] of Object.entries(logs))
      if (!measured.has(name)) (history.history[name] ??= []).push(value);
  }
  await progress?.trainEnd();
  await list.trainEnd();
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
