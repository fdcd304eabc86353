import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  outputSize,
  paddingAmounts,
  parameterCount,
  receptiveField,
  slidingWindow,
  windowCells,
} from "../../../src/helpers/convolution";
import * as tf from "../../../src/helpers/tf";

describe("output sizes", () => {
  test("match TensorFlow's, also for even kernels and strides", () => {
    assert.equal(outputSize(28, 3), 26);
    assert.equal(outputSize(28, 3, { padding: "same" }), 28);
    assert.equal(outputSize(28, 2, { padding: "same", strides: 2 }), 14);
    assert.equal(outputSize(7, 2, { padding: "same", strides: 2 }), 4);
    assert.equal(outputSize(7, 2, { padding: "valid", strides: 2 }), 3);
    assert.equal(outputSize(7, 3, { dilationRate: 3 }), 1);
    assert.throws(() => outputSize(5, 6), /window size: expected at most 5, .*found 6/);
    assert.throws(() => outputSize(2.5, 1), /image size: expected a whole number of at least 1, found 2.5/);
  });

  test("put the odd cell of padding after the image", () => {
    assert.deepEqual(paddingAmounts(5, 3, { padding: "same" }), [1, 1]);
    assert.deepEqual(paddingAmounts(5, 2, { padding: "same" }), [0, 1]);
    assert.deepEqual(paddingAmounts(7, 2, { padding: "same", strides: 2 }), [0, 1]);
    assert.deepEqual(paddingAmounts(5, 4, { padding: "same" }), [1, 2]);
    assert.deepEqual(paddingAmounts(5, 3), [0, 0]);
  });
});

describe("a sliding window", () => {
  const option = { minLength: 2, maxLength: 2 };
  test("has positions that fit the padded image", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 4, max: 12 }), option),
        fc.array(fc.integer({ min: 1, max: 4 }), option),
        fc.integer({ min: 1, max: 4 }),
        (input, kernel, strides) => {
          const window = slidingWindow([input[0], input[1]], [kernel[0], kernel[1]], { strides, padding: "same" });
          const first = windowCells(window, 0, 0)[0];
          const last = windowCells(window, window.outputShape[0] - 1, window.outputShape[1] - 1).at(-1);
          assert.deepEqual(
            [first.row, first.column],
            [-window.rowPadding[0], -window.columnPadding[0]].map((v) => v + 0),
          );
          // The last window may end before the image does, but never beyond the padding.
          assert.ok(last !== undefined && last.row < input[0] + window.rowPadding[1]);
          assert.ok(last.column < input[1] + window.columnPadding[1]);
        },
      ),
      { numRuns: 500, seed: 20220927 },
    );
  });

  test("rejects a stride on one axis with a dilation on the other, like TensorFlow", () => {
    assert.throws(
      () => slidingWindow([9, 9], [2, 2], { strides: [2, 1], dilationRate: [1, 2] }),
      /stride \[2, 1\] and dilation \[1, 2\]/,
    );
    const image = tf.zeros<tf.Rank.R3>([9, 9, 1]);
    const kernel = tf.zeros<tf.Rank.R4>([2, 2, 1, 1]);
    assert.throws(() => tf.conv2d(image, kernel, [2, 1], "valid", "NHWC", [1, 2]));
    tf.dispose([image, kernel]);
  });
});

describe("receptive fields", () => {
  const convolution = { kernelSize: 3, padding: "same" } as const;
  const pooling = { kernelSize: 2, strides: 2, padding: "same" } as const;

  test("grow through the article's model from 3 to 22 pixels", () => {
    const layers = [convolution, pooling, convolution, pooling, convolution, pooling].map((layer, i) => ({
      name: `${i}`,
      ...layer,
    }));
    const fields = receptiveField(28, layers);
    assert.deepEqual(
      fields.map((field) => field.size),
      [3, 4, 8, 10, 18, 22],
    );
    assert.deepEqual(
      fields.map((field) => field.jump),
      [1, 2, 2, 4, 4, 8],
    );
    assert.deepEqual(
      fields.map((field) => field.outputSize),
      [28, 14, 14, 7, 7, 4],
    );
  });

  test("contain exactly the pixels that can change a unit", () => {
    // Weights of one: every pixel of the field adds to the unit, so its gradient is not zero just there.
    const layers = [
      { name: "a", kernelSize: 3, strides: 2, padding: "same" },
      { name: "b", kernelSize: 2, padding: "valid" },
      { name: "c", kernelSize: 4, strides: 3, padding: "same" },
    ] as const;
    const side = 26;
    const last = receptiveField(side, layers).at(-1)!;
    for (let unit = 0; unit < last.outputSize; unit++) {
      const seen = tf.tidy(() => {
        const output = (x: tf.Tensor): tf.Scalar =>
          layers
            .reduce<tf.Tensor4D>(
              (y, layer) =>
                tf.conv2d(
                  y,
                  tf.ones([layer.kernelSize, 1, 1, 1]),
                  ["strides" in layer ? layer.strides : 1, 1],
                  layer.padding,
                ),
              x.reshape([1, side, 1, 1]),
            )
            .slice([0, unit, 0, 0], [1, 1, 1, 1])
            .asScalar();
        return [
          ...tf
            .grad(output)(tf.zeros([side]))
            .dataSync(),
        ].map((slope) => slope !== 0);
      });
      const start = last.start + unit * last.jump;
      assert.deepEqual(
        seen,
        seen.map((_, pixel) => pixel >= start && pixel < start + last.size),
        `unit ${unit}`,
      );
    }
  });
});

describe("parameterCount", () => {
  test("agrees with the layers of TensorFlow", () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [9, 9, 3], filters: 5, kernelSize: [3, 2] }),
        tf.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 7 }),
      ],
    });
    assert.deepEqual(
      [
        parameterCount({ kernelSize: [3, 2], inputChannels: 3, filters: 5 }),
        parameterCount({ kernelSize: 3, inputChannels: 5, filters: 4, useBias: false }),
        parameterCount({ inputs: 5 * 6 * 4, units: 7 }),
      ],
      [0, 1, 3].map((i) => model.layers[i].countParams()),
    );
    model.dispose();
  });

  test("gives the article's numbers", () => {
    const counts = [
      parameterCount({ kernelSize: 3, inputChannels: 1, filters: 16 }),
      parameterCount({ kernelSize: 3, inputChannels: 16, filters: 32 }),
      parameterCount({ kernelSize: 3, inputChannels: 32, filters: 64 }),
      parameterCount({ inputs: 4 * 4 * 64, units: 256 }),
      parameterCount({ inputs: 256, units: 10 }),
    ];
    assert.deepEqual(counts, [160, 4_640, 18_496, 262_400, 2_570]);
    assert.equal(parameterCount({ inputs: 30 * 30, units: 1, useBias: false }), 900);
    assert.equal(parameterCount({ inputs: 30 * 30 * 3, units: 1, useBias: false }), 2_700);
  });

  test("rejects sizes that aren't counts", () => {
    assert.throws(
      () => parameterCount({ inputs: 0, units: 3 }),
      /parameterCount: inputs: expected a whole number of at least 1, found 0/,
    );
    assert.throws(
      () => parameterCount({ kernelSize: 3, inputChannels: 1, filters: 1.5 }),
      /filters: expected a whole number.*1.5/,
    );
  });
});
