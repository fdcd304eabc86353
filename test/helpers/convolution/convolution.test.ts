import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { avgPool2d, conv2d, maxPool2d, type Padding } from "../../../src/helpers/convolution";
import * as tf from "../../../src/helpers/tf";

const CASES = 600;
const SEED = 20220927;

const size = fc.integer({ min: 1, max: 9 });
const small = fc.integer({ min: 1, max: 4 });
const padding = fc.constantFrom<Padding>("valid", "same");
// Whole numbers: float32 holds their sums exactly, so both sides must agree to the last bit.
const numbers = (count: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: count, maxLength: count });

interface Geometry {
  rows: number;
  columns: number;
  channels: number;
  kernel: [number, number];
  strides: [number, number];
  dilations: [number, number];
  padding: Padding;
}

/** Windows that fit into the image, with only one of stride and dilation above 1. */
const geometry: fc.Arbitrary<Geometry> = fc
  .record({
    extraRows: size,
    extraColumns: size,
    channels: small,
    kernel: fc.tuple(small, small),
    steps: fc.tuple(small, small),
    dilated: fc.boolean(),
    padding,
  })
  .map(({ extraRows, extraColumns, channels, kernel, steps, dilated, padding }) => {
    const dilations: [number, number] = dilated ? steps : [1, 1];
    const smallest = (axis: 0 | 1): number => (padding === "same" ? 0 : (kernel[axis] - 1) * dilations[axis]);
    return {
      rows: smallest(0) + extraRows,
      columns: smallest(1) + extraColumns,
      channels,
      kernel,
      strides: dilated ? [1, 1] : steps,
      dilations,
      padding,
    };
  });

describe("conv2d", () => {
  test(`agrees with tf.conv2d in ${CASES} random cases of shape, padding, stride, dilation and channels`, () => {
    const seen = { same: 0, valid: 0, strided: 0, dilated: 0, channels: 0 };
    fc.assert(
      fc.property(
        geometry.chain((g) =>
          small.chain((filters) =>
            fc.tuple(
              fc.constant({ ...g, filters }),
              numbers(g.rows * g.columns * g.channels),
              numbers(g.kernel[0] * g.kernel[1] * g.channels * filters),
            ),
          ),
        ),
        ([g, pixels, weights]) => {
          fc.pre(tf.getBackend() !== "wasm" || !wasmGivesZeros(g));
          seen[g.padding]++;
          if (Math.max(...g.strides) > 1) seen.strided++;
          if (Math.max(...g.dilations) > 1) seen.dilated++;
          if (g.channels > 1 && g.filters > 1) seen.channels++;
          tf.tidy(() => {
            const x = tf.tensor3d(pixels, [g.rows, g.columns, g.channels]);
            const kernel = tf.tensor4d(weights, [...g.kernel, g.channels, g.filters]);
            const expected = tf.conv2d(x, kernel, g.strides, g.padding, "NHWC", g.dilations);
            const found = conv2d(x.arraySync(), kernel.arraySync(), {
              strides: g.strides,
              padding: g.padding,
              dilationRate: g.dilations,
            });
            assert.deepEqual(shapeOf(found), expected.shape);
            assert.deepEqual(found.flat(2).map(plusZero), [...expected.dataSync()].map(plusZero));
          });
        },
      ),
      { numRuns: CASES, seed: SEED },
    );
    for (const [kind, count] of Object.entries(seen)) assert.ok(count > 50, `only ${count} cases of kind ${kind}`);
  });

  test("computes the example in Dive into Deep Learning, 3x3 by 2x2", () => {
    const image = [
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ];
    assert.deepEqual(
      conv2d(image, [
        [0, 1],
        [2, 3],
      ]),
      [
        [19, 25],
        [37, 43],
      ],
    );
  });

  test("doesn't flip the kernel", () => {
    assert.deepEqual(conv2d([[1, 2, 3]], [[1, 10]]), [[21, 32]]);
  });

  test("gives the same result with and without a channel axis of size 1", () => {
    fc.assert(
      fc.property(numbers(30), numbers(6), padding, (pixels, weights, padding) => {
        const image = rowsOf(pixels, 6);
        const kernel = rowsOf(weights, 3);
        const volume = conv2d(
          image.map((row) => row.map((value) => [value])),
          kernel.map((row) => row.map((value) => [[value]])),
          { padding },
        );
        assert.deepEqual(
          conv2d(image, kernel, { padding }),
          volume.map((row) => row.map(([value]) => value)),
        );
      }),
      { seed: SEED },
    );
  });

  test("names the numbers of an impossible shape", () => {
    const image = [
      [1, 2],
      [3, 4],
    ];
    assert.throws(
      () => conv2d(image, [[1, 1, 1]]),
      /window size \(columns\): expected at most 2, .*found 3.*padding "same"/,
    );
    assert.throws(
      () => conv2d(image, [[1, 1]], { dilationRate: 3 }),
      /\(columns\).*found 2, which dilation 3 spreads over 4/,
    );
    assert.throws(() => conv2d([[1, 2], [3]], [[1]]), /image: .*found 2 numbers in row 1 and 1 in row 2/);
    assert.throws(() => conv2d(image, [[1, 1], [1]]), /kernel: expected rows of equal length/);
    assert.throws(() => conv2d([], [[1]]), /image: expected at least one row/);
    assert.throws(
      () => conv2d([[[1], [2]]], [[[[1]]], [[[1]]]], { padding: "valid" }),
      /window size \(rows\).*found 2/,
    );
    assert.throws(() => conv2d([[[1, 2, 3]]], [[[[1]]]]), /expected a kernel for 3 input channels, .*found one for 1/);
    assert.throws(
      () => conv2d(image, [[1]], { strides: 0 }),
      /stride \(rows\): expected a whole number of at least 1, found 0/,
    );
    assert.throws(() => conv2d(image, [[1]], { strides: 1.5 }), /whole number.*found 1.5/);
    assert.throws(() => conv2d(image, [[1]], { strides: NaN }), /whole number.*found NaN/);
    assert.throws(
      () => conv2d(image, [[1]], { strides: 2, dilationRate: 2 }),
      /found stride 2 and dilation 2. Set one of them to 1/,
    );
    assert.throws(() => conv2d(image, [[1]], { padding: "full" as Padding }), /"valid" or "same", found "full"/);
  });
});

describe("pooling", () => {
  const pooling: fc.Arbitrary<[Geometry, number[]]> = geometry
    .map((g) => ({ ...g, dilations: [1, 1] as [number, number], strides: g.strides }))
    .chain((g) => fc.tuple(fc.constant(g), numbers(g.rows * g.columns * g.channels)));

  for (const [name, ours, theirs] of [
    ["maxPool", maxPool2d, tf.maxPool],
    ["avgPool", avgPool2d, tf.avgPool],
  ] as const) {
    test(`${name}2d agrees with tf.${name} in ${CASES} random cases of shape, padding, stride and channels`, () => {
      fc.assert(
        fc.property(pooling, ([g, pixels]) => {
          tf.tidy(() => {
            const x = tf.tensor3d(pixels, [g.rows, g.columns, g.channels]);
            const expected = theirs(x, g.kernel, g.strides, g.padding);
            const found = ours(x.arraySync(), g.kernel, { strides: g.strides, padding: g.padding });
            assert.deepEqual(shapeOf(found), expected.shape);
            const difference = tf.max(tf.abs(tf.sub(expected, tf.tensor3d(found)))).arraySync() as number;
            assert.ok(difference <= (name === "maxPool" ? 0 : 1e-5), `differs by ${difference}`);
          });
        }),
        { numRuns: CASES, seed: SEED },
      );
    });
  }

  const oneToSixteen = rowsOf(
    Array.from({ length: 16 }, (_, i) => i + 1),
    4,
  );

  test("has a stride that defaults to the window size", () => {
    assert.deepEqual(maxPool2d(oneToSixteen, 2), [
      [6, 8],
      [14, 16],
    ]);
    assert.deepEqual(avgPool2d(oneToSixteen, 2), [
      [3.5, 5.5],
      [11.5, 13.5],
    ]);
    assert.deepEqual(maxPool2d(oneToSixteen, 2, { strides: 1 }), [
      [6, 7, 8],
      [10, 11, 12],
      [14, 15, 16],
    ]);
  });

  test("ignores padding in the maximum and in the mean", () => {
    const negative = [[-3, -2, -1]];
    assert.deepEqual(maxPool2d(negative, 2, { padding: "same" }), [[-2, -1]]);
    assert.deepEqual(avgPool2d(negative, 2, { padding: "same" }), [[-2.5, -1]]);
  });

  test("pools each channel separately", () => {
    assert.deepEqual(
      maxPool2d(
        [
          [
            [1, 8],
            [2, 7],
          ],
        ],
        [1, 2],
      ),
      [[[2, 8]]],
    );
  });

  test("names the numbers of an impossible shape", () => {
    assert.throws(() => maxPool2d([[1, 2]], 2), /window size \(rows\): expected at most 1, .*found 2/);
    assert.throws(() => avgPool2d([[1, 2]], 0), /window size \(rows\): expected a whole number of at least 1, found 0/);
    assert.throws(() => maxPool2d([[1], [1, 2]], 1), /found 1 numbers in row 1 and 2 in row 2/);
  });
});

/** The backend wasm returns zeros where "same" leaves the last pixels unread: strides above the kernel size. */
function wasmGivesZeros({ rows, columns, kernel, strides, padding }: Geometry): boolean {
  const unread = [rows, columns].some(
    (size, axis) => (Math.ceil(size / strides[axis]) - 1) * strides[axis] + kernel[axis] < size,
  );
  return padding === "same" && unread;
}

/** tf gives −0 where a sum of nothing but zeros has a sign; as numbers they are the same. */
function plusZero(value: number): number {
  return value + 0;
}

function rowsOf(values: number[], columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}

function shapeOf(volume: number[][][]): number[] {
  return [volume.length, volume[0].length, volume[0][0].length];
}
