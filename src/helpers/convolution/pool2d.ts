import { channelOf, fill, isOneChannel, shapeOf, withChannelAxis, type Image } from "./arrays";
import { pair, slidingWindow, windowCells, type WindowOptions } from "./window";

/** How a pooling window slides. The stride defaults to the window size. */
export type PoolOptions = Omit<WindowOptions, "dilationRate">;

/**
 * Max pooling: keeps the largest value at each position of the window, channel by channel, like `tf.maxPool`. Padding
 * never wins: where the window hangs over the border, it keeps the largest of the image's own values.
 *
 * @param input `[rows][columns]` or `[rows][columns][channels]`
 * @param poolSize the window's side, or `[rows, columns]`
 * @param options stride and padding; by default Keras's
 * @throws if rows differ in length, or {@link slidingWindow} rejects the window
 * @see notebooks/03-max-pooling.ipynb
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
 * Average pooling: keeps the mean of the values at each position of the window, channel by channel, like `tf.avgPool`.
 * Padding doesn't count: where the window hangs over the border, it keeps the mean of the image's own values.
 *
 * @param input `[rows][columns]` or `[rows][columns][channels]`
 * @param poolSize the window's side, or `[rows, columns]`
 * @param options stride and padding; by default Keras's
 * @throws if rows differ in length, or {@link slidingWindow} rejects the window
 * @see notebooks/03-max-pooling.ipynb
 * @example avgPool2d([[1, 2], [3, 4]], 2) // [[2.5]]
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
  summary: (values: number[]) => number,
): Image {
  if (isOneChannel(input)) {
    return channelOf(pool(withChannelAxis(input), poolSize, options, summary) as number[][][], 0);
  }
  const window = slidingWindow(shapeOf(input, "image"), pair(poolSize), { strides: poolSize, ...options });
  return fill(window.outputShape, (row, column) => {
    const inside = windowCells(window, row, column).filter((cell) => cell.inside);
    return input[0][0].map((_, channel) => summary(inside.map((cell) => input[cell.row][cell.column][channel])));
  });
}
