import * as tf from "../tf";
import { GraphFunction } from "./graph-function";

/** One batch for a model: a tensor, or one for each input (or output), by place or by name. */
export type StepData = tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };

/** The parts of tfjs-layers' model (4.22.0) that its own `fit` runs on; protected or private in its types. */
interface ModelInternals {
  readonly model?: ModelInternals;
  readonly lossFunctions: unknown[];
  readonly metricsTensors: [unknown, number][];
  readonly optimizer_: tf.Optimizer;
  readonly testFunction: (data: tf.Tensor[]) => tf.Tensor[];
  readonly collectedTrainableWeights: { read(): tf.Variable }[];
  makeTrainFunction(): (data: tf.Tensor[]) => tf.Tensor[];
  makeTestFunction(): void;
  getDedupedMetricsNames(): string[];
  standardizeUserDataXY(x: StepData, y: StepData, checkBatchAxis: boolean): [tf.Tensor[], tf.Tensor[]];
}

const compiledModels = new WeakMap<tf.LayersModel, CompiledModel>();

/** A model whose steps run as one TensorFlow graph each. */
export class CompiledModel {
  private readonly trainStep: MeasuredStep;
  private readonly testStep: MeasuredStep;
  private readonly predictStep: GraphFunction;

  /**
   * The compiled steps of a model, made at the first call and the same ones from then on; they are unloaded with
   * `model.dispose()`.
   *
   * @param model Compiled with an optimizer and a loss, unless it is only to predict.
   */
  static of(model: tf.LayersModel): CompiledModel {
    let compiled = compiledModels.get(model);
    if (compiled === undefined) {
      compiled = new CompiledModel(model);
      compiledModels.set(model, compiled);
      releaseWith(model, compiled);
    }
    return compiled;
  }

  private constructor(private readonly model: tf.LayersModel) {
    this.trainStep = new MeasuredStep(model, () => internals(model).makeTrainFunction());
    this.testStep = new MeasuredStep(model, () => {
      internals(model).makeTestFunction();
      return internals(model).testFunction;
    });
    this.predictStep = new GraphFunction(
      (inputs) => [model.predictOnBatch(inputs)].flat(),
      () => trainable(model),
    );
  }

  /** Why a step runs op by op, as in tfjs; `undefined` while nothing stands in the way of a graph. */
  get obstacle(): string | undefined {
    return this.trainStep.obstacle ?? this.testStep.obstacle ?? this.predictStep.obstacle;
  }

  /** What {@link trainOnBatch} and {@link testOnBatch} report: tfjs's names, `loss` first, then the metrics. */
  get metricsNames(): string[] {
    return internals(this.model).getDedupedMetricsNames();
  }

  /**
   * One training step on one batch, as `model.trainOnBatch`.
   *
   * @returns The loss and the metrics of the batch by name, before the update.
   * @throws when shapes do not fit the model, in tfjs's words.
   */
  trainOnBatch(x: StepData, y: StepData): Logs {
    return this.trainStep.onBatch(x, y);
  }

  /**
   * A training step on each of several batches in turn, which the graph gathers itself. Where the batches have one
   * size, their steps are one run of one graph: Keras's `steps_per_execution`.
   *
   * @param x Shape `[count, …]`, for a model with one input.
   * @param y Shape `[count, …]`, for a model with one output.
   * @param batches For each step, which rows of `x` and `y` are its batch.
   * @returns The loss and the metrics of each batch by name, before its update.
   */
  trainOnRows(x: tf.Tensor, y: tf.Tensor, batches: Int32Array[]): Logs[] {
    return this.trainStep.onRows(x, y, batches);
  }

  /** The loss and the metrics of one batch by name; nothing is updated. */
  testOnBatch(x: StepData, y: StepData): Logs {
    return this.testStep.onBatch(x, y);
  }

  /** The loss and the metrics of several batches, given as in {@link trainOnRows}; nothing is updated. */
  testOnRows(x: tf.Tensor, y: tf.Tensor, batches: Int32Array[]): Logs[] {
    return this.testStep.onRows(x, y, batches);
  }

  /** The model's outputs for one batch; the caller owns them. */
  predictOnBatch(x: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
    return this.predictStep.call([x].flat());
  }

  /** Unloads the graphs; the model stays as it is. */
  dispose(): void {
    for (const step of [this.trainStep, this.testStep, this.predictStep]) step.dispose();
  }
}

/** Values by tfjs's names. */
type Logs = Record<string, number>;

/** A step that gives the loss and the metrics of its batch. */
class MeasuredStep {
  private readonly forBatch: GraphFunction;
  private readonly forRows: GraphFunction;

  /** @param makeStep tfjs's own function for inputs and targets, standardized. */
  constructor(
    private readonly model: tf.LayersModel,
    makeStep: () => (data: tf.Tensor[]) => tf.Tensor[],
  ) {
    const settings = () => {
      const { lossFunctions, metricsTensors, optimizer_, collectedTrainableWeights } = internals(model);
      return [
        ...trainable(model),
        ...lossFunctions,
        ...metricsTensors.flat(),
        optimizer_,
        ...collectedTrainableWeights,
      ];
    };
    this.forBatch = new GraphFunction((data) => makeStep()(data), settings);
    this.forRows = new GraphFunction(
      ([x, y, rows]) => makeStep()(this.standardized(tf.gather(x, rows), tf.gather(y, rows))),
      settings,
    );
  }

  get obstacle(): string | undefined {
    return this.forBatch.obstacle ?? this.forRows.obstacle;
  }

  onBatch(x: StepData, y: StepData): Logs {
    return tf.tidy(() => this.read(this.forBatch.call(this.standardized(x, y))));
  }

  onRows(x: tf.Tensor, y: tf.Tensor, batches: Int32Array[]): Logs[] {
    return tf.tidy(() =>
      this.forRows
        .callInTurn(batches.map((rows) => [x, y, tf.tensor1d(rows, "int32")]))
        .map((results) => this.read(results)),
    );
  }

  dispose(): void {
    for (const step of [this.forBatch, this.forRows]) step.dispose();
  }

  /** @throws when shapes do not fit the model, in tfjs's words. */
  private standardized(x: StepData, y: StepData): tf.Tensor[] {
    return internals(this.model).standardizeUserDataXY(x, y, true).flat();
  }

  private read(results: tf.Tensor[]): Logs {
    const values = results.map((tensor) => tensor.dataSync()[0]);
    // tfjs marks metrics to be kept, so leaving the tidy scope would not free them.
    tf.dispose(results);
    return Object.fromEntries(
      internals(this.model)
        .getDedupedMetricsNames()
        .map((name, i) => [name, values[i]]),
    );
  }
}

function trainable(model: tf.LayersModel): boolean[] {
  return model.layers.map((layer) => layer.trainable);
}

/** A sequential model keeps the model that is trained inside. */
function internals(model: tf.LayersModel): ModelInternals {
  const outer = model as unknown as ModelInternals;
  return outer.model ?? outer;
}

function releaseWith(model: tf.LayersModel, compiled: CompiledModel): void {
  const dispose = model.dispose.bind(model);
  model.dispose = () => {
    compiled.dispose();
    return dispose();
  };
}
