import { UsageError } from "../../shared/usage-error";
import { channelOf, fill, isOneChannel, shapeOf, withChannelAxis } from "./arrays";
import { slidingWindow, windowCells, type WindowOptions } from "./window";

/**
 * A convolution in plain numbers: at each position of the window, pixels are multiplied by the weights that lie on
 * them, and the products are summed. It computes what `tf.conv2d` does, without tensors. (Strictly speaking it is a
 * cross-correlation, because the kernel isn't flipped.)
 *
 * @param input one channel `[rows][columns]`, or `[rows][columns][inputChannels]`
 * @param kernel `[kernelRows][kernelColumns]` for one channel, or `[kernelRows][kernelColumns][inputChannels][filters]`
 * @param options stride, padding and dilation; by default Keras's
 * @returns `[outputRows][outputColumns]`, or `[outputRows][outputColumns][filters]`
 * @throws if rows differ in length, channels don't match, or {@link slidingWindow} rejects the window
 * @see notebooks/02-convolution.ipynb
 * @example conv2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]]) // [[19, 25], [37, 43]]
 */
export function conv2d(input: number[][], kernel: number[][], options?: WindowOptions): number[][];
export function conv2d(input: number[][][], kernel: number[][][][], options?: WindowOptions): number[][][];
export function conv2d(
  input: number[][] | number[][][],
  kernel: number[][] | number[][][][],
  options: WindowOptions = {},
): number[][] | number[][][] {
  if (!isOneChannel(input)) return convolve(input, kernel as number[][][][], options);
  shapeOf(kernel, "kernel");
  const filters = (kernel as number[][]).map((row) => row.map((weight) => [[weight]]));
  return channelOf(convolve(withChannelAxis(input), filters, options), 0);
}

function convolve(input: number[][][], filters: number[][][][], options: WindowOptions): number[][][] {
  const window = slidingWindow(shapeOf(input, "image"), shapeOf(filters, "kernel"), options);
  checkChannels(input, filters);
  const filterCount = filters[0][0][0].length;

  return fill(window.outputShape, (row, column) => {
    const sums = new Array<number>(filterCount).fill(0);
    for (const cell of windowCells(window, row, column)) {
      if (!cell.inside) continue; // padding is zero and adds nothing
      const weights = filters[cell.kernelRow][cell.kernelColumn];
      input[cell.row][cell.column].forEach((value, channel) => {
        for (let filter = 0; filter < filterCount; filter++) sums[filter] += value * weights[channel][filter];
      });
    }
    return sums;
  });
}

function checkChannels(input: number[][][], filters: number[][][][]): void {
  const inputChannels = input[0][0].length;
  const kernelChannels = filters[0][0].length;
  if (inputChannels !== kernelChannels) {
    throw new UsageError(
      `conv2d: expected a kernel for ${inputChannels} input channels, as many as the image has, ` +
        `found one for ${kernelChannels}. A kernel is [rows][columns][inputChannels][filters].`,
    );
  }
}
