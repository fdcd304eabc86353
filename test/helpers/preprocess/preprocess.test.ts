import assert from "node:assert/strict";
import fc from "fast-check";
import { beforeAll, describe, test } from "vitest";
import { loadData, type Images } from "../../../src/helpers/mnist";
import { addChannelAxis, scale, toCategorical } from "../../../src/helpers/preprocess";
import * as tf from "../../../src/helpers/tf";

beforeAll(() => tf.ready());

const images = (bytes: number[], shape: readonly [number, number, number]): Images => ({
  data: Uint8Array.from(bytes),
  shape,
});

/** Runs `make` and gives its tensor's values; nothing but that tensor may be left, and it is disposed here. */
function valuesOf(make: () => tf.Tensor): { shape: number[]; dtype: string; values: number[] } {
  const before = tf.memory().numTensors;
  const tensor = make();
  const result = { shape: tensor.shape, dtype: tensor.dtype, values: [...tensor.dataSync()] };
  assert.equal(tf.memory().numTensors, before + 1, "one tensor is made");
  tensor.dispose();
  assert.equal(tf.memory().numTensors, before);
  return result;
}

describe("scale", () => {
  test("divides every byte by 255 in float32, like NumPy", () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    const { shape, dtype, values } = valuesOf(() => scale(images(bytes, [1, 16, 16])));
    assert.deepEqual(shape, [1, 16, 16]);
    assert.equal(dtype, "float32");
    assert.deepEqual(
      values,
      bytes.map((byte) => Math.fround(byte / 255)),
    );
    assert.deepEqual([values[0], values[255]], [0, 1]);
  });

  test("keeps the order of pixels in a stack of images", () => {
    const { shape, values } = valuesOf(() => scale(images([0, 255, 255, 0, 51, 0, 0, 102, 0, 0, 0, 255], [2, 2, 3])));
    assert.deepEqual(shape, [2, 2, 3]);
    assert.deepEqual(values, [0, 1, 1, 0, 0.2, 0, 0, 0.4, 0, 0, 0, 1].map(Math.fround));
  });

  test("keeps MNIST between 0 and 1, with mean 0.1325 on the test images", async () => {
    const [, [xTest]] = await loadData();
    const before = tf.memory().numTensors;
    const x = scale(xTest);
    const [smallest, largest, mean] = tf.tidy(() =>
      [x.min(), x.max(), x.mean([1, 2]).mean()].map((value) => value.dataSync()[0]),
    );
    assert.deepEqual(x.shape, [10000, 28, 28]);
    assert.deepEqual([smallest, largest], [0, 1]);
    assert.ok(Math.abs(mean - 0.1325) < 1e-4, `${mean}`);
    x.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("addChannelAxis", () => {
  test("adds a last axis and changes no value", () => {
    const x = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 2, 3]);
    const { shape, values } = valuesOf(() => addChannelAxis(x));
    assert.deepEqual(shape, [1, 2, 3, 1]);
    assert.deepEqual(values, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...x.dataSync()], [1, 2, 3, 4, 5, 6], "the given tensor stays usable");
    x.dispose();
  });

  test("rejects other ranks", () => {
    const pixels = tf.zeros([28, 28]);
    const batch = tf.zeros([2, 28, 28, 1]);
    // As an untyped notebook cell could call it.
    const untyped = addChannelAxis as (tensor: tf.Tensor) => tf.Tensor;
    assert.throws(
      () => untyped(pixels),
      /expected shape \[count, rows, columns\], found \[28,28\]. Pass a batch of images/,
    );
    assert.throws(() => untyped(batch), /found \[2,28,28,1\]. It already has a channel axis/);
    tf.dispose([pixels, batch]);
  });
});

describe("toCategorical", () => {
  test("gives the same result as keras.utils.to_categorical", () => {
    const { shape, dtype, values } = valuesOf(() => toCategorical([0, 2, 1, 2], 4));
    assert.deepEqual(shape, [4, 4]);
    assert.equal(dtype, "float32");
    assert.deepEqual(values, [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
  });

  test("defaults to the largest label plus one classes", () => {
    assert.deepEqual(valuesOf(() => toCategorical([3, 0])).shape, [2, 4]);
    assert.deepEqual(valuesOf(() => toCategorical([0])).values, [1]);
  });

  test("accepts labels as loadData returns them, and typed arrays", () => {
    const expected = [0, 1, 1, 0];
    for (const labels of [
      { data: Uint8Array.of(1, 0), shape: [2] as const },
      Uint8Array.of(1, 0),
      Int32Array.of(1, 0),
      [1, 0],
    ]) {
      assert.deepEqual(valuesOf(() => toCategorical(labels, 2)).values, expected);
    }
  });

  test("has a single 1 per row, at the label: argMax gives the labels back", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 50 }), (labels) => {
        tf.tidy(() => {
          const oneHot = toCategorical(labels, 21);
          assert.deepEqual([...oneHot.argMax(-1).dataSync()], labels);
          assert.deepEqual(
            [...oneHot.sum(-1).dataSync()],
            labels.map(() => 1),
          );
        });
      }),
      { numRuns: 50, seed: 10 },
    );
  });

  for (const [what, labels, numClasses, message] of [
    [
      "a label that is too large",
      [0, 1, 10, 11],
      10,
      /expected class numbers \(whole numbers from 0 to 9\), found 10 at index 2/,
    ],
    [
      "a negative label",
      [0, -1],
      undefined,
      /expected class numbers \(whole numbers of at least 0\), found -1 at index 1/,
    ],
    ["a fraction", [0.5], 10, /found 0\.5 at index 0/],
    ["NaN", [1, NaN], undefined, /found NaN at index 1/],
    ["no labels", [], 10, /expected at least one label, found none/],
    ["no labels and no number of classes", [], undefined, /expected at least one label, found none/],
    ["no classes", [0], 0, /numClasses: expected a whole number of at least 1, found 0/],
    ["half a class", [0], 1.5, /numClasses: expected a whole number of at least 1, found 1\.5/],
  ] as const) {
    test(`rejects ${what} and leaves no tensor behind`, () => {
      const before = tf.memory().numTensors;
      assert.throws(() => toCategorical(labels, numClasses), message);
      assert.equal(tf.memory().numTensors, before);
    });
  }
});
