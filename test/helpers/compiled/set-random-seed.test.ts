import assert from "node:assert/strict";
import { beforeAll, beforeEach, test } from "vitest";
import { CompiledModel, setRandomSeed } from "../../../src/helpers/compiled";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { fit } from "../../../src/helpers/training";
import { needs } from "../../needs";

beforeAll(() => tf.ready());

let xs: tf.Tensor;
let ys: tf.Tensor;
beforeEach(() => {
  xs = tf.randomUniform([48, 6], 0, 1, "float32", 7);
  ys = tf.tidy(() => tf.oneHot(xs.slice([0, 0], [48, 3]).argMax(-1), 3).toFloat());
});

/** Weights, shuffling and dropout, none with a seed of its own. */
async function run(seed: number, options: { compiled: boolean; epochs?: number }): Promise<number[]> {
  setRandomSeed(seed);
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 16, activation: "relu", inputShape: [6] }),
      tf.layers.gaussianNoise({ stddev: 0.1 }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 3, activation: "softmax", kernelInitializer: "truncatedNormal" }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
  const dataset = fromTensorSlices([xs, ys]).shuffle(48).batch(8);
  const { history } = await fit<never>(model, dataset, { epochs: 4, verbose: 0, ...options });
  if (options.compiled && tf.getBackend() === "tensorflow")
    assert.equal(CompiledModel.of(model).fallbackReason, undefined);
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  model.optimizer.dispose();
  model.dispose();
  return [...history.loss, ...weights];
}

const distance = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

test("the same seed gives the same weights, order and masks; another gives others", async () => {
  const first = await run(1, { compiled: true });
  assert.ok(distance(await run(1, { compiled: true }), first) < 1e-6);
  assert.ok(distance(await run(2, { compiled: true }), first) > 0.01);
});

test("compiled and op by op draw the same masks", async () => {
  const compiled = await run(3, { compiled: true });
  assert.ok(distance(await run(3, { compiled: false }), compiled) < 1e-3);
});

test(
  "several steps in one run of a graph draw a mask for each",
  needs(tf.getBackend() !== "tensorflow" && "graphs need native TensorFlow"),
  async () => {
    const compiled = await run(4, { compiled: true, epochs: 40 });
    assert.ok(distance(await run(4, { compiled: false, epochs: 40 }), compiled) < 0.02);
  },
);

test("a layer's own seed is kept, and what isn't a seed is refused", () => {
  const kernel = (): ArrayLike<number> => {
    const layer = tf.layers.dense({
      units: 2,
      inputShape: [2],
      kernelInitializer: tf.initializers.heNormal({ seed: 5 }),
    });
    const model = tf.sequential({ layers: [layer] });
    const values = layer.getWeights()[0].dataSync();
    model.dispose();
    return values;
  };
  setRandomSeed(1);
  const first = kernel();
  setRandomSeed(2);
  assert.deepEqual(kernel(), first);
  assert.throws(() => setRandomSeed(1.5), /setRandomSeed: seed: expected a whole number from 0 to/);
  assert.throws(() => setRandomSeed(-1), { name: "UsageError" });
});
