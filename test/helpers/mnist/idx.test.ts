import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { parseIdx } from "../../../src/helpers/mnist";
import { idxFile } from "./idx-files";

describe("parseIdx", () => {
  test("reads back any shape and any bytes", () => {
    const arrays = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return fc.record({ shape: fc.constant(shape), values: fc.uint8Array({ minLength: count, maxLength: count }) });
    });
    fc.assert(
      fc.property(arrays, ({ shape, values }) => {
        const parsed = parseIdx(idxFile(shape, values), "file");
        assert.deepEqual(parsed.shape, shape);
        assert.deepEqual([...parsed.data], [...values]);
      }),
      { numRuns: 200, seed: 1998 },
    );
  });

  test("returns a view of the file, even if the file is part of a larger buffer", () => {
    const file = idxFile([2, 2], [9, 8, 7, 6]);
    const larger = Buffer.concat([Buffer.alloc(3, 255), file, Buffer.alloc(5, 255)]);
    const parsed = parseIdx(larger.subarray(3, 3 + file.length), "file", 2);
    assert.deepEqual([...parsed.data], [9, 8, 7, 6]);
    assert.equal(parsed.data.buffer, larger.buffer);
  });

  const images = idxFile([2, 3, 3]);
  const withByte = (place: number, value: number) => {
    const copy = Buffer.from(images);
    copy[place] = value;
    return copy;
  };
  const bad: [what: string, bytes: Uint8Array, rank: number | undefined, message: RegExp][] = [
    ["an empty file", Buffer.alloc(0), 3, /^UsageError: pixels: expected an IDX file, found only 0 bytes/],
    ["a file of three bytes", images.subarray(0, 3), 3, /found only 3 bytes/],
    ["a wrong magic number", withByte(0, 0x50), 3, /expected an IDX magic number .* found 0x50000803/],
    ["a web page", Buffer.from("<!doctype html><p>Sign in"), 3, /found 0x3c21646f.*right file/],
    ["no dimensions", withByte(3, 0), undefined, /expected an IDX magic number .* found 0x00000800/],
    ["floats", withByte(2, 0x0d), 3, /expected unsigned bytes \(IDX type 08\), found type 0x0d/],
    ["labels for images", idxFile([4]), 3, /expected images \(magic number 0x00000803\), found 1 dimension.*swapped/],
    ["images for labels", images, 1, /expected labels \(magic number 0x00000801\), found 3 dimension.*swapped/],
    ["two dimensions for four", idxFile([2, 2]), 4, /expected 4 dimensions/],
    ["a header cut short", images.subarray(0, 12), 3, /expected a header of 16 bytes, found a file of 12/],
    ["values cut short", images.subarray(0, -1), 3, /expected 34 bytes for the shape 2×3×3 in its header, found 33/],
    ["trailing bytes", Buffer.concat([images, Buffer.from([0])]), 3, /expected 34 bytes .*found 35/],
    ["little-endian sizes", withByte(4, 2), 3, /shape 33554434×3×3 in its header/],
  ];
  for (const [what, bytes, rank, message] of bad) {
    test(`rejects ${what}`, () => assert.throws(() => parseIdx(bytes, "pixels", rank), message));
  }

  test("allocates nothing for a header that promises gigabytes", () => {
    const header = Buffer.from([0, 0, 8, 3, 0x7f, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
    const before = process.memoryUsage();
    assert.throws(() => parseIdx(header, "pixels", 3), /2147483647×4294967295×4294967295.*found 16/);
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < 1e6);
    assert.ok(after.heapUsed - before.heapUsed < 1e7);
  });

  test("rejects every file that is too short or too long, and never reads past its end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (length) => {
        fc.pre(length !== images.length);
        const bytes = Buffer.concat([images, Buffer.alloc(40)]).subarray(0, length);
        assert.throws(() => parseIdx(bytes, "pixels", 3), /^UsageError: pixels: expected/);
      }),
      { seed: 1998 },
    );
  });
});
