import { createCanvas, type Canvas } from "@napi-rs/canvas";
import { shapedNumbers, type NumberSource } from "../display/numbers";

/** What a picture can be made of: a tensor, an array of bytes with a shape (as `loadData` gives), nested arrays. */
export type ImageSource = NumberSource;

/** One image or a stack of images, channels last. */
export interface ImageStack {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
  /** `count × rows × columns × channels` values. */
  readonly data: ArrayLike<number>;
  readonly dtype: string;
}

/** How values become colours. */
export interface ColorScale {
  readonly low: number;
  readonly high: number;
  /** Whether colours diverge from white at 0 (red above, blue below) or go from black to white. */
  readonly diverging: boolean;
}

/** Drawn where a value is not finite. */
const NOT_FINITE: readonly [number, number, number] = [255, 0, 255];

/**
 * Reads one image: shape `[rows, columns]`, `[rows, columns, 1]`, `[rows, columns, 3]`, or such an image in a batch of one.
 *
 * @throws when the shape is another one
 */
export function readImage(source: ImageSource, name: string): ImageStack {
  const { data, shape, dtype } = shapedNumbers(source, name);
  const inner =
    shape.length === 4 && shape[0] === 1
      ? shape.slice(1)
      : shape.length === 3 && shape[0] === 1 && !isChannels(shape[2])
        ? shape.slice(1)
        : shape;
  const [rows, columns, channels = 1] = inner;
  if (inner.length < 2 || inner.length > 3 || !isChannels(channels) || rows * columns === 0) {
    throw new Error(
      `${name}: expected one image of shape [rows, columns], [rows, columns, 1] or [rows, columns, 3], found [${shape.join(", ")}].`,
    );
  }
  return { count: 1, rows, columns, channels, data, dtype };
}

/**
 * Reads a stack of images: shape `[count, rows, columns]`, `[count, rows, columns, 1]` or `[count, rows, columns, 3]`.
 *
 * @throws when the shape is another one
 */
export function readImages(source: ImageSource, name: string): ImageStack {
  const { data, shape, dtype } = shapedNumbers(source, name);
  const [count, rows, columns, channels = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || !isChannels(channels) || data.length === 0) {
    throw new Error(
      `${name}: expected images of shape [count, rows, columns], [count, rows, columns, 1] or [count, rows, columns, 3], found [${shape.join(", ")}].`,
    );
  }
  return { count, rows, columns, channels, data, dtype };
}

/** The first images of a stack; nothing is copied of a typed array. */
export function firstImages(stack: ImageStack, count: number): ImageStack {
  const length = count * stack.rows * stack.columns * stack.channels;
  const data =
    stack.data instanceof Uint8Array || stack.data instanceof Float32Array
      ? stack.data.subarray(0, length)
      : Array.prototype.slice.call(stack.data, 0, length);
  return { ...stack, count, data };
}

function isChannels(channels: number): boolean {
  return channels === 1 || channels === 3;
}

/**
 * The colours for values: 0 to 255 for bytes, 0 to 1 where all values are in it, symmetric about 0 where one is negative, else 0 to
 * the largest.
 *
 * @param range the two ends, where the caller knows better
 */
export function chooseScale(
  values: ArrayLike<number>,
  dtype: string,
  range?: readonly [number, number],
  name = "range",
): ColorScale {
  if (range !== undefined) {
    const [low, high] = range;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
      throw new Error(`${name}: expected a range [low, high] with low < high, found [${low}, ${high}].`);
    }
    return { low, high, diverging: low < 0 };
  }
  if (dtype === "uint8") return { low: 0, high: 255, diverging: false };
  let low = 0;
  let high = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low < 0) {
    const largest = Math.max(-low, high);
    return { low: -largest, high: largest, diverging: true };
  }
  return { low: 0, high: high <= 1 ? 1 : high, diverging: false };
}

/** How many values are not finite; they are drawn magenta. */
export function countNotFinite(values: ArrayLike<number>): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) count++;
  return count;
}

/** What a picture says about its colours, such as `values −0.31 (blue) … 0.31 (red)`; nothing for plain bytes. */
export function describeScale(scale: ColorScale, notFinite: number): string {
  const parts: string[] = [];
  if (scale.diverging) parts.push(`values ${short(scale.low)} (blue) … ${short(scale.high)} (red)`);
  else if (scale.low !== 0 || scale.high !== 255)
    parts.push(`values ${short(scale.low)} (black) … ${short(scale.high)} (white)`);
  if (notFinite > 0) parts.push(`${notFinite} ${notFinite === 1 ? "value is" : "values are"} not finite (magenta)`);
  return parts.join(", ");
}

/** A number in at most four digits, with a true minus sign. */
export function short(value: number): string {
  const text = Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/** Draws one image of a stack, one canvas pixel for each of its pixels. */
export function paint(stack: ImageStack, index: number, scale: ColorScale): Canvas {
  const { rows, columns, channels, data } = stack;
  const canvas = createCanvas(columns, rows);
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const start = index * rows * columns * channels;
  for (let pixel = 0; pixel < rows * columns; pixel++) {
    const at = start + pixel * channels;
    const color =
      channels === 3
        ? [grey(data[at], scale), grey(data[at + 1], scale), grey(data[at + 2], scale)]
        : colorOf(data[at], scale);
    image.data.set([...color, 255], pixel * 4);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Red, green and blue (0..255) of one value. */
export function colorOf(value: number, scale: ColorScale): readonly [number, number, number] {
  if (!Number.isFinite(value)) return NOT_FINITE;
  if (!scale.diverging) {
    const level = grey(value, scale);
    return [level, level, level];
  }
  const share = Math.max(
    -1,
    Math.min(1, value < 0 ? -value / scale.low : value / Math.max(scale.high, Number.MIN_VALUE)),
  );
  const end = share < 0 ? [33, 102, 172] : [178, 24, 43];
  const mix = (channel: number): number => Math.round(255 + (channel - 255) * Math.abs(share));
  return [mix(end[0]), mix(end[1]), mix(end[2])];
}

function grey(value: number, { low, high }: ColorScale): number {
  return Math.round(255 * Math.max(0, Math.min(1, (value - low) / (high - low))));
}
