import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { encodePng } from "../../../src/helpers/render/png";
import { decodePng } from "../reference";

/** Pixels of a picture whose colours are drawn from a list. */
function pixelsOf(colors: readonly number[], width: number, height: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const color = colors[pixel % colors.length];
    pixels.set([color >> 16, (color >> 8) & 255, color & 255, 255], pixel * 4);
  }
  return pixels;
}

test("pictures of up to 256 colours come back exactly", async () => {
  const color = fc.integer({ min: 0, max: 0xffffff });
  const picture = fc.record({
    colors: fc.array(color, { minLength: 1, maxLength: 256 }),
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(picture, async ({ colors, width, height }) => {
      const pixels = pixelsOf(colors, width, height);
      assert.deepEqual((await decodePng(encodePng(pixels, width, height))).data, pixels);
    }),
    { numRuns: 40 },
  );
});

test("with a few more colours they are rounded by at most 2, with many more they stay in true colour", async () => {
  const grey = Array.from({ length: 256 }, (_, value) => value * 0x010101);
  const few = pixelsOf([...grey, 0x100000, 0x200000, 0x300000], 37, 7);
  const rounded = await decodePng(encodePng(few, 37, 7));
  assert.ok(few.every((value, index) => Math.abs(value - rounded.data[index]) <= 2));
  assert.ok(few.some((value, index) => value !== rounded.data[index]));
  const many = pixelsOf(
    Array.from({ length: 3000 }, (_, index) => (index * 48271) % 0xffffff),
    60,
    50,
  );
  assert.deepEqual((await decodePng(encodePng(many, 60, 50))).data, many);
});
