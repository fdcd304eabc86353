import assert from "node:assert/strict";
import * as tf from "../../../src/helpers/tf";
import { CompiledModel } from "../../../src/helpers/compiled";

/** A batch for a model: inputs and targets. */
export type Batches = (step: number) => { x: tf.Tensor; y: tf.Tensor };

/** What floating point allows: the project's bound for loss and weights after twenty steps. */
export const TOLERANCE = 1e-4;
export const STEPS = 20;

/** Batches of images that a small network can learn: each class has its own pattern under noise, seeded. */
export function imageBatches({ size, shape, classes, target }: { size: number; shape: number[]; classes: number; target: "one-hot" | "class" | "value" }): Batches {
  const patterns = tf.randomNormal([classes, ...shape], 0, 1, "float32", 11);
  const all = Array.from({ length: STEPS }, (_, step) => {
    const labels = tf.tensor1d(Array.from({ length: size }, (_, i) => (i * 7 + step * 3) % classes), "int32");
    const x = tf.tidy(() => tf.gather(patterns, labels).add(tf.randomNormal([size, ...shape], 0, 0.3, "float32", 100 + step)));
    const y = tf.tidy(() => {
      if (target === "one-hot") return tf.oneHot(labels, classes).toFloat();
      const column = labels.toFloat().reshape([size, 1]);
      return target === "class" ? column : column.div(classes - 1);
    });
    return { x, y };
  });
  return (step) => all[step % STEPS];
}

/** The distance of two tensors, relative to the norm of the first. */
export function relativeDistance(a: tf.Tensor, b: tf.Tensor): number {
  return tf.tidy(() => {
    const distance = a.sub(b).norm().dataSync()[0];
    return distance === 0 ? 0 : distance / a.norm().dataSync()[0];
  });
}

/**
 * Trains two equal models on the same batches, one by tfjs's own `trainOnBatch`, one compiled, and asserts that losses,
 * metrics and weights agree.
 *
 * @param build Makes the same model, weights included, at every call.
 */
export async function assertSameTraining(build: () => tf.LayersModel, batches: Batches): Promise<void> {
  const [expected, found] = [build(), build()];
  const compiled = CompiledModel.of(found);
  try {
    for (let step = 0; step < STEPS; step++) {
      const { x, y } = batches(step);
      const values = [(await expected.trainOnBatch(x, y)) as number | number[]].flat();
      const measured = Object.values(compiled.trainOnBatch(x, y));
      assert.equal(measured.length, values.length);
      values.forEach((value, i) => {
        assert.ok(Math.abs(measured[i] - value) <= TOLERANCE * Math.max(Math.abs(value), 1e-3), `step ${step}, ${compiled.metricsNames[i]}: ${measured[i]} against ${value}`);
      });
    }
    assert.equal(compiled.obstacle, undefined);
    const weights = found.getWeights();
    expected.getWeights().forEach((weight, i) => {
      const distance = relativeDistance(weight, weights[i]);
      assert.ok(distance <= TOLERANCE, `weight ${i} of shape [${weight.shape}] is off by ${distance.toExponential(1)}`);
    });
  } finally {
    for (const model of [expected, found]) {
      model.optimizer.dispose();
      model.dispose();
    }
  }
}
