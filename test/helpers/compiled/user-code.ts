/** Models that code of the user's changes while they train, and a comparison of `fit` with plain tfjs on them. */
import assert from "node:assert/strict";
import seedrandom from "seedrandom";
import { CompiledModel } from "../../../src/helpers/compiled";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { type Callback, fit } from "../../../src/helpers/training";
import { TOLERANCE, relativeDistance } from "./agreement";

const FEATURES = 6;
const CLASSES = 3;
const BATCH_SIZE = 8;
const BATCHES_PER_EPOCH = 6;
const EPOCHS = 4;
/** With so many epochs, `fit` takes several steps in one run. */
export const MANY_EPOCHS = 40;

const count = BATCH_SIZE * BATCHES_PER_EPOCH;
const xs = tf.keep(tf.randomNormal<tf.Rank.R2>([count, FEATURES], 0, 1, "float32", 3));
const ys = tf.keep(
  tf.tidy(() => tf.oneHot(xs.slice([0, 0], [-1, CLASSES]).argMax(-1), CLASSES).toFloat() as tf.Tensor2D),
);

/** A model, and what the user's code does to it at some moment. */
export interface Subject {
  readonly model: tf.LayersModel;
  change(): void;
}

/** A kind of change, and what fit does about it. */
export interface Scenario {
  readonly name: string;
  build(): Subject;
  /** The reason to train op by op; without one the steps become graphs. */
  readonly reason?: RegExp;
  /** The change can only be seen by running the code again, so `onBatchEnd` makes every step run op by op. */
  readonly ownCode?: true;
}

/** A layer made from a function of its input. */
class FunctionLayer extends tf.layers.Layer {
  static readonly className: string = "FunctionLayer";
  /** What subclasses and tests may set. */
  temperature = 1;
  calls = 0;
  private readonly body: (this: FunctionLayer, x: tf.Tensor, training: boolean) => tf.Tensor;

  constructor(body: (this: FunctionLayer, x: tf.Tensor, training: boolean) => tf.Tensor) {
    super({});
    this.body = body;
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => this.body([inputs].flat()[0], kwargs.training ?? false));
  }
}

interface Parts {
  readonly optimizer?: tf.Optimizer;
  readonly loss?: string | ((target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor);
  readonly middle?: tf.layers.Layer[];
  readonly first?: Partial<Parameters<typeof tf.layers.dense>[0]>;
}

function modelOf({
  optimizer = tf.train.momentum(0.05, 0.9),
  loss = "categoricalCrossentropy",
  middle = [],
  first,
}: Parts) {
  const initializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const layers = [
    tf.layers.dense({
      inputShape: [FEATURES],
      units: 8,
      activation: "tanh",
      kernelInitializer: initializer(1),
      ...first,
    }),
    ...middle,
    tf.layers.dense({ units: CLASSES, activation: "softmax", kernelInitializer: initializer(2) }),
  ];
  const model = tf.sequential({ layers });
  model.compile({ optimizer, loss, metrics: ["accuracy"] } as tf.ModelCompileArgs);
  return model;
}

class HalvingSGD extends tf.SGDOptimizer {
  private applied = 0;
  override applyGradients(gradients: Parameters<tf.SGDOptimizer["applyGradients"]>[0]): void {
    if (++this.applied % 10 === 0) this.setLearningRate(this.learningRate / 2);
    super.applyGradients(gradients);
  }
}

const nothing = () => undefined;
const fields = (object: object) => object as Record<string, unknown>;

/** Scenarios that change with what the user's code does at a moment. */
export const CHANGES: readonly Scenario[] = [
  {
    name: "a number that the user's own loss reads",
    ownCode: true,
    build() {
      let weight = 1;
      const loss = (target: tf.Tensor, prediction: tf.Tensor) =>
        tf.metrics.categoricalCrossentropy(target, prediction).mul(weight);
      return { model: modelOf({ loss }), change: () => void (weight = weight === 1 ? 0 : 1) };
    },
  },
  {
    name: "a branch in the user's own loss",
    ownCode: true,
    build() {
      let squared = false;
      const loss = (target: tf.Tensor, prediction: tf.Tensor) =>
        squared
          ? tf.metrics.meanSquaredError(target, prediction)
          : tf.metrics.categoricalCrossentropy(target, prediction);
      return { model: modelOf({ loss }), change: () => void (squared = !squared) };
    },
  },
  {
    name: "a variable that the user's own layer reads",
    ownCode: true,
    build() {
      let factor = 1;
      const layer = new FunctionLayer((x) => x.mul(factor));
      return { model: modelOf({ middle: [layer] }), change: () => void (factor *= 0.5) };
    },
  },
  {
    name: "a field of the user's own layer",
    build() {
      const layer = new FunctionLayer(function (x) {
        return x.div(this.temperature);
      });
      return { model: modelOf({ middle: [layer] }), change: () => void (layer.temperature *= 2) };
    },
    ownCode: true,
  },
  {
    name: "dropout.rate, to another rate",
    build() {
      const dropout = tf.layers.dropout({ rate: 0.5, seed: 4 });
      return { model: modelOf({ middle: [dropout] }), change: () => void (fields(dropout).rate = 0.25) };
    },
  },
  {
    name: "dropout.rate, to 0",
    build() {
      const dropout = tf.layers.dropout({ rate: 0.5, seed: 4 });
      return { model: modelOf({ middle: [dropout] }), change: () => void (fields(dropout).rate = 0) };
    },
  },
  {
    name: "trainable of a layer, without compile",
    build() {
      const model = modelOf({});
      return { model, change: () => void (model.layers[0].trainable = !model.layers[0].trainable) };
    },
  },
  {
    name: "trainable of a layer in a nested model, without compile",
    build() {
      const inner = tf.sequential({
        layers: [
          tf.layers.dense({
            inputShape: [8],
            units: 8,
            activation: "tanh",
            kernelInitializer: tf.initializers.glorotUniform({ seed: 5 }),
          }),
        ],
      });
      const model = modelOf({ middle: [inner] });
      return { model, change: () => void (inner.layers[0].trainable = !inner.layers[0].trainable) };
    },
  },
  {
    name: "the strength of a regularizer",
    build() {
      const model = modelOf({ first: { kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) } });
      const { kernelRegularizer } = fields(model.layers[0]);
      return { model, change: () => void (fields(kernelRegularizer as object).l2 = 0.2) };
    },
  },
  {
    name: "the momentum of batch normalization",
    build() {
      const normalization = tf.layers.batchNormalization({ momentum: 0.9 });
      return { model: modelOf({ middle: [normalization] }), change: () => void (fields(normalization).momentum = 0.5) };
    },
  },
  {
    name: "the activation of a layer",
    build() {
      const model = modelOf({});
      const relu = tf.layers.activation({ activation: "relu" });
      return { model, change: () => void (fields(model.layers[0]).activation = fields(relu).activation) };
    },
  },
  {
    name: "the slope of leakyReLU",
    build() {
      const leaky = tf.layers.leakyReLU({ alpha: 0.3 });
      return { model: modelOf({ middle: [leaky] }), change: () => void (fields(leaky).alpha = 0.05) };
    },
  },
  {
    name: "the learning rate",
    build() {
      const model = modelOf({});
      return { model, change: () => (model.optimizer as tf.MomentumOptimizer).setLearningRate(0.01) };
    },
  },
  {
    name: "Adam's learning rate",
    build() {
      const optimizer = tf.train.adam(0.01);
      return { model: modelOf({ optimizer }), change: () => void (fields(optimizer).learningRate = 0.002) };
    },
  },
  {
    name: "Adam's beta1",
    build() {
      const optimizer = tf.train.adam(0.01);
      return { model: modelOf({ optimizer }), change: () => void (fields(optimizer).beta1 = 0.5) };
    },
  },
  {
    name: "the weights",
    build() {
      const model = modelOf({});
      return {
        model,
        change: () => tf.tidy(() => model.setWeights(model.getWeights().map((weight) => weight.mul(0.5)))),
      };
    },
  },
  {
    name: "the loss, by compiling again",
    build() {
      const model = modelOf({});
      const change = () =>
        model.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError", metrics: ["accuracy"] });
      return { model, change };
    },
  },
  {
    name: "a layer's call, by replacing the method",
    build() {
      const model = modelOf({ middle: [tf.layers.activation({ activation: "linear" })] });
      const layer = model.layers[1];
      const change = () => void (layer.call = (inputs) => tf.tidy(() => [inputs].flat()[0].mul(0.5)));
      return { model, change };
    },
    ownCode: true,
  },
];

/** Scenarios in which the step itself does something else from time to time. */
export const OWN_WILL: readonly Scenario[] = [
  {
    name: "an optimizer that halves its rate at every tenth step",
    reason: /the optimizer has its own applyGradients \(class HalvingSGD\)/,
    build: () => ({ model: modelOf({ optimizer: new HalvingSGD(0.5) }), change: nothing }),
  },
  {
    name: "an optimizer with a replaced method",
    reason: /the optimizer has its own applyGradients/,
    build() {
      const optimizer = tf.train.sgd(0.1);
      const original = optimizer.applyGradients.bind(optimizer);
      let applied = 0;
      optimizer.applyGradients = (gradients) => {
        if (++applied <= 12) original(gradients);
      };
      return { model: modelOf({ optimizer }), change: nothing };
    },
  },
  {
    name: "a layer that drops batches with Math.random",
    reason: /draws random numbers in JavaScript \(Math\.random\)/,
    build() {
      const layer = new FunctionLayer((x, training) => (training && Math.random() < 0.3 ? x.mul(0) : x.mul(1)));
      return { model: modelOf({ middle: [layer] }), change: nothing };
    },
  },
  {
    name: "a layer that reads Date.now",
    reason: /reads the clock in JavaScript \(Date\)/,
    build() {
      const layer = new FunctionLayer((x) => x.mul(Date.now() > 0 ? 0.5 : 1));
      return { model: modelOf({ middle: [layer] }), change: nothing };
    },
  },
  {
    name: "a layer that reads new Date()",
    reason: /reads the clock in JavaScript \(Date\)/,
    build() {
      const layer = new FunctionLayer((x) => x.mul(new Date().getTime() > 0 ? 0.5 : 1));
      return { model: modelOf({ middle: [layer] }), change: nothing };
    },
  },
  {
    name: "a layer that reads performance.now",
    reason: /reads the clock in JavaScript \(performance\.now\)/,
    build() {
      const layer = new FunctionLayer((x) => x.mul(performance.now() > 0 ? 0.5 : 1));
      return { model: modelOf({ middle: [layer] }), change: nothing };
    },
  },
  {
    name: "a layer that counts its calls in a field",
    reason: /the step itself changes calls of the layer/,
    build() {
      const layer = new FunctionLayer(function (x, training) {
        if (training) this.calls++;
        return x.mul(this.calls > 15 ? 0.1 : 1);
      });
      return { model: modelOf({ middle: [layer] }), change: nothing };
    },
  },
  {
    name: "a layer that reads values",
    reason: /reads a tensor's values/,
    build() {
      const layer = new FunctionLayer((x) => (x.mean().dataSync()[0] > 0 ? x.mul(0.9) : x.mul(1.1)));
      return { model: modelOf({ middle: [layer] }), change: nothing };
    },
  },
];

/** When the user's code makes the change. */
export type Moment =
  | { readonly kind: "none" }
  | { readonly kind: "epoch end" | "epoch begin" | "between fits"; readonly epochs: readonly number[] }
  | { readonly kind: "batch end"; readonly batches: readonly number[] };

/** Trains with tfjs's own trainOnBatch what {@link fit} trains, and makes the change at the same moments. */
async function trainByTfjs({ model, change }: Subject, moment: Moment, epochs: number): Promise<number[]> {
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (moment.kind === "epoch begin" && moment.epochs.includes(epoch)) change();
    let sum = 0;
    for (let batch = 0; batch < BATCHES_PER_EPOCH; batch++) {
      const [x, y] = [xs, ys].map((tensor) => tensor.slice([batch * BATCH_SIZE], [BATCH_SIZE]));
      const [loss] = [await model.trainOnBatch(x, y)].flat() as number[];
      sum += loss;
      tf.dispose([x, y]);
      if (moment.kind === "batch end" && moment.batches.includes(epoch * BATCHES_PER_EPOCH + batch)) change();
    }
    losses.push(sum / BATCHES_PER_EPOCH);
    if ((moment.kind === "epoch end" || moment.kind === "between fits") && moment.epochs.includes(epoch)) change();
  }
  return losses;
}

async function trainByFit({ model, change }: Subject, moment: Moment, epochs: number): Promise<number[]> {
  const dataset = fromTensorSlices([xs, ys]).batch(BATCH_SIZE);
  if (moment.kind === "between fits") {
    const losses: number[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      losses.push((await fit(model, dataset, { epochs: 1, verbose: 0 })).history.loss[0]);
      if (moment.epochs.includes(epoch)) change();
    }
    return losses;
  }
  let epochsBefore = 0;
  const callbacks: Callback<"accuracy">[] = [];
  if (moment.kind === "epoch end")
    callbacks.push({ onEpochEnd: (epoch) => void (moment.epochs.includes(epoch) && change()) });
  if (moment.kind === "epoch begin")
    callbacks.push({ onEpochBegin: (epoch) => void (moment.epochs.includes(epoch) && change()) });
  if (moment.kind === "batch end") {
    callbacks.push({
      onBatchEnd: (batch) => void (moment.batches.includes(epochsBefore * BATCHES_PER_EPOCH + batch) && change()),
      onEpochEnd: () => void epochsBefore++,
    });
  }
  return (await fit(model, dataset, { epochs, verbose: 0, callbacks })).history.loss;
}

/** Asserts that the change makes a difference in plain tfjs; otherwise the comparison would show nothing. */
export async function assertEffective(scenario: Scenario): Promise<void> {
  const subjects = [scenario.build(), scenario.build()];
  await trainByTfjs(subjects[0], { kind: "none" }, EPOCHS);
  await trainByTfjs(subjects[1], { kind: "epoch end", epochs: [1] }, EPOCHS);
  // By layer, since a model lists its frozen weights last.
  const [unchanged, changed] = subjects.map(({ model }) => model.layers.flatMap((layer) => layer.getWeights()));
  const distances = unchanged.map((weight, i) => relativeDistance(weight, changed[i]));
  assert.ok(Math.max(...distances) > 100 * TOLERANCE, `the weights differ by ${distances}`);
  for (const { model } of subjects) {
    model.optimizer.dispose();
    model.dispose();
  }
}

/**
 * Asserts that `fit` trains as plain tfjs does when the change comes at the moment, with a graph or with the reason.
 */
export async function assertFaithful(scenario: Scenario, moment: Moment, epochs = EPOCHS): Promise<void> {
  const [expected, found] = [scenario.build(), scenario.build()];
  const random = Math.random;
  try {
    Math.random = seedrandom("0");
    const losses = await trainByTfjs(expected, moment, epochs);
    Math.random = seedrandom("0");
    const lossesOfFit = await trainByFit(found, moment, epochs);
    losses.forEach((loss, epoch) =>
      assert.ok(
        Math.abs(lossesOfFit[epoch] - loss) <= TOLERANCE * Math.max(Math.abs(loss), 1e-3),
        `epoch ${epoch}: loss ${lossesOfFit[epoch]}, in tfjs ${loss}`,
      ),
    );
    const weights = found.model.getWeights();
    expected.model.getWeights().forEach((weight, i) => {
      const distance = relativeDistance(weight, weights[i]);
      assert.ok(distance <= TOLERANCE, `weight ${i} is off by ${distance.toExponential(1)}`);
    });
    const { fallbackReason } = CompiledModel.of(found.model);
    if (scenario.reason === undefined) assert.equal(fallbackReason, undefined);
    else assert.match(fallbackReason ?? "none", scenario.reason);
  } finally {
    Math.random = random;
    for (const { model } of [expected, found]) {
      model.optimizer.dispose();
      model.dispose();
    }
  }
}
