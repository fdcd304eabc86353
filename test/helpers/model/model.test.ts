import assert from "node:assert/strict";
import { beforeAll, describe, test } from "vitest";
import { buildModel, INPUT_SHAPE, layerRows, NUM_CLASSES } from "../../../src/helpers/model";
import * as tf from "../../../src/helpers/tf";

beforeAll(() => tf.ready());

/** Builds a model for `body` and disposes it; no tensor may be left. */
function withModel(options: { seed?: number }, body: (model: tf.Sequential) => void): void {
  const before = tf.memory().numTensors;
  const model = buildModel(options);
  body(model);
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
}

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);

describe("buildModel", () => {
  test("is the article's model: layers, shapes, 288,266 parameters", () =>
    withModel({}, (model) => {
      assert.deepEqual(layerRows(model), [
        { layer: "conv2d", type: "Conv2D", outputShape: "(None, 28, 28, 16)", parameters: 160 },
        { layer: "max_pooling2d", type: "MaxPooling2D", outputShape: "(None, 14, 14, 16)", parameters: 0 },
        { layer: "conv2d_1", type: "Conv2D", outputShape: "(None, 14, 14, 32)", parameters: 4640 },
        { layer: "max_pooling2d_1", type: "MaxPooling2D", outputShape: "(None, 7, 7, 32)", parameters: 0 },
        { layer: "conv2d_2", type: "Conv2D", outputShape: "(None, 7, 7, 64)", parameters: 18496 },
        { layer: "max_pooling2d_2", type: "MaxPooling2D", outputShape: "(None, 4, 4, 64)", parameters: 0 },
        { layer: "flatten", type: "Flatten", outputShape: "(None, 1024)", parameters: 0 },
        { layer: "dense", type: "Dense", outputShape: "(None, 256)", parameters: 262400 },
        { layer: "dense_1", type: "Dense", outputShape: "(None, 10)", parameters: 2570 },
      ]);
      assert.equal(model.countParams(), 288266);
      assert.deepEqual(model.inputs[0].shape, [null, ...INPUT_SHAPE]);
      assert.deepEqual(model.outputs[0].shape, [null, NUM_CLASSES]);
    }));

  test("convolves with 3×3 kernels, same padding, stride 1 and relu, and ends with softmax", () =>
    withModel({}, (model) => {
      for (const layer of model.layers.filter((each) => each.getClassName() === "Conv2D")) {
        const { kernelSize, strides, padding, activation, useBias } = layer.getConfig();
        assert.deepEqual(
          { kernelSize, strides, padding, activation, useBias },
          { kernelSize: [3, 3], strides: [1, 1], padding: "same", activation: "relu", useBias: true },
        );
      }
      for (const layer of model.layers.filter((each) => each.getClassName() === "MaxPooling2D")) {
        const { poolSize, strides, padding } = layer.getConfig();
        assert.deepEqual({ poolSize, strides, padding }, { poolSize: [2, 2], strides: [2, 2], padding: "same" });
      }
      assert.deepEqual(
        model.layers.slice(-2).map((layer) => layer.getConfig().activation),
        ["relu", "softmax"],
      );
    }));

  test("gives ten probabilities for each image, for any batch size", () =>
    withModel({ seed: 1 }, (model) => {
      for (const batch of [1, 3]) {
        tf.tidy(() => {
          const output = model.predict(tf.randomUniform([batch, 28, 28, 1], 0, 1, "float32", 1)) as tf.Tensor;
          assert.deepEqual(output.shape, [batch, 10]);
          for (const sum of output.sum(-1).dataSync()) assert.ok(Math.abs(sum - 1) < 1e-5);
          for (const probability of output.dataSync()) assert.ok(probability > 0 && probability < 1);
        });
      }
    }));

  test("starts with Glorot uniform weights and zero biases", () =>
    withModel({ seed: 42 }, (model) => {
      for (const layer of model.layers.filter((each) => each.countParams() > 0)) {
        const [kernel, bias] = layer.getWeights();
        const [fanInUnits, fanOutUnits] = kernel.shape.slice(-2);
        const window = kernel.shape.slice(0, -2).reduce((product, size) => product * size, 1);
        const limit = Math.sqrt(6 / (window * (fanInUnits + fanOutUnits)));
        const values = [...kernel.dataSync()];
        const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        assert.ok(largest <= limit + 1e-7 && largest > 0.9 * limit, `${layer.name}: ${largest} of ${limit}`);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        // The mean of n draws has the standard deviation limit / sqrt(3 n).
        assert.ok(Math.abs(mean) < (4 * limit) / Math.sqrt(3 * values.length), `${layer.name}: mean ${mean}`);
        assert.ok(bias.dataSync().every((value) => value === 0));
      }
    }));

  test("starts with the same weights for the same seed, and with different ones for another seed or none", () => {
    const weights: number[][][] = [];
    for (const seed of [42, 42, 43, undefined, undefined])
      withModel({ seed }, (model) => void weights.push(weightsOf(model)));
    assert.deepEqual(weights[0], weights[1]);
    for (const [a, b] of [
      [0, 2],
      [0, 3],
      [3, 4],
    ]) {
      // Kernels only: all biases are zero.
      for (let i = 0; i < weights[a].length; i += 2) assert.notDeepEqual(weights[a][i], weights[b][i]);
    }
  });

  test("draws different numbers in each layer, even with a seed", () =>
    withModel({ seed: 0 }, (model) => {
      const starts = weightsOf(model)
        .filter((_, index) => index % 2 === 0)
        .map((kernel) => {
          // Scaled to -1 … 1, layers of one seed would start with the same numbers.
          const largest = kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          return kernel
            .slice(0, 8)
            .map((value) => (value / largest).toFixed(1))
            .join();
        });
      assert.equal(new Set(starts).size, 5);
    }));

  test("can be built many times at once", () => {
    const before = tf.memory().numTensors;
    const models = [buildModel(), buildModel(), buildModel()];
    assert.equal(tf.memory().numTensors, before + 30);
    models.forEach((model) => model.dispose());
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("layerRows", () => {
  test("describes a functional model with several inputs and shared layers", () => {
    const image = tf.input({ shape: [4, 4, 1], name: "image" });
    const other = tf.input({ shape: [4, 4, 1], name: "other" });
    const shared = tf.layers.dense({ units: 2, name: "shared" });
    const merged = tf.layers
      .concatenate({ name: "merged" })
      .apply([shared.apply(image), shared.apply(other)] as tf.SymbolicTensor[]);
    const model = tf.model({ inputs: [image, other], outputs: merged as tf.SymbolicTensor });
    assert.deepEqual(
      layerRows(model).sort((a, b) => a.layer.localeCompare(b.layer)),
      [
        { layer: "image", type: "InputLayer", outputShape: "(None, 4, 4, 1)", parameters: 0 },
        { layer: "merged", type: "Concatenate", outputShape: "(None, 4, 4, 4)", parameters: 0 },
        { layer: "other", type: "InputLayer", outputShape: "(None, 4, 4, 1)", parameters: 0 },
        { layer: "shared", type: "Dense", outputShape: "(None, 4, 4, 2)", parameters: 4 },
      ],
    );
    model.dispose();
  });

  test("writes None for every size that isn't fixed, and all shapes of a layer with several outputs", () => {
    const sequence = tf.input({ shape: [null, 3], name: "sequence" });
    const [output, hidden, cell] = tf.layers
      .lstm({ units: 2, returnState: true, name: "lstm", recurrentInitializer: "glorotUniform" })
      .apply(sequence) as tf.SymbolicTensor[];
    const model = tf.model({ inputs: sequence, outputs: [output, hidden, cell] });
    assert.deepEqual(
      layerRows(model).map(({ outputShape }) => outputShape),
      ["(None, None, 3)", "(None, 2), (None, 2), (None, 2)"],
    );
    model.dispose();
  });

  test("counts the parameters of a frozen layer too", () => {
    const model = buildModel();
    model.layers[0].trainable = false;
    assert.equal(layerRows(model)[0].parameters, 160);
    model.dispose();
  });
});
