import { checkWholeNumber } from "../../shared/checks";
import * as tf from "../tf";

/** The shape of MNIST's images: 28 rows, 28 columns, one channel. */
export const INPUT_SHAPE: [rows: number, columns: number, channels: number] = [28, 28, 1];
/** The number of MNIST's classes, the digits 0 to 9. */
export const NUM_CLASSES = 10;

/** The filters of the article's three blocks "convolve, then halve": twice as many each time. */
const FILTERS = [16, 32, 64];
const HIDDEN_UNITS = 256;

/**
 * Builds the article's CNN: (Conv2D 3×3 same relu → MaxPooling2D 2×2 same) with 16, 32 and 64 filters, Flatten, Dense
 * 256 relu, Dense 10 softmax. Input `[batch, 28, 28, 1]` with values 0..1, output `[batch, 10]`: probabilities. Feature
 * maps are 28 → 14 → 7 → 4 pixels wide; 288,266 parameters. Initial weights are Keras's (Glorot uniform, bias 0).
 *
 * The model's weights are freed when nothing refers to it any more (`tf/memory.ts`).
 *
 * @param options.seed gives the same initial weights in every run
 * @throws if the seed isn't a whole number of at least 0
 * @see notebooks/07-model.ipynb
 * @example
 * const model = buildModel({ seed: 1 });
 * model.countParams() // 288266
 */
export function buildModel(options: { seed?: number } = {}): tf.Sequential {
  if (options.seed !== undefined) checkWholeNumber("buildModel: seed", options.seed, 0);
  let weightsDrawn = 0;
  // Each layer gets its own seed: with the same seed, every layer would draw the same numbers.
  const kernelInitializer = () =>
    tf.initializers.glorotUniform({ seed: options.seed === undefined ? undefined : options.seed + weightsDrawn++ });

  const model = tf.sequential({ name: "cnn" });
  FILTERS.forEach((filters, index) => {
    const suffix = index === 0 ? "" : `_${index}`;
    model.add(
      tf.layers.conv2d({
        name: `conv2d${suffix}`,
        ...(index === 0 ? { inputShape: INPUT_SHAPE } : {}),
        filters,
        kernelSize: 3,
        strides: 1,
        padding: "same",
        activation: "relu",
        kernelInitializer: kernelInitializer(),
      }),
    );
    model.add(tf.layers.maxPooling2d({ name: `max_pooling2d${suffix}`, poolSize: 2, strides: 2, padding: "same" }));
  });
  model.add(tf.layers.flatten({ name: "flatten" }));
  model.add(
    tf.layers.dense({ name: "dense", units: HIDDEN_UNITS, activation: "relu", kernelInitializer: kernelInitializer() }),
  );
  model.add(
    tf.layers.dense({
      name: "dense_1",
      units: NUM_CLASSES,
      activation: "softmax",
      kernelInitializer: kernelInitializer(),
    }),
  );
  return model;
}
