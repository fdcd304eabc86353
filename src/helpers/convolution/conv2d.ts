import { channelOf, fill, isOneChannel, shapeOf, withChannelAxis } from "./arrays";
import { slidingWindow, windowCells, type WindowOptions } from "./window";

/**
 * A convolution in plain numbers: at each place of the window, the products at equal positions are summed. It is what
 * `tf.conv2d` computes (strictly a cross-correlation: the kernel is not turned round), without a tensor.
 *
 * @param input one channel `[rows][columns]`, or `[rows][columns][inputChannels]`.
 * @param kernel `[kernelRows][kernelColumns]` for one channel, or `[kernelRows][kernelColumns][inputChannels][filters]`.
 * @returns `[outputRows][outputColumns]`, or `[outputRows][outputColumns][filters]`.
 * @throws RangeError for rows of different length, channels that do not match, or a window that cannot slide.
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
    throw new RangeError(
      `The image has ${inputChannels} channels, the kernel is for ${kernelChannels}. ` +
        `A kernel is [rows][columns][inputChannels][filters], with as many input channels as the image.`,
    );
  }
}
