import { createCanvas, type Canvas } from "@napi-rs/canvas";
import { UsageError } from "../../shared/usage-error";
import { chooseScale, colorOf, greyOf, rangeScale, scaleEnds, type ColorScale } from "../display/color-scale";
import { shapedNumbers, type NumberSource } from "../display/numbers";

/** Anything that can be drawn as an image: a tensor, bytes with a shape (as from `loadData`), or nested arrays. */
export type ImageSource = NumberSource;

/** One image or several, channels last. */
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

/**
 * Reads one image: shape `[rows, columns]`, `[rows, columns, 1]` or `[rows, columns, 3]`, also in a batch of one.
 *
 * @throws if it has another shape
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
    throw new UsageError(
      `${name}: expected one image of shape [rows, columns], [rows, columns, 1] or [rows, columns, 3], ` +
        `found [${shape.join(", ")}].`,
    );
  }
  return { count: 1, rows, columns, channels, data, dtype };
}

/**
 * Reads a stack of images: shape `[count, rows, columns]`, `[count, rows, columns, 1]` or `[count, rows, columns, 3]`.
 *
 * @throws if they have another shape
 */
export function readImages(source: ImageSource, name: string): ImageStack {
  const { data, shape, dtype } = shapedNumbers(source, name);
  const [count, rows, columns, channels = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || !isChannels(channels) || data.length === 0) {
    throw new UsageError(
      `${name}: expected images of shape [count, rows, columns], [count, rows, columns, 1] or ` +
        `[count, rows, columns, 3], found [${shape.join(", ")}].`,
    );
  }
  return { count, rows, columns, channels, data, dtype };
}

/** The first images of a stack. Typed arrays aren't copied. */
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

/** The scale for a stack of images: the range that the caller chose, or the one that suits the values. */
export function scaleOf(stack: ImageStack, range: readonly [number, number] | undefined, name: string): ColorScale {
  return range === undefined ? chooseScale(stack.data, stack.dtype) : rangeScale(range, name);
}

/**
 * A picture's legend, such as `values −0.31 (blue) … 0.31 (red)`; none for colour images, unless a value isn't finite.
 */
export function describeScale(scale: ColorScale, { data, channels }: ImageStack): string | undefined {
  const notFinite = countNotFinite(data);
  const parts = [
    ...(channels === 1 ? [`values ${scaleEnds(scale)}`] : []),
    ...(notFinite > 0 ? [`${notFinite} ${notFinite === 1 ? "value isn't" : "values aren't"} finite (magenta)`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function countNotFinite(values: ArrayLike<number>): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) count++;
  return count;
}

/** Draws one image of a stack, with one canvas pixel for each of its pixels. */
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
        ? [greyOf(data[at], scale), greyOf(data[at + 1], scale), greyOf(data[at + 2], scale)]
        : colorOf(data[at], scale);
    image.data.set([...color, 255], pixel * 4);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
