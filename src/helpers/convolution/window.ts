import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";

/**
 * `valid`: the window stays inside the image. `same`: padded so that, with stride 1, the output is as large as the
 * image.
 */
export type Padding = "valid" | "same";

/** How a window slides over an image, named as in Keras. Pairs are `[rows, columns]`. */
export interface WindowOptions {
  /** The window's step. By default 1 for a convolution, the window's size for pooling. */
  readonly strides?: number | readonly [number, number];
  /** By default `valid`. */
  readonly padding?: Padding;
  /** The distance between neighbouring cells of the kernel. By default 1: a kernel without holes. */
  readonly dilationRate?: number | readonly [number, number];
}

/** A window along one axis: everything that the output size depends on. */
interface Axis {
  /** Which axis it is, if that matters. */
  readonly name?: "rows" | "columns";
  readonly inputSize: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

/** How a window moves over an image. Pairs are `[rows, columns]`, except padding, which is `[before, after]`. */
export interface SlidingWindow {
  readonly inputShape: readonly [number, number];
  readonly kernelShape: readonly [number, number];
  readonly outputShape: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilationRate: readonly [number, number];
  readonly rowPadding: readonly [number, number];
  readonly columnPadding: readonly [number, number];
}

/** One cell of the kernel and the pixel that it lies on; `inside` is false if that is padding. */
export interface WindowCell {
  readonly kernelRow: number;
  readonly kernelColumn: number;
  readonly row: number;
  readonly column: number;
  readonly inside: boolean;
}

/**
 * How many positions a window has along one axis: the output size of a convolution or a pooling.
 *
 * - `valid`: ⌈(inputSize − span + 1) / stride⌉
 * - `same`: ⌈inputSize / stride⌉
 *
 * where span = (kernelSize − 1) · dilation + 1 is what the kernel covers, holes included. This is TensorFlow's rule:
 * https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 *
 * @throws if a size, stride or dilation isn't a whole number of at least 1, the kernel covers more than the image, or
 *   stride and dilation are both above 1
 * @see notebooks/02-convolution.ipynb
 * @example outputSize(28, 3) // 26
 * @example outputSize(7, 2, { strides: 2, padding: "same" }) // 4
 */
export function outputSize(inputSize: number, kernelSize: number, options: WindowOptions = {}): number {
  return axisOutputSize(checkedAxis(singleAxis(inputSize, kernelSize, options)));
}

/**
 * How many cells of padding TensorFlow puts `[before, after]` the image along one axis. If their number is odd, there
 * is one more after than before.
 *
 * @throws like {@link outputSize}
 * @see notebooks/02-convolution.ipynb
 * @example paddingAmounts(5, 3, { padding: "same" }) // [1, 1]
 * @example paddingAmounts(7, 2, { strides: 2, padding: "same" }) // [0, 1]
 */
export function paddingAmounts(inputSize: number, kernelSize: number, options: WindowOptions = {}): [number, number] {
  return axisPadding(checkedAxis(singleAxis(inputSize, kernelSize, options)));
}

/**
 * Works out how a window moves over an image.
 *
 * @param inputShape `[rows, columns]` of the image
 * @param kernelShape `[rows, columns]` of the kernel or of the pooling window
 * @throws like {@link outputSize}
 * @see notebooks/02-convolution.ipynb
 * @example slidingWindow([5, 5], [3, 3], { strides: 2, padding: "same" }).outputShape // [3, 3]
 */
export function slidingWindow(
  inputShape: readonly [number, number],
  kernelShape: readonly [number, number],
  options: WindowOptions = {},
): SlidingWindow {
  const strides = pair(options.strides ?? 1);
  const dilationRate = pair(options.dilationRate ?? 1);
  const padding = options.padding ?? "valid";
  const [rows, columns] = ([0, 1] as const).map((i) =>
    checkedAxis({
      name: i === 0 ? "rows" : "columns",
      inputSize: inputShape[i],
      kernelSize: kernelShape[i],
      stride: strides[i],
      dilation: dilationRate[i],
      padding,
    }),
  );
  // The rule is about the window as a whole: a stride along the rows rules out a dilation along the columns.
  if (Math.max(...strides) > 1 && Math.max(...dilationRate) > 1) throw strideWithDilation(strides, dilationRate);
  return {
    inputShape,
    kernelShape,
    outputShape: [axisOutputSize(rows), axisOutputSize(columns)],
    strides,
    dilationRate,
    rowPadding: axisPadding(rows),
    columnPadding: axisPadding(columns),
  };
}

/**
 * The pixels under the window of one output cell: one for each cell of the kernel, row by row.
 *
 * @see notebooks/02-convolution.ipynb
 * @example
 * const window = slidingWindow([3, 3], [2, 2]);
 * windowCells(window, 0, 1).map(({ row, column }) => [row, column]) // [[0, 1], [0, 2], [1, 1], [1, 2]]
 */
export function windowCells(window: SlidingWindow, outputRow: number, outputColumn: number): WindowCell[] {
  const cells: WindowCell[] = [];
  for (let kernelRow = 0; kernelRow < window.kernelShape[0]; kernelRow++) {
    for (let kernelColumn = 0; kernelColumn < window.kernelShape[1]; kernelColumn++) {
      const row = outputRow * window.strides[0] + kernelRow * window.dilationRate[0] - window.rowPadding[0];
      const column = outputColumn * window.strides[1] + kernelColumn * window.dilationRate[1] - window.columnPadding[0];
      const inside = row >= 0 && row < window.inputShape[0] && column >= 0 && column < window.inputShape[1];
      cells.push({ kernelRow, kernelColumn, row, column, inside });
    }
  }
  return cells;
}

/** `[rows, columns]` of what may be given as one number for both. */
export function pair(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

function singleAxis(inputSize: number, kernelSize: number, options: WindowOptions): Axis {
  const { strides = 1, dilationRate = 1, padding = "valid" } = options;
  return { inputSize, kernelSize, stride: pair(strides)[0], dilation: pair(dilationRate)[0], padding };
}

/** How many cells the kernel covers along its axis, holes included. */
function span(axis: Axis): number {
  return (axis.kernelSize - 1) * axis.dilation + 1;
}

function axisOutputSize(axis: Axis): number {
  const places = axis.padding === "same" ? axis.inputSize : axis.inputSize - span(axis) + 1;
  return Math.ceil(places / axis.stride);
}

function axisPadding(axis: Axis): [number, number] {
  if (axis.padding === "valid") return [0, 0];
  const total = Math.max((axisOutputSize(axis) - 1) * axis.stride + span(axis) - axis.inputSize, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

function checkedAxis(axis: Axis): Axis {
  const { name, inputSize, kernelSize, stride, dilation, padding } = axis;
  for (const [what, value] of Object.entries({
    "image size": inputSize,
    "window size": kernelSize,
    stride,
    dilation,
  })) {
    checkWholeNumber(name === undefined ? what : `${what} (${name})`, value, 1);
  }
  if (padding !== "valid" && padding !== "same") {
    throw new UsageError(`padding: expected "valid" or "same", found ${JSON.stringify(padding)}.`);
  }
  if (stride > 1 && dilation > 1) throw strideWithDilation([stride, stride], [dilation, dilation]);
  if (padding === "valid" && span(axis) > inputSize) {
    const spread = dilation > 1 ? `, which dilation ${dilation} spreads over ${span(axis)}` : "";
    throw new UsageError(
      `window size${name === undefined ? "" : ` (${name})`}: expected at most ${inputSize}, the image's size, ` +
        `found ${kernelSize}${spread}. ` +
        `Use a smaller window${dilation > 1 ? " or dilation" : ""}, a larger image, or padding "same".`,
    );
  }
  return axis;
}

function strideWithDilation(strides: readonly [number, number], dilation: readonly [number, number]): UsageError {
  const text = ([rows, columns]: readonly [number, number]): string =>
    rows === columns ? `${rows}` : `[${rows}, ${columns}]`;
  return new UsageError(
    `strides and dilationRate: expected only one of them above 1, as in Keras and TensorFlow.js, ` +
      `found stride ${text(strides)} and dilation ${text(dilation)}. Set one of them to 1.`,
  );
}
