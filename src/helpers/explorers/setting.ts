import {
  avgPool2d,
  conv2d,
  maxPool2d,
  slidingWindow,
  windowCells,
  type Padding,
  type SlidingWindow,
} from "../convolution";

/** Everything that one picture of an explorer depends on. */
export type Setting = ConvolutionSetting | PoolingSetting;

export interface ConvolutionSetting {
  readonly operation: "convolution";
  /** `[rows][columns]`, one channel. */
  readonly input: number[][];
  readonly kernel: number[][];
  readonly padding: Padding;
  readonly strides: number;
  readonly dilationRate: number;
}

export interface PoolingSetting {
  readonly operation: "max pooling" | "average pooling";
  readonly input: number[][];
  readonly poolSize: number;
  readonly padding: Padding;
  readonly strides: number;
}

/** A convolution to show: the input and the kernel, and how it slides where that is not the default. */
export type ConvolutionOptions = Pick<ConvolutionSetting, "input" | "kernel"> &
  Partial<Pick<ConvolutionSetting, "padding" | "strides" | "dilationRate">>;

/** A pooling to show: the input and the window. The stride is the window's size unless told. */
export type PoolingOptions = Pick<PoolingSetting, "input" | "poolSize"> & Partial<PoolingSetting>;

/** Keras's defaults: valid, stride 1, no holes. */
export function convolutionSetting(options: ConvolutionOptions): ConvolutionSetting {
  return { operation: "convolution", padding: "valid", strides: 1, dilationRate: 1, ...options };
}

/** Keras's defaults: max, valid, a stride of the window's size. */
export function poolingSetting(options: PoolingOptions): PoolingSetting {
  return { operation: "max pooling", padding: "valid", strides: options.poolSize, ...options };
}

/** A setting worked out: the window's way and the output, `[rows][columns]`. */
export interface Result {
  readonly window: SlidingWindow;
  readonly output: number[][];
}

/**
 * Computes a setting with the plain-number functions that the tests compare with TensorFlow.
 *
 * @throws RangeError with the reason when the setting is impossible.
 */
export function compute(setting: Setting): Result {
  const { input, padding, strides } = setting;
  if (setting.operation === "convolution") {
    const { kernel, dilationRate } = setting;
    const options = { padding, strides, dilationRate };
    const output = conv2d(input, kernel, options);
    return {
      output,
      window: slidingWindow([input.length, input[0].length], [kernel.length, kernel[0].length], options),
    };
  }
  const { poolSize, operation } = setting;
  const pool = operation === "max pooling" ? maxPool2d : avgPool2d;
  const output = pool(input, poolSize, { padding, strides });
  return { output, window: slidingWindow([input.length, input[0].length], [poolSize, poolSize], { padding, strides }) };
}

/**
 * One output cell written out: the sum of products, a line per row of the kernel, or the pooled values.
 *
 * @returns lines; the last one begins with `=`, or with `≈` where the numbers shown are rounded.
 */
export function writtenOut(setting: Setting, result: Result, row: number, column: number): string[] {
  const cells = windowCells(result.window, row, column);
  const value = result.output[row][column];
  if (setting.operation !== "convolution") {
    const values = cells.filter((cell) => cell.inside).map((cell) => setting.input[cell.row][cell.column]);
    const name = setting.operation === "max pooling" ? "max" : "mean";
    return [`${name}(${values.map(formatNumber).join(", ")})`, `${equals([...values, value])} ${formatNumber(value)}`];
  }
  const factors = cells.map((cell) => ({
    ...cell,
    pixel: cell.inside ? setting.input[cell.row][cell.column] : 0,
    weight: setting.kernel[cell.kernelRow][cell.kernelColumn],
  }));
  const lines = setting.kernel.map((_, kernelRow) => {
    const products = factors.filter((factor) => factor.kernelRow === kernelRow);
    const text = products.map(({ pixel, weight }) => `${inProduct(pixel)}·${inProduct(weight)}`).join(" + ");
    return kernelRow === 0 ? text : `+ ${text}`;
  });
  const shown = factors.flatMap(({ pixel, weight }) => [pixel, weight]);
  return [...lines, `${equals([...shown, value])} ${formatNumber(value)}`];
}

/** The output size as arithmetic, and what of the image the window never reads. */
export function sizeArithmetic(setting: Setting, { window }: Result): string[] {
  const rule = (axis: 0 | 1): string => {
    const { inputShape, kernelShape, dilationRate, strides, outputShape } = window;
    const size = inputShape[axis];
    const span = (kernelShape[axis] - 1) * dilationRate[axis] + 1;
    const places = setting.padding === "same" ? `${size}` : `(${size} − ${span} + 1)`;
    return `⌈${places} / ${strides[axis]}⌉ = ${outputShape[axis]}`;
  };
  const square = window.inputShape[0] === window.inputShape[1] && window.kernelShape[0] === window.kernelShape[1];
  const sizes = square ? `Output size: ${rule(0)}` : `Output rows: ${rule(0)}, columns: ${rule(1)}`;
  return [`${sizes}   (padding ${setting.padding}, stride ${setting.strides})`, ...unread(window)];
}

function unread({
  inputShape,
  kernelShape,
  outputShape,
  strides,
  dilationRate,
  rowPadding,
  columnPadding,
}: SlidingWindow): string[] {
  const left = ([0, 1] as const).map((axis) => {
    const before = [rowPadding, columnPadding][axis][0];
    const end = (outputShape[axis] - 1) * strides[axis] + (kernelShape[axis] - 1) * dilationRate[axis] + 1 - before;
    return Math.max(inputShape[axis] - end, 0);
  });
  const parts = ["row", "column"].flatMap((name, axis) => (left[axis] === 0 ? [] : [lastOnes(left[axis], name)]));
  return parts.length === 0 ? [] : [`The window never reaches the ${parts.join(" and the ")}.`];
}

function lastOnes(count: number, name: string): string {
  return count === 1 ? `last ${name}` : `last ${count} ${name}s`;
}

/** At most two decimals, with a proper minus sign. */
export function formatNumber(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded < 0 ? `−${-rounded}` : `${rounded + 0}`;
}

function inProduct(value: number): string {
  const text = formatNumber(value);
  return text.startsWith("−") ? `(${text})` : text;
}

function equals(shown: number[]): string {
  return shown.every((value) => Math.abs(value - Math.round(value * 100) / 100) < 1e-9) ? "=" : "≈";
}
