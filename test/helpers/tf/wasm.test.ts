import "./use-wasm";
import assert from "node:assert/strict";
import { beforeAll, describe, test } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import { loadData } from "../../../src/helpers/mnist";
import { buildModel } from "../../../src/helpers/model";
import { addChannelAxis, scale, toCategorical } from "../../../src/helpers/preprocess";
import * as tf from "../../../src/helpers/tf";
import { fit } from "../../../src/helpers/training";

beforeAll(async () => {
  await tf.ready();
  assert.equal(tf.getBackend(), "wasm");
});

/** What `compute` gives on a backend. */
async function on(
  backend: "wasm" | "cpu",
  compute: () => tf.Tensor[],
): Promise<{ shape: number[]; values: number[] }[]> {
  await tf.setBackend(backend);
  try {
    return tf.tidy(() => compute().map((tensor) => ({ shape: tensor.shape, values: [...tensor.dataSync()] })));
  } finally {
    await tf.setBackend("wasm");
  }
}

/** Both backends give the same, to float32's precision. */
async function assertSameOnBoth(compute: () => tf.Tensor[]): Promise<void> {
  const [wasm, cpu] = [await on("wasm", compute), await on("cpu", compute)];
  assert.equal(wasm.length, cpu.length);
  wasm.forEach(({ shape, values }, place) => {
    assert.deepEqual(shape, cpu[place].shape);
    const largest = cpu[place].values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    values.forEach((value, i) => {
      const expected = cpu[place].values[i];
      assert.ok(Math.abs(value - expected) <= 1e-5 * Math.max(largest, 1e-3), `${value}, expected ${expected} at ${i}`);
    });
  });
}

type Padding = "same" | "valid" | number | [[number, number], [number, number], [number, number], [number, number]];

/** The gradients of a convolution with respect to its input and its filter, for a given gradient of the output. */
function gradients(
  input: [number, number, number, number],
  kernel: [number, number],
  filters: number,
  strides: number | [number, number],
  pad: Padding,
): tf.Tensor[] {
  const x = tf.randomNormal<tf.Rank.R4>(input, 0, 1, "float32", 1);
  const filter = tf.randomNormal<tf.Rank.R4>([...kernel, input[3], filters], 0, 1, "float32", 2);
  const convolve = (image: tf.Tensor4D, weights: tf.Tensor4D) => tf.conv2d(image, weights, strides, pad);
  const dy = tf.randomNormal<tf.Rank.R4>(convolve(x, filter).shape, 0, 1, "float32", 3);
  return tf.grads((image, weights) => convolve(image as tf.Tensor4D, weights as tf.Tensor4D))([x, filter], dy);
}

describe("the gradient of a convolution", () => {
  for (const pad of ["same", "valid"] as const) {
    for (const strides of [1, 2, 3]) {
      test(`is the JavaScript backend's with ${pad} padding and stride ${strides}, for any kernel size`, async () => {
        for (const kernel of [
          [1, 1],
          [2, 2],
          [3, 3],
          [5, 5],
          [1, 4],
          [3, 2],
        ] as [number, number][]) {
          for (const size of [
            [7, 7],
            [8, 6],
          ]) {
            await assertSameOnBoth(() => gradients([2, size[0], size[1], 3], kernel, 4, strides, pad));
          }
        }
      });
    }
  }

  const cases: [what: string, () => tf.Tensor[]][] = [
    ["one image, one channel, one filter", () => gradients([1, 5, 5, 1], [3, 3], 1, 1, "same")],
    ["a stride of its own for each axis", () => gradients([2, 9, 8, 2], [3, 3], 2, [2, 1], "same")],
    ["padding by a number of pixels", () => gradients([2, 6, 6, 2], [3, 3], 2, 1, 2)],
    ["padding by a number of pixels with a stride", () => gradients([2, 7, 7, 2], [3, 3], 2, 2, 1)],
    [
      "padding that differs on each side",
      () =>
        gradients([2, 6, 6, 2], [3, 3], 2, 1, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
    ],
    ["a kernel as large as the image", () => gradients([3, 4, 4, 2], [4, 4], 3, 1, "valid")],
    ["the article's second convolution", () => gradients([2, 14, 14, 16], [3, 3], 32, 1, "same")],
  ];
  for (const [what, compute] of cases) test(`is the JavaScript backend's for ${what}`, () => assertSameOnBoth(compute));

  test("leaves no tensor behind", () => {
    tf.tidy(() => void gradients([2, 6, 6, 2], [3, 3], 2, 1, "same"));
    const before = tf.memory().numTensors;
    tf.tidy(() => void gradients([2, 6, 6, 2], [3, 3], 2, 1, "same"));
    assert.equal(tf.memory().numTensors, before);
  });

  test("rejects channels first, like the convolution itself", () => {
    tf.tidy(() => {
      const dy = tf.zeros<tf.Rank.R4>([1, 1, 2, 2]);
      assert.throws(
        () =>
          tf
            .engine()
            .runKernel(
              "Conv2DBackpropFilter",
              { x: tf.zeros([1, 1, 4, 4]), dy },
              { strides: 1, pad: "valid", dataFormat: "NCHW", filterShape: [3, 3, 1, 1] },
            ),
        /expected data format NHWC, found NCHW/,
      );
    });
  });
});

describe("the article's model on WebAssembly", () => {
  test("has the JavaScript backend's loss and gradients", async () => {
    const model = buildModel({ seed: 42 });
    await assertSameOnBoth(() => {
      const x = tf.randomUniform([1, 28, 28, 1], 0, 1, "float32", 1);
      const y = tf.oneHot([3], 10).toFloat();
      const { value, grads } = tf.variableGrads(() =>
        tf.metrics.categoricalCrossentropy(y, model.apply(x, { training: true }) as tf.Tensor).mean(),
      );
      const names = Object.keys(grads).sort();
      assert.equal(names.length, 10);
      return [value, ...names.map((name) => grads[name])];
    });
    model.dispose();
  });

  test("learns from 500 images", async () => {
    const [[images, labels]] = await loadData();
    const x = addChannelAxis(scale({ data: images.data.subarray(0, 500 * 784), shape: [500, 28, 28] }));
    const y = toCategorical(labels.data.subarray(0, 500), 10);
    const model = buildModel({ seed: 42 });
    model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    const { history } = await fit(model, fromTensorSlices([x, y]).shuffle(500, { seed: 42 }).batch(25), {
      epochs: 2,
      verbose: 0,
    });
    assert.ok(history.loss[0] < 2.25 && history.loss[1] < 0.6 * history.loss[0], `loss ${history.loss}`);
    assert.ok(history.accuracy[1] > 0.6, `accuracy ${history.accuracy}`);
  });
});
