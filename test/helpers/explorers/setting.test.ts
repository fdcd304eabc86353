import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { draw } from "../../../src/helpers/explorers/drawing";
import { checkInput, parseMatrix } from "../../../src/helpers/explorers/inputs";
import {
  compute,
  formatNumber,
  sizeArithmetic,
  writtenOut,
  type ConvolutionSetting,
} from "../../../src/helpers/explorers/setting";

const setting: ConvolutionSetting = {
  operation: "convolution",
  input: [
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ],
  kernel: [
    [0, 1],
    [-2, 3],
  ],
  padding: "valid",
  strides: 1,
  dilationRate: 1,
};

describe("an output cell written out", () => {
  test("is a sum of products, with a line for each row of the kernel", () => {
    assert.deepEqual(writtenOut(setting, compute(setting), 0, 0), ["0·0 + 1·1", "+ 3·(−2) + 4·3", "= 7"]);
  });

  test("has zeros for padding", () => {
    const padded: ConvolutionSetting = { ...setting, padding: "same" };
    assert.deepEqual(writtenOut(padded, compute(padded), 2, 2), ["8·0 + 0·1", "+ 0·(−2) + 0·3", "= 0"]);
  });

  test("evaluates to its own result", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 5, maxLength: 5 }), {
          minLength: 4,
          maxLength: 4,
        }),
        fc.constantFrom("valid" as const, "same" as const),
        fc.integer({ min: 1, max: 3 }),
        (input, padding, strides) => {
          const any: ConvolutionSetting = { ...setting, input, padding, strides };
          const result = compute(any);
          result.output.forEach((line, row) =>
            line.forEach((value, column) => {
              const [sum, found] = writtenOut(any, result, row, column).join(" ").split("= ");
              const terms = sum
                .replaceAll("−", "-")
                .replaceAll(/[()]/g, "")
                .split(" + ")
                .map((term) => term.split("·").map(Number));
              assert.equal(terms.reduce((total, [pixel, weight]) => total + pixel * weight, 0) + 0, value + 0);
              assert.equal(found, formatNumber(value));
            }),
          );
        },
      ),
      { seed: 20220927 },
    );
  });

  test("says which numbers are rounded", () => {
    const blurred: ConvolutionSetting = { ...setting, kernel: [[1 / 9]] };
    assert.deepEqual(writtenOut(blurred, compute(blurred), 0, 1), ["1·0.11", "≈ 0.11"]);
  });

  test("names the pooled values, without padding", () => {
    const pooling = {
      operation: "max pooling",
      input: setting.input,
      poolSize: 2,
      padding: "same",
      strides: 2,
    } as const;
    assert.deepEqual(writtenOut(pooling, compute(pooling), 0, 0), ["max(0, 1, 3, 4)", "= 4"]);
    const average = { ...pooling, operation: "average pooling" } as const;
    assert.deepEqual(writtenOut(average, compute(average), 0, 1), ["mean(2, 5)", "= 3.5"]);
  });
});

describe("the output size in arithmetic", () => {
  test("names what the window never reaches", () => {
    const strided: ConvolutionSetting = { ...setting, strides: 2 };
    assert.deepEqual(sizeArithmetic(strided, compute(strided)), [
      "Output size: ⌈(3 − 2 + 1) / 2⌉ = 1   (padding valid, stride 2)",
      "The window never reaches the last row and the last column.",
    ]);
  });

  test("gives rows and columns separately where they differ", () => {
    const wide: ConvolutionSetting = {
      ...setting,
      input: [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
    };
    assert.deepEqual(
      sizeArithmetic(wide, compute(wide))[0],
      "Output rows: ⌈(2 − 2 + 1) / 1⌉ = 1, columns: ⌈(4 − 2 + 1) / 1⌉ = 3   (padding valid, stride 1)",
    );
  });
});

describe("the drawing", () => {
  const view = { setting, result: compute(setting), at: [1, 0] as const };

  test("has a cell for each number, and marks the window and its output cell", () => {
    const { svg } = draw(view);
    assert.equal(svg.match(/data-input=/g)?.length, 9);
    assert.equal(svg.match(/data-output=/g)?.length, 4);
    assert.deepEqual(marksOf(svg), [
      { x: 0, y: 36, width: 72, height: 72 },
      { x: 0, y: 36, width: 36, height: 36 },
    ]);
    assert.match(svg, /aria-label="convolution: Output row 2, column 1: 3·0 \+ 4·1 \+ 6·\(−2\) \+ 7·3 = 13"/);
  });

  test("marks each cell of a window with holes", () => {
    const dilated = { ...setting, dilationRate: 2 };
    const { svg } = draw({ setting: dilated, result: compute(dilated), at: [0, 0] });
    assert.deepEqual(
      marksOf(svg).map(({ x, y }) => [x, y]),
      [
        [0, 0],
        [72, 0],
        [0, 72],
        [72, 72],
        [0, 0],
      ],
    );
  });

  test("leaves out what hasn't been revealed yet", () => {
    assert.equal(draw({ ...view, revealed: 3 }).svg.match(/data-output=/g)?.length, 3);
  });

  test("draws padding as separate cells", () => {
    const padded = { ...setting, padding: "same" } as const;
    const { svg } = draw({ setting: padded, result: compute(padded), at: [0, 0] });
    assert.equal(svg.match(/class="padding"/g)?.length, 16 - 9);
  });
});

describe("an explorer's input", () => {
  test("is read from text, one row per line", () => {
    assert.deepEqual(parseMatrix("1 2\n\n 3, -4.5 \n−1;0"), [
      [1, 2],
      [3, -4.5],
      [-1, 0],
    ]);
  });

  test("says what is wrong and where", () => {
    assert.throws(() => parseMatrix(" \n"), /The matrix is empty/);
    assert.throws(() => parseMatrix("1 2\n3"), /Row 1 has 2 numbers, row 2 has 1/);
    assert.throws(() => parseMatrix("1 2\n3 x"), /"x" in row 2 isn't a number/);
    assert.throws(() => parseMatrix("1 ".repeat(33)), /at most 32 rows/);
    assert.throws(
      () => checkInput({ name: "big", pixels: [new Array<number>(33).fill(0)] }),
      /"big": expected at most 32 × 32 cells, found 1 × 33/,
    );
    assert.throws(
      () => checkInput({ name: "ragged", pixels: [[1], [1, 2]] }),
      /"ragged": expected rows of equal length/,
    );
    assert.throws(() => checkInput({ name: "odd", pixels: [[NaN]] }), /"odd": expected finite numbers, found NaN/);
  });
});

/** The marks in order: the window's, then the output cell's. */
function marksOf(svg: string): { x: number; y: number; width: number; height: number }[] {
  return [...svg.matchAll(/class="accent" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)].map(
    ([, x, y, width, height]) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }),
  );
}
