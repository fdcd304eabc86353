import assert from "node:assert/strict";
import { test } from "vitest";
import { loadData, toMnistImage, UsageError, type Images } from "../../../src/helpers";

const [ROWS, COLUMNS, FACTOR] = [200, 180, 5];

/** A digit, `FACTOR` times as large, somewhere on a larger paper. */
function drawn(image: Uint8Array, top: number, left: number): Images {
  const data = new Uint8Array(ROWS * COLUMNS);
  for (let row = 0; row < 28 * FACTOR; row++) {
    for (let column = 0; column < 28 * FACTOR; column++) {
      const value = image[Math.floor(row / FACTOR) * 28 + Math.floor(column / FACTOR)];
      data[(top + row) * COLUMNS + left + column] = value;
    }
  }
  return { data, shape: [1, ROWS, COLUMNS] };
}

test("MNIST's own digits, enlarged and moved, come out as they were", async () => {
  const [, [images]] = await loadData();
  let identical = 0;
  for (let digit = 0; digit < 200; digit++) {
    const original = images.data.subarray(784 * digit, 784 * (digit + 1));
    const { data, shape } = toMnistImage(drawn(original, 7 + (digit % 50), digit % 40));
    assert.deepEqual(shape, [1, 28, 28]);
    if (data.every((value, pixel) => value === original[pixel])) identical++;
  }
  // MNIST's authors placed the centre of mass before they rounded to grey levels: a few digits lie a pixel away.
  assert.ok(identical >= 190, `${identical} of 200 are identical`);
});

test("a single dot, a long stroke and an empty paper are pictures, too", () => {
  const dot = { data: new Uint8Array(100), shape: [1, 10, 10] } as const;
  assert.ok(toMnistImage(dot).data.every((value) => value === 0));
  dot.data[3] = 255;
  assert.equal(toMnistImage(dot).data.filter((value) => value === 255).length, 20 * 20);
  const stroke = { data: new Uint8Array(300).fill(9), shape: [1, 1, 300] } as const;
  assert.equal(toMnistImage(stroke).data.filter((value) => value === 9).length, 20);
});

test("what isn't one image is an error", () => {
  for (const wrong of [
    { data: new Uint8Array(8), shape: [2, 2, 2] },
    { data: new Uint8Array(3), shape: [1, 2, 2] },
    { data: new Uint8Array(0), shape: [1, 0, 0] },
  ] as Images[]) {
    assert.throws(() => toMnistImage(wrong), UsageError);
  }
});
