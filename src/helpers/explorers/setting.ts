import { conv2d } from "../convolution/conv2d";
import { avgPool2d, maxPool2d } from "../convolution/pool2d";
import { slidingWindow, windowCells, type Padding, type SlidingWindow } from "../convolution/window";
import { withMinusSign } from "../display/format";

/** What an explorer shows: an operation with its input and its parameters. */
export type Setting = ConvolutionSetting | PoolingSetting;

/** A convolution with its input and parameters. */
export interface ConvolutionSetting {
  readonly operation: "convolution";
  /** `[rows][columns]`, one channel. */
  readonly input: number[][];
  readonly kernel: number[][];
  readonly padding: Padding;
  readonly strides: number;
  readonly dilationRate: number;
}

/** A pooling with its input and parameters. */
export interface PoolingSetting {
  readonly operation: "max pooling" | "average pooling";
  readonly input: number[][];
  readonly poolSize: number;
  readonly padding: Padding;
  readonly strides: number;
}

/** A convolution to show: the input and the kernel, and optionally how it slides. */
export type ConvolutionOptions = Pick<ConvolutionSetting, "input" | "kernel"> &
  Partial<Pick<ConvolutionSetting, "padding" | "strides" | "dilationRate">>;

/**
 * A pooling to show: the input and the window, and optionally how it slides. The stride defaults to the window size.
 */
export type PoolingOptions = Pick<PoolingSetting, "input" | "poolSize"> & Partial<PoolingSetting>;

/** Fills in Keras's defaults: valid, stride 1, no dilation. */
export function convolutionSetting(options: ConvolutionOptions): ConvolutionSetting {
  return { operation: "convolution", padding: "valid", strides: 1, dilationRate: 1, ...options };
}

/** Fills in Keras's defaults: valid, and the window size as stride; and max pooling. */
export function poolingSetting(options: PoolingOptions): PoolingSetting {
  return { operation: "max pooling", padding: "valid", strides: options.poolSize, ...options };
}

/** The result of a setting: how the window moves, and the output, `[rows][columns]`. */
export interface Result {
  readonly window: SlidingWindow;
  readonly output: number[][];
}

/**
 * Computes a setting, with the same plain-number functions that the tests compare with TensorFlow.
 *
 * @throws if the setting is impossible
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
 * The calculation of one output cell: the sum of products, one line per row of the kernel, or the pooled values.
 *
 * @returns lines; the last one starts with `=`, or with `≈` if the numbers shown are rounded
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

/** The calculation of the output size, and the part of the image that the window never reaches. */
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
  return withMinusSign(`${rounded + 0}`); // + 0 turns -0 into 0
}

function inProduct(value: number): string {
  const text = formatNumber(value);
  return text.startsWith("−") ? `(${text})` : text;
}

function equals(shown: number[]): string {
  return shown.every((value) => Math.abs(value - Math.round(value * 100) / 100) < 1e-9) ? "=" : "≈";
}
