import * as helpers from "../../../src/helpers";
import { makeProblem } from "../training/problem";

const { tf } = helpers;

/** What the wrong uses are made of. */
export type Subjects = ReturnType<typeof makeSubjects>;

/** A small model with data for it, and what doesn't fit: other shapes, nothing, disposed tensors. */
export function makeSubjects() {
  const problem = makeProblem();
  const { model, xs, ys, dataset } = problem;
  const tensors = {
    scalar: tf.scalar(1),
    empty: tf.zeros([0, 3]),
    fewer: tf.zeros([49, 3]),
    wide: tf.zeros([50, 4]),
    fewColumns: tf.zeros([50, 2]),
    classes: tf.zeros([50], "int32"),
    pictures: tf.zeros([2, 4, 4, 1]),
  };
  const uncompiled = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [3] })] });
  const disposedProblem = makeProblem();
  disposedProblem.dispose();
  const reshaped = tf.zeros([2, 4, 4]);
  reshaped.dispose();
  return {
    model,
    xs,
    ys,
    dataset,
    slices: helpers.fromTensorSlices([xs, ys]),
    uncompiled,
    disposed: { ...disposedProblem, reshaped },
    ...tensors,
    dispose() {
      problem.dispose();
      uncompiled.dispose();
      tf.dispose(Object.values(tensors));
    },
  };
}
