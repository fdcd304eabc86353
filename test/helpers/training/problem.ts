import assert from "node:assert/strict";
import { fromTensorSlices, type BatchedDataset } from "../../../src/helpers/dataset";
import { loadData } from "../../../src/helpers/mnist";
import { addChannelAxis, scale, toCategorical } from "../../../src/helpers/preprocess";
import * as tf from "../../../src/helpers/tf";

/** A problem that a few milliseconds of training can solve: which of three numbers is the largest? */
export interface Problem {
  readonly model: tf.Sequential;
  readonly xs: tf.Tensor2D;
  readonly ys: tf.Tensor2D;
  /** 50 examples in batches of 16: 16, 16, 16 and 2. */
  readonly dataset: BatchedDataset;
  dispose(): void;
}

export function makeProblem({ metrics = ["accuracy"] }: { metrics?: string[] } = {}): Problem {
  const xs = tf.randomUniform<tf.Rank.R2>([50, 3], 0, 1, "float32", 1);
  const ys = tf.tidy(() => tf.oneHot(xs.argMax(-1), 3).toFloat() as tf.Tensor2D);
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [3], activation: "softmax", kernelInitializer })],
  });
  model.compile({ optimizer: tf.train.adam(0.1), loss: "categoricalCrossentropy", metrics });
  return {
    model,
    xs,
    ys,
    dataset: fromTensorSlices([xs, ys]).batch(16),
    dispose() {
      release(model);
      tf.dispose([xs, ys]);
    },
  };
}

/** The ways in which `fit` trains: with so many epochs, and the option `compiled`. */
export const WAYS_TO_TRAIN = [
  ["op by op", 3, false],
  ["as a graph", 3, true],
  // Enough steps for several of them to run as one graph.
  ["as a graph of several steps", 60, true],
] as const;

/** Asserts that numbers agree up to 1e-4. */
export function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) < 1e-4, `${actual} ≠ ${expected}`));
}

/** All numbers of a model's weights. */
export function weightsOf(model: tf.LayersModel): number[] {
  return model.getWeights().flatMap((weight) => [...weight.dataSync()]);
}

/** Disposes compiled models with their optimizers. */
export function release(...models: tf.LayersModel[]): void {
  for (const model of models) {
    model.optimizer.dispose();
    model.dispose();
  }
}

/** The first `count` images of MNIST's training or test set, ready for the article's model. */
export async function firstImages(part: "train" | "test", count: number): Promise<[tf.Tensor4D, tf.Tensor2D]> {
  const [train, test] = await loadData();
  const [images, labels] = part === "train" ? train : test;
  const [, rows, columns] = images.shape;
  const x = addChannelAxis(
    scale({ data: images.data.subarray(0, count * rows * columns), shape: [count, rows, columns] }),
  );
  return [x, toCategorical(labels.data.subarray(0, count), 10)];
}
