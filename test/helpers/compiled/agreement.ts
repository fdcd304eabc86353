import assert from "node:assert/strict";
import { CompiledModel } from "../../../src/helpers/compiled";
import * as tf from "../../../src/helpers/tf";

/** A batch for a model: inputs and targets. */
export type Batches = (step: number) => { x: tf.Tensor; y: tf.Tensor };

/** What floating point allows: the bound for loss and weights after twenty steps. */
export const TOLERANCE = 1e-4;
export const STEPS = 20;

/** Batches of images that a small network can learn: each class has its own pattern under noise, seeded. */
export function imageBatches({
  size,
  shape,
  classes,
  target,
}: {
  size: number;
  shape: number[];
  classes: number;
  target: "one-hot" | "class" | "value";
}): Batches {
  const patterns = tf.randomNormal([classes, ...shape], 0, 1, "float32", 11);
  const all = Array.from({ length: STEPS }, (_, step) => {
    const labels = tf.tensor1d(
      Array.from({ length: size }, (_, i) => (i * 7 + step * 3) % classes),
      "int32",
    );
    const x = tf.tidy(() =>
      tf.gather(patterns, labels).add(tf.randomNormal([size, ...shape], 0, 0.3, "float32", 100 + step)),
    );
    const y = tf.tidy(() => {
      if (target === "one-hot") return tf.oneHot(labels, classes).toFloat();
      const column = labels.toFloat().reshape([size, 1]);
      return target === "class" ? column : column.div(classes - 1);
    });
    return { x, y };
  });
  return (step) => all[step % STEPS];
}

/** The distance between two tensors, relative to the norm of the first. */
export function relativeDistance(a: tf.Tensor, b: tf.Tensor): number {
  return tf.tidy(() => {
    const distance = a.sub(b).norm().dataSync()[0];
    return distance === 0 ? 0 : distance / a.norm().dataSync()[0];
  });
}

/** How many steps the third model of {@link assertSameTraining} takes in each run of its graph. */
const STEPS_PER_EXECUTION = 2;

/**
 * Trains three equal models on the same batches: one by tfjs's own `trainOnBatch`, one compiled, and one compiled that
 * gathers its batches and takes several steps in one run. Asserts that losses, metrics and weights agree.
 *
 * @param build Makes the same model, weights included, at every call.
 */
export async function assertSameTraining(build: () => tf.LayersModel, batches: Batches): Promise<void> {
  const [expected, found, severalAtATime] = [build(), build(), build()];
  const compiled = CompiledModel.of(found);
  const values: number[][] = [];
  const assertSame = (step: number, measured: Record<string, number>) => {
    assert.equal(Object.keys(measured).length, values[step].length);
    Object.entries(measured).forEach(([name, value], i) => {
      const other = values[step][i];
      assert.ok(
        Math.abs(value - other) <= TOLERANCE * Math.max(Math.abs(other), 1e-3),
        `step ${step}, ${name}: ${value} against ${other}`,
      );
    });
  };
  try {
    for (let step = 0; step < STEPS; step++) {
      const { x, y } = batches(step);
      values.push([(await expected.trainOnBatch(x, y)) as number | number[]].flat());
      assertSame(step, compiled.trainOnBatch(x, y));
    }
    takeSeveralAtATime(severalAtATime, batches).forEach((measured, step) => assertSame(step, measured));
    for (const model of [found, severalAtATime]) {
      assert.equal(CompiledModel.of(model).fallbackReason, undefined);
      const weights = model.getWeights();
      expected.getWeights().forEach((weight, i) => {
        const distance = relativeDistance(weight, weights[i]);
        assert.ok(
          distance <= TOLERANCE,
          `weight ${i} of shape [${weight.shape}] is off by ${distance.toExponential(1)}, ` +
            `${model === severalAtATime ? "several steps" : "one step"} in each run`,
        );
      });
    }
  } finally {
    for (const model of [expected, found, severalAtATime]) {
      model.optimizer.dispose();
      model.dispose();
    }
  }
}

/** Takes the steps a few at a time, on rows of tensors that hold all batches. */
function takeSeveralAtATime(model: tf.LayersModel, batches: Batches): Record<string, number>[] {
  const all = Array.from({ length: STEPS }, (_, step) => batches(step));
  const [x, y] = [tf.concat(all.map(({ x }) => x)), tf.concat(all.map(({ y }) => y))];
  const size = all[0].x.shape[0];
  const rows = all.map((_, step) => Int32Array.from({ length: size }, (_, i) => step * size + i));
  const logs: Record<string, number>[] = [];
  for (let step = 0; step < STEPS; step += STEPS_PER_EXECUTION)
    logs.push(...CompiledModel.of(model).trainOnRows(x, y, rows.slice(step, step + STEPS_PER_EXECUTION)));
  tf.dispose([x, y]);
  return logs;
}
