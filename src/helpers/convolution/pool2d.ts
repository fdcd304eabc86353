import { channelOf, fill, isOneChannel, shapeOf, withChannelAxis, type Image } from "./arrays";
import { pair, slidingWindow, windowCells, type WindowOptions } from "./window";

/** How a pooling window slides. Its stride is its own size unless told. */
export type PoolOptions = Omit<WindowOptions, "dilationRate">;

/**
 * Keeps the largest value under each place of the window, channel by channel, as `tf.maxPool` does. Padding never wins:
 * a window that hangs over the border takes the largest of the real values.
 *
 * @param input `[rows][columns]` or `[rows][columns][channels]`.
 * @param poolSize side of the window, or `[rows, columns]`.
 * @throws RangeError for rows of different length or a window that cannot slide.
 * @example maxPool2d([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]], 2) // [[6, 8], [14, 16]]
 */
export function maxPool2d<T extends Image>(
  input: T,
  poolSize: number | readonly [number, number],
  options?: PoolOptions,
): T;
export function maxPool2d(
  input: Image,
  poolSize: number | readonly [number, number],
  options: PoolOptions = {},
): Image {
  return pool(input, poolSize, options, (values) => Math.max(...values));
}

/**
 * Keeps the mean of the values under each place of the window, channel by channel, as `tf.avgPool` does. Padding does
 * not count: a window that hangs over the border takes the mean of the real values.
 *
 * @param input `[rows][columns]` or `[rows][columns][channels]`.
 * @param poolSize side of the window, or `[rows, columns]`.
 * @throws RangeError for rows of different length or a window that cannot slide.
 */
export function avgPool2d<T extends Image>(
  input: T,
  poolSize: number | readonly [number, number],
  options?: PoolOptions,
): T;
export function avgPool2d(
  input: Image,
  poolSize: number | readonly [number, number],
  options: PoolOptions = {},
): Image {
  return pool(input, poolSize, options, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}

function pool(
  input: Image,
  poolSize: number | readonly [number, number],
  options: PoolOptions,
  representative: (values: number[]) => number,
): Image {
  if (isOneChannel(input))
    return channelOf(pool(withChannelAxis(input), poolSize, options, representative) as number[][][], 0);
  const window = slidingWindow(shapeOf(input, "image"), pair(poolSize), { strides: poolSize, ...options });
  return fill(window.outputShape, (row, column) => {
    const inside = windowCells(window, row, column).filter((cell) => cell.inside);
    return input[0][0].map((_, channel) => representative(inside.map((cell) => input[cell.row][cell.column][channel])));
  });
}
