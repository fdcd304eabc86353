import type { Logs } from "../history/history";
import { isStreaming, withStreamingMetrics } from "../metrics/streaming";
import * as tf from "../tf";
import { inOrder, type ModelData } from "../tf/model-data";
import { GraphFunction } from "./graph-function";
import { type Measures, measureOnly, withLossesToWeight } from "./measure-only";

/** Options of one step. */
export interface StepOptions {
  /** `false` runs the step op by op, as tfjs would. */
  readonly compiled?: boolean;
  /**
   * What the loss of each example counts, for outputs of shape `[batchSize, units]`; 1 by default. Metrics aren't
   * weighted. The mean divides by the number of examples, as in Keras. `…OnRows` takes the weights of all rows.
   */
  readonly sampleWeight?: tf.Tensor1D;
}

/** The parts of tfjs-layers' model (4.22.0) that its own `fit` uses; protected or private in its types. */
interface ModelInternals extends Measures {
  readonly model?: ModelInternals;
  readonly optimizer_: tf.Optimizer;
  readonly collectedTrainableWeights: { read(): tf.Variable }[];
  makeTrainFunction(): (data: tf.Tensor[]) => tf.Tensor[];
  getDedupedMetricsNames(): string[];
  standardizeUserDataXY(x: ModelData, y: ModelData, checkBatchAxis: boolean): [tf.Tensor[], tf.Tensor[]];
}

const compiledModels = new WeakMap<tf.LayersModel, CompiledModel>();

/** A model whose steps each run as one TensorFlow graph. */
export class CompiledModel {
  private readonly trainStep: MeasuredStep;
  private readonly testStep: MeasuredStep;
  private readonly predictStep: GraphFunction;

  /**
   * The compiled steps of a model: made at the first call, the same ones from then on, and unloaded with
   * `model.dispose()`.
   *
   * @param model Compiled with an optimizer and a loss, unless it only predicts.
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

  private constructor(readonly model: tf.LayersModel) {
    this.trainStep = new MeasuredStep(model, () => internals(model).makeTrainFunction());
    this.testStep = new MeasuredStep(model, () => (data) => measureOnly(model, internals(model), data));
    this.predictStep = new GraphFunction((inputs) => [model.predictOnBatch(inputs)].flat(), {
      layers: () => model.layers,
    });
  }

  /** Why a step runs op by op, as in tfjs; `undefined` while nothing prevents a graph. */
  get fallbackReason(): string | undefined {
    return this.trainStep.fallbackReason ?? this.testStep.fallbackReason ?? this.predictStep.fallbackReason;
  }

  /** The names that {@link trainOnBatch} and {@link testOnBatch} report: tfjs's own, `loss` first, then the metrics. */
  get metricsNames(): string[] {
    return internals(this.model).getDedupedMetricsNames();
  }

  /**
   * One training step on one batch, like `model.trainOnBatch`.
   *
   * @returns The loss and the metrics of the batch by name, before the update.
   * @throws Error if shapes don't fit the model, in tfjs's words
   */
  trainOnBatch<Metric extends string = "acc">(x: ModelData, y: ModelData, options?: StepOptions): Logs<Metric> {
    return this.trainStep.onBatch(x, y, options);
  }

  /**
   * One training step on each of several batches in turn, which the graph gathers itself. Where the batches have the
   * same size, their steps are one run of one graph: Keras's `steps_per_execution`.
   *
   * @param x Shape `[count, …]`, for each input.
   * @param y Shape `[count, …]`, for each output.
   * @param batches For each step, which rows of `x` and `y` are its batch.
   * @returns The loss and the metrics of each batch by name, before its update.
   */
  trainOnRows<Metric extends string = "acc">(
    x: ModelData,
    y: ModelData,
    batches: Int32Array[],
    options?: StepOptions,
  ): Logs<Metric>[] {
    return this.trainStep.onRows(x, y, batches, options);
  }

  /** The loss and the metrics of one batch by name; nothing is updated. */
  testOnBatch<Metric extends string = "acc">(x: ModelData, y: ModelData, options?: StepOptions): Logs<Metric> {
    return this.testStep.onBatch(x, y, options);
  }

  /** The loss and the metrics of several batches, given as in {@link trainOnRows}; nothing is updated. */
  testOnRows<Metric extends string = "acc">(
    x: ModelData,
    y: ModelData,
    batches: Int32Array[],
    options?: StepOptions,
  ): Logs<Metric>[] {
    return this.testStep.onRows(x, y, batches, options);
  }

  /** The model's outputs for one batch; the caller owns them. */
  predictOnBatch(x: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
    return this.predictStep.call([x].flat());
  }

  /**
   * Has the next step of each kind run as tfjs would, and compares the graph with it. Call this when your code has run
   * that may have changed what the model does: a number that your own loss or layer reads, for example. Changes of
   * weights, of the learning rate and of the layers' fields are noticed without it.
   */
  recheck(): void {
    for (const step of [this.trainStep, this.testStep, this.predictStep]) step.recheck();
  }

  /** The metrics that sum over batches, such as precision, forget what they have seen, like Keras's `reset_metrics`. */
  resetMetrics(): void {
    for (const [metric] of internals(this.model).metricsTensors) if (isStreaming(metric)) metric.reset();
  }

  /** The names of the metrics that report, after each batch, their value over all batches since they were reset. */
  get streamingMetrics(): ReadonlySet<string> {
    const { metricsTensors } = internals(this.model);
    // The first name is the loss.
    return new Set(this.metricsNames.filter((_, i) => i > 0 && isStreaming(metricsTensors[i - 1][0])));
  }

  /** Unloads the graphs; the model stays as it is. */
  dispose(): void {
    for (const step of [this.trainStep, this.testStep, this.predictStep]) step.dispose();
  }
}

/** A step that gives the loss and the metrics of its batch. */
class MeasuredStep {
  private readonly forBatch: GraphFunction;
  private readonly forRows: GraphFunction;

  /** @param makeStep Makes tfjs's own function of standardized inputs and targets. */
  constructor(
    private readonly model: tf.LayersModel,
    makeStep: () => (data: tf.Tensor[]) => tf.Tensor[],
  ) {
    const dependencies = {
      values() {
        const { lossFunctions, metricsTensors, optimizer_, collectedTrainableWeights } = internals(model);
        return [...lossFunctions, ...metricsTensors.flat(), optimizer_, ...collectedTrainableWeights];
      },
      layers: () => model.layers,
    };
    const measure = (data: tf.Tensor[]) => {
      const step = () => withStreamingMetrics(() => makeStep()(data));
      const weighted = data.length > model.inputNames.length + model.outputNames.length;
      return weighted ? withLossesToWeight(internals(model), step) : step();
    };
    this.forBatch = new GraphFunction(measure, dependencies);
    this.forRows = new GraphFunction(([rows, ...all]) => {
      const gathered = all.map((tensor) => tf.gather(tensor, rows));
      const [inputs, outputs] = [model.inputNames.length, model.outputNames.length];
      const [xs, ys] = [gathered.slice(0, inputs), gathered.slice(inputs, inputs + outputs)];
      return measure(this.standardized(xs, ys, gathered[inputs + outputs] as tf.Tensor1D | undefined));
    }, dependencies);
  }

  get fallbackReason(): string | undefined {
    return this.forBatch.fallbackReason ?? this.forRows.fallbackReason;
  }

  onBatch(x: ModelData, y: ModelData, { compiled = true, sampleWeight }: StepOptions = {}): Logs<string> {
    return tf.tidy(() => {
      const data = this.standardized(x, y, sampleWeight);
      return this.read(compiled ? this.forBatch.call(data) : this.forBatch.runOpByOp(data));
    });
  }

  onRows(x: ModelData, y: ModelData, batches: Int32Array[], options: StepOptions = {}): Logs<string>[] {
    const { compiled = true, sampleWeight } = options;
    const all = [...inOrder("x", x, this.model.inputNames), ...inOrder("y", y, this.model.outputNames)];
    if (sampleWeight !== undefined) all.push(sampleWeight);
    return tf.tidy(() => {
      const calls = batches.map((rows) => [tf.tensor1d(rows, "int32"), ...all]);
      const results = compiled ? this.forRows.callMany(calls) : calls.map((inputs) => this.forRows.runOpByOp(inputs));
      return results.map((tensors) => this.read(tensors));
    });
  }

  recheck(): void {
    for (const step of [this.forBatch, this.forRows]) step.recheck();
  }

  dispose(): void {
    for (const step of [this.forBatch, this.forRows]) step.dispose();
  }

  /**
   * The inputs of tfjs's function.
   *
   * @throws Error if shapes don't fit the model, in tfjs's words
   */
  private standardized(x: ModelData, y: ModelData, sampleWeight?: tf.Tensor1D): tf.Tensor[] {
    const [inputs, targets] = internals(this.model).standardizeUserDataXY(x, y, true);
    // tfjs takes weights for each output.
    const weights = sampleWeight === undefined ? [] : targets.map(() => sampleWeight);
    return [...inputs, ...targets, ...weights];
  }

  private read(results: tf.Tensor[]): Logs<string> {
    const values = results.map((tensor) => tensor.dataSync()[0]);
    // tfjs marks metrics to be kept, so leaving the tidy scope would not free them.
    tf.dispose(results);
    const names = internals(this.model).getDedupedMetricsNames();
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  }
}

/** A sequential model keeps the model that is trained inside. */
function internals(model: tf.LayersModel): ModelInternals {
  const outer = model as unknown as ModelInternals;
  return outer.model ?? outer;
}

/** Unloads the graphs together with the model: from now on `model.dispose` does both. */
function releaseWith(model: tf.LayersModel, compiled: CompiledModel): void {
  const dispose = model.dispose.bind(model);
  model.dispose = () => {
    compiled.dispose();
    return dispose();
  };
}
