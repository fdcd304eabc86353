import * as tf from "../tf";
import { GraphFunction } from "./graphFunction";

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
  private readonly trainStep: GraphFunction;
  private readonly testStep: GraphFunction;
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
    const trainable = () => model.layers.map((layer) => layer.trainable);
    const settings = () => {
      const { lossFunctions, metricsTensors, optimizer_, collectedTrainableWeights } = internals(model);
      return [...trainable(), ...lossFunctions, ...metricsTensors.flat(), optimizer_, ...collectedTrainableWeights];
    };
    this.trainStep = new GraphFunction((data) => internals(model).makeTrainFunction()(data), settings);
    this.testStep = new GraphFunction((data) => {
      internals(model).makeTestFunction();
      return internals(model).testFunction(data);
    }, settings);
    this.predictStep = new GraphFunction((inputs) => [model.predictOnBatch(inputs)].flat(), trainable);
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
  trainOnBatch(x: StepData, y: StepData): Record<string, number> {
    return this.measure(this.trainStep, x, y);
  }

  /** The loss and the metrics of one batch by name; nothing is updated. */
  testOnBatch(x: StepData, y: StepData): Record<string, number> {
    return this.measure(this.testStep, x, y);
  }

  /** The model's outputs for one batch; the caller owns them. */
  predictOnBatch(x: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
    return this.predictStep.call([x].flat());
  }

  /** Unloads the graphs; the model stays as it is. */
  dispose(): void {
    for (const step of [this.trainStep, this.testStep, this.predictStep]) step.dispose();
  }

  private measure(step: GraphFunction, x: StepData, y: StepData): Record<string, number> {
    return tf.tidy(() => {
      const data = internals(this.model).standardizeUserDataXY(x, y, true).flat();
      const results = step.call(data);
      const values = results.map((tensor) => tensor.dataSync()[0]);
      // tfjs marks metrics to be kept, so leaving the tidy scope would not free them.
      tf.dispose(results);
      return Object.fromEntries(this.metricsNames.map((name, i) => [name, values[i]]));
    });
  }
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
