import fc from "fast-check";
import { test } from "vitest";
import * as tf from "../../../src/helpers/tf";
import { needs } from "../../needs";
import { type Batches, assertSameTraining, imageBatches } from "./agreement";

const skip = tf.getBackend() === "tensorflow" ? false : "graphs need native TensorFlow";
const SHAPE = [8, 8, 2];
const CLASSES = 4;
const SIZE = 8;

/** Initializers that give the same weights for each model built with the same counter. */
function initializers(): () => ReturnType<typeof tf.initializers.glorotUniform> {
  let seed = 1;
  return () => tf.initializers.glorotUniform({ seed: seed++ });
}

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.02),
  momentum: () => tf.train.momentum(0.01, 0.9),
  nesterov: () => tf.train.momentum(0.01, 0.9, true),
  rmsprop: () => tf.train.rmsprop(0.002, 0.9, 0.5),
  adagrad: () => tf.train.adagrad(0.01),
  adadelta: () => tf.train.adadelta(0.002, 0.95, 1e-3),
  adam: () => tf.train.adam(0.002),
  "adam, other betas": () => tf.train.adam(0.002, 0.8, 0.99, 1e-5),
  adamax: () => tf.train.adamax(0.002),
};

const LOSSES: {
  loss: string;
  activation: "softmax" | "sigmoid" | "tanh" | "linear";
  target: "one-hot" | "class" | "value";
  metrics: string[];
}[] = [
  { loss: "categoricalCrossentropy", activation: "softmax", target: "one-hot", metrics: ["accuracy"] },
  { loss: "sparseCategoricalCrossentropy", activation: "softmax", target: "class", metrics: ["accuracy"] },
  { loss: "kullbackLeiblerDivergence", activation: "softmax", target: "one-hot", metrics: ["categoricalCrossentropy"] },
  { loss: "binaryCrossentropy", activation: "sigmoid", target: "value", metrics: ["binaryAccuracy", "precision"] },
  { loss: "meanSquaredError", activation: "linear", target: "value", metrics: ["mae"] },
  { loss: "meanAbsoluteError", activation: "linear", target: "value", metrics: [] },
  { loss: "meanSquaredLogarithmicError", activation: "sigmoid", target: "value", metrics: ["mape"] },
  { loss: "hinge", activation: "tanh", target: "value", metrics: [] },
  { loss: "squaredHinge", activation: "tanh", target: "value", metrics: [] },
  { loss: "categoricalHinge", activation: "softmax", target: "one-hot", metrics: ["cosine"] },
  { loss: "logcosh", activation: "linear", target: "value", metrics: [] },
  { loss: "poisson", activation: "sigmoid", target: "value", metrics: [] },
  { loss: "cosineProximity", activation: "linear", target: "one-hot", metrics: [] },
];

/** One layer, or a few that belong together, put between the input and the classifier. */
const LAYERS: Record<
  string,
  (initializer: () => ReturnType<typeof tf.initializers.glorotUniform>) => tf.layers.Layer[]
> = {
  "conv2d, same, relu": (i) => [
    tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu", kernelInitializer: i() }),
  ],
  "conv2d, strides, weight decay": (i) => [
    tf.layers.conv2d({
      filters: 4,
      kernelSize: 3,
      strides: 2,
      kernelInitializer: i(),
      kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }),
    }),
  ],
  conv2dTranspose: (i) => [
    tf.layers.conv2dTranspose({
      filters: 3,
      kernelSize: 3,
      strides: 2,
      padding: "same",
      activation: "elu",
      kernelInitializer: i(),
    }),
  ],
  depthwiseConv2d: (i) => [
    tf.layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: i(), activation: "relu6" }),
  ],
  separableConv2d: (i) => [
    tf.layers.separableConv2d({
      filters: 4,
      kernelSize: 3,
      depthwiseInitializer: i(),
      pointwiseInitializer: i(),
      activation: "selu",
    }),
  ],
  maxPooling2d: () => [tf.layers.maxPooling2d({ poolSize: 2, strides: 2, padding: "same" })],
  averagePooling2d: () => [tf.layers.averagePooling2d({ poolSize: 3, strides: 2 })],
  globalAveragePooling2d: (i) => [
    tf.layers.conv2d({ filters: 6, kernelSize: 3, kernelInitializer: i() }),
    tf.layers.globalAveragePooling2d({}),
  ],
  globalMaxPooling2d: (i) => [
    tf.layers.conv2d({ filters: 6, kernelSize: 3, kernelInitializer: i() }),
    tf.layers.globalMaxPooling2d({}),
  ],
  batchNormalization: (i) => [
    tf.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, kernelInitializer: i() }),
    tf.layers.batchNormalization({}),
    tf.layers.reLU({}),
  ],
  layerNormalization: () => [tf.layers.layerNormalization({})],
  "zeroPadding2d, cropping2d, upSampling2d": () => [
    tf.layers.zeroPadding2d({ padding: 1 }),
    tf.layers.cropping2D({
      cropping: [
        [1, 0],
        [0, 1],
      ],
    }),
    tf.layers.upSampling2d({ size: [2, 2] }),
  ],
  "leakyReLU, prelu": () => [tf.layers.leakyReLU({}), tf.layers.prelu({})],
  "permute, reshape": () => [tf.layers.permute({ dims: [2, 1, 3] }), tf.layers.reshape({ targetShape: [16, 8] })],
  conv1d: (i) => [
    tf.layers.reshape({ targetShape: [16, 8] }),
    tf.layers.conv1d({ filters: 4, kernelSize: 3, activation: "swish", kernelInitializer: i() }),
  ],
  lstm: (i) => [
    tf.layers.reshape({ targetShape: [8, 16] }),
    tf.layers.lstm({ units: 5, kernelInitializer: i(), recurrentInitializer: i() }),
  ],
  "gru, bidirectional": (i) => [
    tf.layers.reshape({ targetShape: [8, 16] }),
    tf.layers.bidirectional({
      layer: tf.layers.gru({ units: 3, kernelInitializer: i(), recurrentInitializer: i() }),
      mergeMode: "concat",
    }),
  ],
  "simpleRNN, timeDistributed": (i) => [
    tf.layers.reshape({ targetShape: [8, 16] }),
    tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 4, kernelInitializer: i() }) }),
    tf.layers.simpleRNN({ units: 4, kernelInitializer: i(), recurrentInitializer: i() }),
  ],
  "dense, every activation": (i) => [
    tf.layers.flatten(),
    ...(
      ["relu", "sigmoid", "hardSigmoid", "softplus", "softsign", "tanh", "elu", "selu", "swish", "mish"] as const
    ).map((activation) =>
      tf.layers.dense({
        units: 6,
        activation,
        kernelInitializer: i(),
        kernelConstraint: activation === "tanh" ? tf.constraints.maxNorm({ maxValue: 2 }) : undefined,
      }),
    ),
  ],
};

interface Plan {
  readonly layers: tf.layers.Layer[];
  readonly optimizer: tf.Optimizer;
  readonly head?: (typeof LOSSES)[number];
  readonly initializer: ReturnType<typeof initializers>;
}

function modelOf({ layers, optimizer, head = LOSSES[0], initializer }: Plan): tf.LayersModel {
  const input = tf.input({ shape: SHAPE });
  let output = layers.reduce((tensor, layer) => layer.apply(tensor) as tf.SymbolicTensor, input);
  if (output.shape.length > 2) output = tf.layers.flatten().apply(output) as tf.SymbolicTensor;
  const units = head.target === "value" ? 1 : CLASSES;
  output = tf.layers
    .dense({ units, activation: head.activation, kernelInitializer: initializer() })
    .apply(output) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  model.compile({ optimizer, loss: head.loss, metrics: head.metrics });
  return model;
}

const batchesFor = new Map<string, Batches>();
function batches(target: "one-hot" | "class" | "value"): Batches {
  let found = batchesFor.get(target);
  if (found === undefined)
    batchesFor.set(target, (found = imageBatches({ size: SIZE, shape: SHAPE, classes: CLASSES, target })));
  return found;
}

for (const [name, make] of Object.entries(OPTIMIZERS)) {
  test(`twenty compiled steps agree with tfjs: optimizer ${name}`, needs(skip), () =>
    assertSameTraining(() => {
      const initializer = initializers();
      return modelOf({ layers: LAYERS["conv2d, same, relu"](initializer), optimizer: make(), initializer });
    }, batches("one-hot")),
  );
}

for (const head of LOSSES) {
  test(`twenty compiled steps agree with tfjs: loss ${head.loss}`, needs(skip), () =>
    assertSameTraining(() => {
      const initializer = initializers();
      return modelOf({
        layers: LAYERS["conv2d, same, relu"](initializer),
        optimizer: tf.train.sgd(0.01),
        head,
        initializer,
      });
    }, batches(head.target)),
  );
}

for (const [name, make] of Object.entries(LAYERS)) {
  test(`twenty compiled steps agree with tfjs: layers ${name}`, needs(skip), () =>
    assertSameTraining(() => {
      const initializer = initializers();
      return modelOf({ layers: make(initializer), optimizer: tf.train.momentum(0.005, 0.9), initializer });
    }, batches("one-hot")),
  );
}

test("twenty compiled steps agree with tfjs: 100 random architectures", needs(skip), async () => {
  // A bias before a batch normalization has no gradient but rounding noise, which Adam and its like blow up to full
  // steps.
  const block = fc.constantFrom(
    "conv",
    "conv, normalized",
    "depthwise",
    "max pool",
    "average pool",
    "layer norm",
    "residual",
  );
  const architecture = fc.record({
    blocks: fc.array(block, { minLength: 1, maxLength: 2 }),
    activation: fc.constantFrom("relu" as const, "tanh" as const, "elu" as const, "sigmoid" as const),
    filters: fc.integer({ min: 2, max: 5 }),
    units: fc.array(fc.integer({ min: 3, max: 9 }), { maxLength: 2 }),
    optimizer: fc.constantFrom(...Object.keys(OPTIMIZERS)),
    head: fc.constantFrom(...LOSSES.slice(0, 5)),
  });
  await fc.assert(
    fc.asyncProperty(architecture, async ({ blocks, activation, filters, units, optimizer, head }) => {
      const build = (): tf.LayersModel => {
        const initializer = initializers();
        const conv = (useBias: boolean) =>
          tf.layers.conv2d({ filters, kernelSize: 3, padding: "same", useBias, kernelInitializer: initializer() });
        const input = tf.input({ shape: SHAPE });
        let tensor = input;
        const through = (layer: tf.layers.Layer) => (tensor = layer.apply(tensor) as tf.SymbolicTensor);
        for (const kind of blocks) {
          if (kind === "conv") through(conv(true));
          if (kind === "conv, normalized") [conv(false), tf.layers.batchNormalization({})].forEach(through);
          if (kind === "depthwise")
            through(tf.layers.depthwiseConv2d({ kernelSize: 3, padding: "same", depthwiseInitializer: initializer() }));
          if (kind === "max pool") through(tf.layers.maxPooling2d({ poolSize: 2, padding: "same" }));
          if (kind === "average pool") through(tf.layers.averagePooling2d({ poolSize: 2, padding: "same" }));
          if (kind === "layer norm") through(tf.layers.layerNormalization({}));
          if (kind === "residual") {
            through(conv(true));
            const branch = conv(true).apply(tensor) as tf.SymbolicTensor;
            tensor = tf.layers.add().apply([tensor, branch]) as tf.SymbolicTensor;
          }
          through(tf.layers.activation({ activation }));
        }
        through(tf.layers.flatten());
        for (const count of units)
          through(tf.layers.dense({ units: count, activation, kernelInitializer: initializer() }));
        through(
          tf.layers.dense({
            units: head.target === "value" ? 1 : CLASSES,
            activation: head.activation,
            kernelInitializer: initializer(),
          }),
        );
        const model = tf.model({ inputs: input, outputs: tensor });
        model.compile({ optimizer: OPTIMIZERS[optimizer](), loss: head.loss, metrics: head.metrics });
        return model;
      };
      await assertSameTraining(build, batches(head.target));
    }),
    { numRuns: 100, seed: 20260, endOnFailure: true },
  );
});
