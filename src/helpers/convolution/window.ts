/** `valid`: the window stays inside the image. `same`: zeros around the border, so that with stride 1 the size stays. */
export type Padding = "valid" | "same";

/** How a window slides over an image, in Keras's names. A pair is `[rows, columns]`. */
export interface WindowOptions {
  /** Step of the window. Default: 1 for a convolution, the window's own size for pooling. */
  readonly strides?: number | readonly [number, number];
  /** Default: `valid`. */
  readonly padding?: Padding;
  /** Distance between neighbouring cells of the kernel. Default: 1, a kernel without holes. */
  readonly dilationRate?: number | readonly [number, number];
}

/** A window along one axis: everything that its output size depends on. */
interface Axis {
  readonly name: "rows" | "columns";
  readonly inputSize: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

/** A window's whole way over an image, worked out: pairs are `[rows, columns]`, padding is `[before, after]`. */
export interface SlidingWindow {
  readonly inputShape: readonly [number, number];
  readonly kernelShape: readonly [number, number];
  readonly outputShape: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilationRate: readonly [number, number];
  readonly rowPadding: readonly [number, number];
  readonly columnPadding: readonly [number, number];
}

/** One cell of the kernel lying on one place of the image; `inside` is false where that place is padding. */
export interface WindowCell {
  readonly kernelRow: number;
  readonly kernelColumn: number;
  readonly row: number;
  readonly column: number;
  readonly inside: boolean;
}

/**
 * How many places a window has along one axis: the size of a convolution's or a pooling's output.
 *
 * - `valid`: ⌈(inputSize − span + 1) / stride⌉
 * - `same`: ⌈inputSize / stride⌉
 *
 * where span = (kernelSize − 1) · dilation + 1 is what the kernel covers, holes included. TensorFlow's rule:
 * https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 *
 * @throws RangeError if the window cannot slide: a size, stride or dilation that is not a whole number of at least 1, a
 *   kernel that covers more than the image, or a stride together with a dilation.
 * @example outputSize(28, 3) // 26
 * @example outputSize(7, 2, { strides: 2, padding: "same" }) // 4
 */
export function outputSize(inputSize: number, kernelSize: number, options: WindowOptions = {}): number {
  return axisOutputSize(checkedAxis(rowAxis(inputSize, kernelSize, options)));
}

/**
 * How many cells of padding TensorFlow puts `[before, after]` the image along one axis. An odd number of them is
 * shared unevenly: the larger half comes after.
 *
 * @throws RangeError as {@link outputSize}.
 * @example paddingAmounts(5, 3, { padding: "same" }) // [1, 1]
 * @example paddingAmounts(7, 2, { strides: 2, padding: "same" }) // [0, 1]
 */
export function paddingAmounts(inputSize: number, kernelSize: number, options: WindowOptions = {}): [number, number] {
  return axisPadding(checkedAxis(rowAxis(inputSize, kernelSize, options)));
}

/**
 * Works out a window's way over an image.
 *
 * @param inputShape `[rows, columns]` of the image.
 * @param kernelShape `[rows, columns]` of the kernel or of the pooling window.
 * @throws RangeError as {@link outputSize}, naming the axis.
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
  // TensorFlow's rule is about the whole window: rows may not step while columns are spread.
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

/** Where the window of one output cell lies: a cell of the kernel after the other, row by row. */
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

/** A number for both axes, or one for `[rows, columns]`. */
export function pair(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

function rowAxis(inputSize: number, kernelSize: number, options: WindowOptions): Axis {
  const { strides = 1, dilationRate = 1, padding = "valid" } = options;
  return { name: "rows", inputSize, kernelSize, stride: pair(strides)[0], dilation: pair(dilationRate)[0], padding };
}

/** Cells that the kernel covers along its axis, its holes included. */
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
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`The ${what} must be a whole number of at least 1; found ${value} (${name}).`);
    }
  }
  if (padding !== "valid" && padding !== "same") {
    throw new RangeError(`The padding must be "valid" or "same"; found ${JSON.stringify(padding)}.`);
  }
  if (stride > 1 && dilation > 1) throw strideWithDilation([stride, stride], [dilation, dilation]);
  if (padding === "valid" && span(axis) > inputSize) {
    const spread = dilation > 1 ? `, spread over ${span(axis)} by dilation ${dilation},` : "";
    throw new RangeError(
      `A window of ${kernelSize} ${name}${spread} does not fit into an image of ${inputSize}. ` +
        `Use a smaller window${dilation > 1 ? " or dilation" : ""}, a larger image, or padding "same".`,
    );
  }
  return axis;
}

function strideWithDilation(strides: readonly [number, number], dilation: readonly [number, number]): RangeError {
  const text = ([rows, columns]: readonly [number, number]): string =>
    rows === columns ? `${rows}` : `[${rows}, ${columns}]`;
  return new RangeError(
    `Stride ${text(strides)} and dilation ${text(dilation)} cannot be combined: TensorFlow allows one of them above 1. Set the other to 1.`,
  );
}
